"""How many lines the evening needs: Erlang B at once, and the plan that the command line made and kept.

No evening is played here: that takes seconds, and the line answers in the same process.
"""

from flask import Blueprint, request
from sqlalchemy import func, select

from db.schema import bureau
from reporting.exports.dataset import BadParameter, Kind, Parameter
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import RequestContext, open_context, services
from reporting.lines.arrivals import NAMES, REAL, arrivals
from reporting.lines.drawing import HEIGHT, WIDTH, draw
from reporting.lines.erlang import lines_for
from reporting.lines.kept import Kept, read_kept
from reporting.lines.lengths import STYLES, measured
from reporting.lines.plan import Question

ACCEPTED = {"0.1": 0.001, "0.5": 0.005, "1": 0.01, "2": 0.02, "5": 0.05}
"""The parts of the calls that may be turned away, by their percentages."""
RANGES = {"bureaux": (1, 200_000), "window": (1, 2880), "seconds": (1, 3600)}
"""The least and the most that may be asked for: bureaux, minutes, seconds a call."""
USUAL_WINDOW = 120
"""Minutes. Used if there is no kept plan."""


def add_lines(pages: Blueprint) -> None:
    """Adds the page."""
    pages.add_url_rule("/lines", "lines", lines)


def lines() -> str:
    """The number to order, and the plan."""
    kept = read_kept(services().plan_file)
    with open_context() as context:
        asked = {name: _count(name, usual) for name, usual in _usual(context, kept).items()}
        accepted = str(Parameter("accepted", choices=tuple(ACCEPTED)).read(request.args.get("accepted") or "1"))
        if asked["seconds"] > 60 * asked["window"]:
            raise BadParameter("seconds", str(asked["seconds"]))
        question = Question(
            bureaux=asked["bureaux"],
            window_minutes=asked["window"],
            lengths=measured(STYLES[0]).scaled(asked["seconds"]),
            arrivals=arrivals(REAL),
            blocking=ACCEPTED[accepted],
        )
        even, peak = question.even_load, question.peak_load
        return render(
            "intranet/lines.html",
            context=context,
            asked=asked,
            ranges=RANGES,
            accepted=accepted,
            choices=ACCEPTED,
            even=even,
            even_lines=lines_for(even, question.blocking),
            peak=peak,
            order=lines_for(peak, question.blocking),
            plan=kept.plan if kept else None,
            made=f"{kept.at.astimezone(context.wording.zone):%Y-%m-%d %H:%M}" if kept else "",
            drawing=draw(kept.plan) if kept else None,
            field=(WIDTH, HEIGHT),
            patterns=NAMES,
        )


def _usual(context: RequestContext, kept: Kept | None) -> dict[str, int]:
    """The question if the address has none: the register's bureaux, and the kept plan's window and calls."""
    query = select(func.count()).select_from(bureau).where(bureau.c.election_id == context.election.id)
    return {
        "bureaux": max(1, context.connection.execute(query).scalar_one()),
        "window": max(1, round(kept.plan.window_minutes)) if kept else USUAL_WINDOW,
        "seconds": max(1, round(kept.plan.call_seconds)) if kept else round(measured(STYLES[0]).mean),
    }


def _count(name: str, usual: int) -> int:
    """A whole number from the address, within its range."""
    text = request.args.get(name)
    if not text:
        return usual
    value = int(str(Parameter(name, Kind.COUNT).read(text)))
    least, most = RANGES[name]
    if not least <= value <= most:
        raise BadParameter(name, text)
    return value
