"""The inspection by hand: how many papers to look at, the draw with a published seed, and the papers that were drawn."""

from flask import Blueprint, Response, request, url_for

from reporting.intranet.cooperative_rendering import render
from reporting.intranet.datasets import Parameter
from reporting.intranet.reconciliation import hall
from reporting.intranet.request_context import attempt, decider, open_desk
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
    with open_desk() as desk:
        agreed, decided = read_settled(desk.connection, desk.election)
        return render(
            "intranet/inspection.html",
            desk=desk,
            risks=RISKS,
            risk=risk,
            plan=plan(agreed, RISKS[risk], decided),
            sample=read_sample(desk.connection, desk.election.id),
        )


def draw() -> Response:
    """Draws a sample, and publishes its seed."""
    risk = str(Parameter("risk", choices=tuple(RISKS)).read(request.form.get("risk") or "5"))
    with open_desk(write=True) as desk:

        def act() -> None:
            draw_sample(
                desk.connection, desk.election, decider(), request.form.get("seed", ""), RISKS[risk], at=desk.now
            )
            publish(desk.connection, desk.election, desk.schedule, [], hall(desk).signer, desk.now)

        return attempt(desk, act, "sample-drawn", url_for("intranet.inspection", risk=risk))
