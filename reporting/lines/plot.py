"""Draws a plan: lines against the time when 50, 95 and 99 % of the bureaux have reported, and against the times they dial."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import RcKeyType

from reporting.lines.arrivals import BURST, EVEN, REAL
from reporting.lines.drawing import apart
from reporting.lines.plan import PARTS, Plan

INK, SOFT, EDGE = "#16202c", "#525c69", "#d9dee5"
COLOURS = ("#2b6fb8", "#b07800", "#b3261e")
"""Of 50, 95 and 99 %: the intranet's blue, amber and red."""
SHADE = "#fbe4e1"
SIZE, HEIGHTS, DOTS_PER_INCH = (9.0, 6.2), (3.0, 1.0), 160
"""Inches; the two drawings' share of them."""
PHONING = {
    REAL: "they phone as on a real evening",
    BURST: "they all phone at closing",
    EVEN: "they phone evenly",
}
LABEL_GAP = 0.055
"""Of the drawing's height, between two names."""
MARK_COORDINATES = ("data", "axes fraction")
"""A mark stands at a number of lines, and at a share of the drawing's height."""
STYLE: dict[RcKeyType, str | float] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.5,
    "text.color": INK,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": EDGE,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "svg.fonttype": "none",
    "svg.hashsalt": "remontee",
}
"""The same plan gives the same file, byte by byte."""


def draw(plan: Plan, path: Path) -> None:
    """Draws into a file; the end of its name says whether PNG or SVG. Raises `OSError`."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=SIZE, layout="constrained")
        times, attempts = figure.subplots(2, 1, sharex=True, height_ratios=HEIGHTS)
        figure.suptitle(
            f"{plan.bureaux:,} bureaux phone in within {plan.window_minutes:g} minutes, calls of {plan.call_seconds:.0f} s",
            x=0.01, ha="left", fontsize=14, fontweight="bold",
        )  # fmt: skip
        _times(times, plan)
        _attempts(attempts, plan)
        figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Date": None} if path.suffix.lower() == ".svg" else None)


def _times(axes: Axes, plan: Plan) -> None:
    said = PHONING.get(plan.arrivals, f"they phone as in {plan.arrivals}")
    axes.set_title(f"Minutes until so many have reported; {said}", loc="left", fontsize=10.5, color=SOFT)
    ends: list[tuple[str, float, str]] = []
    for place, (part, colour) in enumerate(zip(PARTS, COLOURS, strict=True)):
        known = [(row.lines, minutes) for row in plan.curve if (minutes := row.until[place])]
        if not known:
            continue
        lines = [each for each, _ in known]
        axes.fill_between(
            lines, [m.least for _, m in known], [m.most for _, m in known], color=colour, alpha=0.18, linewidth=0
        )
        axes.plot(lines, [m.median for _, m in known], color=colour, linewidth=2.2, solid_capstyle="round")
        shown = [(row.lines, minutes) for row in plan.rows if (minutes := row.until[place])]
        axes.plot([each for each, _ in shown], [m.median for _, m in shown], "o", color=colour, markersize=5)
        ends.append((f"{round(100 * part)} %  {known[-1][1].median:.0f} min", known[-1][1].median, colour))
    axes.set_ylim(0, axes.get_ylim()[1] * 1.03)
    _frame(axes)
    _marks(axes, plan)
    _say_marks(axes, plan)
    _say_ends(axes, plan.curve[-1].lines, ends)


def _say_ends(axes: Axes, last: int, ends: list[tuple[str, float, str]]) -> None:
    """Names each curve at its end, and moves apart the names that would touch."""
    places = apart([-minutes for _, minutes, _ in ends], LABEL_GAP * axes.get_ylim()[1])
    for (said, _, colour), place in zip(ends, places, strict=True):
        axes.annotate(
            said, (last, -place), xytext=(9, 0), textcoords="offset points",
            va="center", color=colour, fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _marks(axes: Axes, plan: Plan) -> None:
    """The number to order, and the numbers with which some never get through."""
    first = plan.curve[0].lines
    if plan.catches_up > first:
        axes.axvspan(first, plan.catches_up, color=SHADE, zorder=0, linewidth=0)
    axes.axvline(plan.order, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))


def _say_marks(axes: Axes, plan: Plan) -> None:
    first = plan.curve[0].lines
    if plan.catches_up > first:
        said = f"fewer than\n{plan.catches_up} lines:\nsome give up,\nand 99 % is\nnever reached"
        axes.annotate(
            said, (first, 0.13), xycoords=MARK_COORDINATES, xytext=(6, 0), textcoords="offset points",
            va="bottom", color="#8c1d18", linespacing=1.4,
        )  # fmt: skip
    axes.annotate(
        f"order {plan.order}", (plan.order, 0.03), xycoords=MARK_COORDINATES, xytext=(6, 0), textcoords="offset points",
        va="bottom", fontweight="bold",
    )  # fmt: skip


def _attempts(axes: Axes, plan: Plan) -> None:
    axes.set_title("Times that a president dials, on average", loc="left", fontsize=10.5, color=SOFT)
    axes.plot([row.lines for row in plan.curve], [row.attempts for row in plan.curve], color=INK, linewidth=2)
    axes.plot([row.lines for row in plan.rows], [row.attempts for row in plan.rows], "o", color=INK, markersize=4)
    axes.set_ylim(bottom=0)
    axes.set_xlabel("lines")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    _frame(axes)
    _marks(axes, plan)


def _frame(axes: Axes) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.grid(axis="y", color=EDGE, linewidth=0.8)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    axes.margins(x=0.01)
