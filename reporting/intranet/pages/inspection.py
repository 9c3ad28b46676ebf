"""The inspection by hand: how many papers to look at, the draw with a published seed, and the papers that were drawn."""

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from reporting.exports.dataset import Parameter
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import attempt, decider, open_context, validation_context
from reporting.publication.inspection import draw_sample, plan, read_sample, read_settled
from reporting.publication.publish import publish

RISKS = {"1": 0.01, "5": 0.05, "10": 0.1}
"""The risks that can be chosen, by their percentages."""


def add_inspection(pages: Blueprint) -> None:
    """Adds the page and the draw."""
    pages.add_url_rule("/inspection", "inspection", inspection)
    pages.add_url_rule("/inspection/draw", "draw_sample", draw, methods=["POST"])


def inspection() -> str:
    """The plan for a risk, and the newest sample."""
    risk = str(Parameter("risk", choices=tuple(RISKS)).read(request.args.get("risk") or "5"))
    with open_context() as context:
        agreed, decided = read_settled(context.connection, context.election)
        return render(
            "intranet/inspection.html",
            context=context,
            risks=RISKS,
            risk=risk,
            plan=plan(agreed, RISKS[risk], decided),
            sample=read_sample(context.connection, context.election.id),
        )


def draw() -> Response:
    """Draws a sample, and publishes its seed."""
    risk = str(Parameter("risk", choices=tuple(RISKS)).read(request.form.get("risk") or "5"))
    with open_context(write=True) as context:

        def act() -> None:
            draw_sample(
                context.transaction,
                context.election,
                decider(),
                request.form.get("seed", ""),
                RISKS[risk],
                at=context.now,
            )
            publish(
                context.transaction,
                context.election,
                context.schedule,
                [],
                validation_context(context).signer,
                context.now,
            )

        return attempt(context, act, "sample-drawn", url_for("intranet.inspection", risk=risk))
