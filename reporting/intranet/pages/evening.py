"""The evening at a glance, and one department of it: progress, provisional shares, the map, the curve, the line's load."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request, url_for

from flows.ballot import Election
from reporting.anomalies.flag_list import read_doubtful
from reporting.exports.dataset import Parameter
from reporting.intranet.access.rights import DATASET_RIGHTS, Reader
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import RequestContext, asked_page, open_context
from reporting.intranet.requests.request_limits import cached_briefly
from reporting.map.drawing import (
    NEUTRAL,
    Shaded,
    candidate_shade,
    department_name,
    draw_map,
    name_and_code,
    outlines_svg,
)
from reporting.tabulation.pace import Minute, read_load, read_pace, thin
from reporting.tabulation.totals import Level, TotalsRow, add_up, ranked, read_totals

STEPS = 5
"""Shades of progress on the map."""
PER_PAGE = 200
POINTS = 240
CHART = (640, 220)
"""Width and height of the curve, in its own units."""
COLOURINGS = ("progress", "leader")


def add_evening(pages: Blueprint) -> None:
    """Adds the pages of the evening and of a department, and the outlines of the map."""
    pages.add_url_rule("/evening", "evening", evening)
    pages.add_url_rule("/department/<code>", "department", department)
    pages.add_url_rule("/map.svg", "outlines", outlines)


@cached_briefly
def evening() -> str:
    """How the evening goes, for the whole election."""
    colouring = Parameter("map", choices=COLOURINGS).read(request.args.get("map") or COLOURINGS[0])
    with open_context() as context:
        rows = list(read_totals(context.connection, context.election, Level.DEPARTMENT))
        minutes = read_pace(context.connection, context.election.id)
        drawing = draw_map(_shaded(context, row, str(colouring)) for row in rows)
        return render(
            "intranet/evening.html",
            context=context,
            total=add_up(rows),
            rows=rows,
            addresses={row.department: url_for("intranet.department", code=row.department) for row in rows},
            ranked=ranked(context.election, add_up(rows)),
            map=drawing,
            colouring=colouring,
            doubtful=read_doubtful(context.connection, context.election),
            named=name_and_code,
            curve=Curve.through(thin(minutes, POINTS), sum(row.bureaux for row in rows)),
            last_minutes=minutes[-5:],
            load=read_load(context.connection, context.election.id, context.now)
            if shows_line(context.reader)
            else None,
        )


def shows_line(who: Reader) -> bool:
    """Whether the reader may see the line's load."""
    return who.role in DATASET_RIGHTS["line"]


@cached_briefly
def department(code: str) -> str:
    """One department: its sums, and its bureaux, page by page."""
    page = asked_page(request.args)
    with open_context() as context:
        context.department(code)
        (row,) = read_totals(context.connection, context.election, Level.DEPARTMENT, code)
        first = (page - 1) * PER_PAGE
        bureaux = list(
            read_totals(context.connection, context.election, Level.BUREAU, code, limit=PER_PAGE, offset=first)
        )
        return render(
            "intranet/department.html",
            context=context,
            code=code,
            name=department_name(code),
            doubtful=read_doubtful(context.connection, context.election, code),
            total=row,
            ranked=ranked(context.election, row),
            bureaux=bureaux,
            page=page,
            pages=-(-row.bureaux // PER_PAGE),
        )


# --- the map ---------------------------------------------------------------------------------------------------------


def outlines() -> Response:
    """The outlines of the departments, each under its code. A browser fetches them once; every page colours them."""
    response = Response(outlines_svg(), mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def _shaded(context: RequestContext, row: TotalsRow, colouring: str) -> Shaded:
    shade = _leader_shade(context.election, row) if colouring == "leader" else _progress_shade(row)
    return Shaded(row.department, _map_title(context, row), shade)


def _progress_shade(row: TotalsRow) -> str:
    if not row.reported:
        return NEUTRAL
    return f"p{min(STEPS, 1 + int((STEPS - 1) * row.reported / row.bureaux))}"


def _leader_shade(election: Election, row: TotalsRow) -> str:
    if not row.valid:
        return NEUTRAL
    return candidate_shade(election.candidate_fields.index(ranked(election, row)[0][0]))


def _map_title(context: RequestContext, row: TotalsRow) -> str:
    """A department's text on the map: its name, how far it is, and who leads."""
    name = " ".join(filter(None, (row.department, department_name(row.department))))
    part = context.wording.part(row.reported / row.bureaux, 0)
    if not row.valid:
        return context.wording.text("map-title", name=name, part=part)
    _, leader, _, share = ranked(context.election, row)[0]
    return context.wording.text(
        "map-title-leader", name=name, part=part, leader=leader, share=context.wording.part(share)
    )


# --- the curve -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Curve:
    """Bureaux reported over time, in the units of `CHART`: the line, the bars per minute, the marks of both axes."""

    line: str
    area: str
    bars: tuple[tuple[float, float, float, float], ...]
    hours: tuple[tuple[float, datetime], ...]
    levels: tuple[tuple[float, int], ...]
    busiest: int

    @classmethod
    def through(cls, minutes: Sequence[Minute], bureaux: int) -> "Curve | None":
        """The curve of these minutes out of so many bureaux; None before the first report."""
        if not minutes:
            return None
        width, height = CHART
        first, last = minutes[0].at, minutes[-1].at
        span = max(60.0, (last - first).total_seconds())
        busiest = max(each.reported for each in minutes)

        def x(at: datetime) -> float:
            return round((at - first).total_seconds() / span * width, 1)

        def y(total: int) -> float:
            return round(height - total / max(1, bureaux) * height, 1)

        points = " ".join(f"{x(each.at)},{y(each.total)}" for each in minutes)
        slot = max(1.0, width / (span / 60 + 1) * 0.8)
        bars = tuple(
            (
                x(each.at),
                round(height - each.reported / busiest * height / 3, 1),
                round(slot, 1),
                round(each.reported / busiest * height / 3, 1),
            )
            for each in minutes
        )
        marks = [minutes[round(place * (len(minutes) - 1) / 4)].at for place in range(5)]
        return cls(
            line=points,
            area=f"0,{height} {points} {width},{height}",
            bars=bars,
            hours=tuple((x(at), at) for at in dict.fromkeys(marks)),
            levels=tuple((y(round(bureaux * part / 4)), round(bureaux * part / 4)) for part in range(5)),
            busiest=busiest,
        )
