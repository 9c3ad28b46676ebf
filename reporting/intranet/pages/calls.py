"""The call log: a list of calls with filters, and the conversation of one call, which can be marked as reviewed with a note."""

from flask import Blueprint, abort, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from db import decisions
from db.schema import DecisionKind, decision, user
from reporting.anomalies.flag_list import FlagFilter, read_flags
from reporting.exports.datasets import DATASETS, call_filter
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import RequestContext, decide, open_context
from reporting.intranet.requests.request_limits import cached_briefly
from reporting.records.call_log import OUTCOMES, find_call, read_calls, read_transcript

PER_PAGE = 100


def add_calls(pages: Blueprint) -> None:
    """Adds the list of calls, the page of one, and its review."""
    pages.add_url_rule("/calls", "calls", calls)
    pages.add_url_rule("/calls/<int(max=2147483647):call_id>", "call", call)
    pages.add_url_rule("/calls/<int(max=2147483647):call_id>/review", "review_call", review_call, methods=["POST"])


@cached_briefly
def calls() -> str:
    """The calls, newest first."""
    values = DATASETS["calls"].values(request.args)
    with open_context() as context:
        which = call_filter(context, values)
        rows = list(
            read_calls(
                context.connection,
                context.election,
                which,
                context.now,
                before=values.get("before"),
                limit=PER_PAGE + 1,
            )
        )
        return render(
            "intranet/calls.html",
            context=context,
            values={name: request.args[name] for name in values},
            rows=rows[:PER_PAGE],
            more=len(rows) > PER_PAGE,
            outcomes=OUTCOMES,
        )


def call(call_id: int) -> str:
    """The conversation of one call."""
    with open_context() as context:
        row = find_call(context.connection, context.election, call_id, context.now)
        if row is None:
            abort(404)
        said, replayed = read_transcript(context.connection, context.election, call_id, context.locale)
        flags = read_flags(context.connection, context.election, FlagFilter(bureau=row.bureau), locale=context.locale)
        return render(
            "intranet/call.html",
            context=context,
            call=row,
            said=said,
            replayed=replayed,
            reviews=_reviews(context, call_id),
            flags=[each for each in flags if each.call_id == call_id] if row.bureau else [],
        )


def _reviews(context: RequestContext, call_id: int) -> list[tuple[object, str, str]]:
    """Who reviewed the call, when, and with which note."""
    query = (
        select(decision.c.at, user.c.email, decision.c.reason)
        .join(user)
        .where(decision.c.call_id == call_id, decision.c.kind == DecisionKind.CALL_REVIEWED.value)
        .order_by(decision.c.id)
    )
    return [(row.at, row.email, row.reason) for row in context.connection.execute(query)]


def review_call(call_id: int) -> Response:
    """Marks a call as reviewed, with a note."""
    with open_context(write=True) as context:
        if find_call(context.connection, context.election, call_id, context.now) is None:
            abort(404)
        address = url_for("intranet.call", call_id=call_id)
        return decide(context, decisions.review_call, call_id, "call-reviewed", address)
