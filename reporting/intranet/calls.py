"""The call log: every call, filtered; one call as the conversation that it was, marked as reviewed with a note."""

from flask import Blueprint, Response, abort, request, url_for
from sqlalchemy import select

from db import decisions
from db.schema import DecisionKind, decision, user
from reporting.anomalies.flag_list import FlagFilter, read_flags
from reporting.intranet.cooperative_rendering import render
from reporting.intranet.datasets import SHEETS, call_filter
from reporting.intranet.request_context import Desk, decide, open_desk
from reporting.intranet.request_limits import shared
from reporting.records.call_log import OUTCOMES, find_call, read_calls, read_transcript

PER_PAGE = 100


def add_calls(pages: Blueprint) -> None:
    """Adds the list of calls, the page of one, and its review."""
    pages.add_url_rule("/calls", "calls", calls)
    pages.add_url_rule("/calls/<int(max=2147483647):call_id>", "call", call)
    pages.add_url_rule("/calls/<int(max=2147483647):call_id>/review", "review_call", review_call, methods=["POST"])


@shared
def calls() -> str:
    """The calls, newest first."""
    values = SHEETS["calls"].values(request.args)
    with open_desk() as desk:
        which = call_filter(desk, values)
        rows = list(
            read_calls(desk.connection, desk.election, which, desk.now, before=values.get("before"), limit=PER_PAGE + 1)
        )
        return render(
            "intranet/calls.html",
            desk=desk,
            values={name: request.args[name] for name in values},
            rows=rows[:PER_PAGE],
            more=len(rows) > PER_PAGE,
            outcomes=OUTCOMES,
        )


def call(call_id: int) -> str:
    """One call, to be read."""
    with open_desk() as desk:
        row = find_call(desk.connection, desk.election, call_id, desk.now)
        if row is None:
            abort(404)
        said, replayed = read_transcript(desk.connection, desk.election, call_id, desk.locale)
        flags = read_flags(desk.connection, desk.election, FlagFilter(bureau=row.bureau), locale=desk.locale)
        return render(
            "intranet/call.html",
            desk=desk,
            call=row,
            said=said,
            replayed=replayed,
            reviews=_reviews(desk, call_id),
            flags=[each for each in flags if each.call_id == call_id] if row.bureau else [],
        )


def _reviews(desk: Desk, call_id: int) -> list[tuple[object, str, str]]:
    """When, who, and what they noted."""
    query = (
        select(decision.c.at, user.c.email, decision.c.reason)
        .join(user)
        .where(decision.c.call_id == call_id, decision.c.kind == DecisionKind.CALL_REVIEWED.value)
        .order_by(decision.c.id)
    )
    return [(row.at, row.email, row.reason) for row in desk.connection.execute(query)]


def review_call(call_id: int) -> Response:
    """Marks a call as reviewed, with a note."""
    with open_desk(write=True) as desk:
        if find_call(desk.connection, desk.election, call_id, desk.now) is None:
            abort(404)
        address = url_for("intranet.call", call_id=call_id)
        return decide(desk, decisions.review_call, call_id, "call-reviewed", address)
