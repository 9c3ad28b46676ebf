"""The inbox of flags, urgent ones first. Each has its rule, the figures, the neighbours' figures, and what to do."""

from dataclasses import dataclass
from functools import partial

from flask import Blueprint, abort, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from db import decisions
from db.provisional_results import read_figures
from db.schema import Channel, FlagState, bureau, standing
from flows.arithmetic import valid_votes
from reporting.anomalies import norms
from reporting.anomalies.flag_list import (
    RESOLVED,
    SEVERITIES,
    FlagFilter,
    RaisedFlag,
    count_flags,
    find_flag,
    read_flags,
    rule_name,
)
from reporting.anomalies.rules import RULES
from reporting.anomalies.statistics import MIN_SAMPLE
from reporting.exports.datasets import DATASETS, flag_filter
from reporting.exports.read_context import BureauRow
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import RequestContext, asked_page, decide, open_context
from reporting.intranet.requests.request_limits import cached_briefly
from reporting.records.history import read_versions

PER_PAGE = 100
NEIGHBOURS = 5


COUNTED = 9_999
"""How many flags the inbox counts at most. With a whole country's flags, counting all took longer than the page."""


def add_flags(pages: Blueprint) -> None:
    """Adds the inbox, the page of one flag, and its resolution."""
    pages.add_url_rule("/flags", "flags", flags)
    pages.add_url_rule("/flags/<int(max=2147483647):flag_id>", "flag", flag)
    pages.add_url_rule("/flags/<int(max=2147483647):flag_id>/resolve", "resolve_flag", resolve_flag, methods=["POST"])


@cached_briefly
def flags() -> str:
    """The flags, open ones unless another state is asked for."""
    arguments = {"state": FlagState.OPEN.value, "newest": "true", **request.args.to_dict()}
    values = DATASETS["flags"].values(arguments)
    page = asked_page(request.args)
    with open_context() as context:
        which = flag_filter(context, values)
        rows = list(
            read_flags(
                context.connection,
                context.election,
                which,
                locale=context.locale,
                limit=PER_PAGE + 1,
                offset=(page - 1) * PER_PAGE,
                urgent_first=True,
            )
        )
        every = FlagFilter(state=which.state, department=which.department, newest=which.newest)
        return render(
            "intranet/flags.html",
            context=context,
            values=values,
            rows=rows[:PER_PAGE],
            counts=count_flags(context.connection, context.election, every, most=COUNTED + 1),
            counted=COUNTED,
            page=page,
            more=len(rows) > PER_PAGE,
            states=(FlagState.OPEN.value, RESOLVED, FlagState.UNCHECKED.value, FlagState.PASSED.value),
            severities=SEVERITIES,
            rules=[each.code for each in RULES],
            rule=partial(rule_name, context.locale),
        )


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A bureau beside the one that is flagged: its figures and its shares of the valid votes, by field."""

    code: str
    place: str
    figures: dict[str, int]
    shares: dict[str, float | None]


def flag(flag_id: int) -> str:
    """One flag, with everything that helps to decide about it."""
    with open_context() as context:
        found = _find(context, flag_id)
        row = context.bureau(found.bureau)
        versions = [each for each in read_versions(context.connection, row.id) if each.channel is not Channel.PEN]
        return render(
            "intranet/flag.html",
            context=context,
            flag=found,
            bureau=row,
            versions=versions,
            about=next((each for each in versions if each.id == found.tally_id), None),
            neighbours=_neighbours(context, row),
            usual=norms.read(context.connection, row.department_id),
            min_sample=MIN_SAMPLE,
            rule=partial(rule_name, context.locale),
        )


def _find(context: RequestContext, flag_id: int) -> RaisedFlag:
    found = find_flag(context.connection, context.election, flag_id, context.locale)
    if found is None:
        abort(404)
    if not context.reader.may_see(found.department):
        abort(403)
    return found


def _neighbours(context: RequestContext, row: BureauRow) -> list[Neighbour]:
    """Bureaux of the same commune that have reported, or else the next ones of the department by their codes."""
    base = (
        select(bureau.c.code, bureau.c.commune, bureau.c.name, standing.c.figures)
        .join(standing, standing.c.bureau_id == bureau.c.id)
        .where(bureau.c.department_id == row.department_id, bureau.c.id != row.id)
    )
    same = context.connection.execute(
        base.where(bureau.c.commune == row.commune).order_by(bureau.c.code).limit(NEIGHBOURS)
    ).all()
    after = base.where(bureau.c.code > row.code).order_by(bureau.c.code).limit(NEIGHBOURS)
    before = base.where(bureau.c.code < row.code).order_by(bureau.c.code.desc()).limit(NEIGHBOURS)
    found = same or [*context.connection.execute(after), *context.connection.execute(before)][:NEIGHBOURS]
    return [
        _neighbour(context, each.code, f"{each.commune}, {each.name}", read_figures(each.figures)) for each in found
    ]


def _neighbour(context: RequestContext, code: str, place: str, figures: dict[str, int]) -> Neighbour:
    valid = valid_votes(context.election, figures)
    shares = {field: figures[field] / valid if valid else None for field in context.election.candidate_fields}
    return Neighbour(code, place, figures, shares)


def resolve_flag(flag_id: int) -> Response:
    """Resolves a flag, with a reason. The flag stays, beside its resolution."""
    with open_context(write=True) as context:
        _find(context, flag_id)
        address = url_for("intranet.flag", flag_id=flag_id)
        return decide(context, decisions.resolve_flag, flag_id, "flag-resolved", address)
