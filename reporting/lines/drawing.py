"""Where things stand in a drawing of a plan: pure geometry, for the intranet's page and for the file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reporting.lines.plan import PARTS, Plan, PlanRow

WIDTH, HEIGHT = 640.0, 240.0
"""The field between the axes, in the drawing's own units."""
MINUTES = (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 960)
LINES = tuple(step * 10**power for power in range(6) for step in (1, 2, 5))
"""Round steps between marks."""
MARKS = 8
"""Marks on an axis, at most, beside its beginning."""
LABEL_GAP = 16.0
ROOM = 1.08
"""The field is so many times as high as its highest curve."""


@dataclass(frozen=True, slots=True)
class Curve:
    """When a part of the bureaux has reported.

    `points` draw the line. `dots` are the numbers that were asked for (x, y, lines, minutes). At the line's end stand its
    `minutes`, at height `label`.
    """

    part: float
    points: str
    dots: tuple[tuple[float, float, int, float], ...]
    label: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plan in units of `WIDTH` and `HEIGHT`.

    `minutes` and `lines` are the marks of the axes (place, value). `order` is where the number to order stands. Left of
    `too_few`, some presidents never get through.
    """

    curves: tuple[Curve, ...]
    minutes: tuple[tuple[float, int], ...]
    lines: tuple[tuple[float, int], ...]
    order: float
    too_few: float


def draw(plan: Plan) -> Drawing:
    """The drawing of a plan."""
    first, last = plan.curve[0].lines, plan.curve[-1].lines
    latest = ROOM * max(
        (minutes.median for row in plan.curve for minutes in row.until if minutes), default=plan.window_minutes
    )

    def x(lines: float) -> float:
        return round((lines - first) / max(1, last - first) * WIDTH, 1)

    def y(minutes: float) -> float:
        return round(HEIGHT - minutes / latest * HEIGHT, 1)

    def points(rows: Sequence[PlanRow], place: int) -> list[tuple[float, float, int, float]]:
        return [(x(row.lines), y(at.median), row.lines, at.median) for row in rows if (at := row.until[place])]

    drawn = [(part, points(plan.curve, place), points(plan.rows, place)) for place, part in enumerate(PARTS)]
    drawn = [each for each in drawn if each[1]]
    labels = apart([line[-1][1] for _, line, _ in drawn], LABEL_GAP)
    curves = (
        Curve(part, " ".join(f"{left},{up}" for left, up, *_ in line), tuple(dots), label, line[-1][3])
        for (part, line, dots), label in zip(drawn, labels, strict=True)
    )
    return Drawing(
        curves=tuple(curves),
        minutes=tuple((y(mark), mark) for mark in marks(0, latest, MINUTES)),
        lines=tuple((x(mark), mark) for mark in marks(first, last, LINES)),
        order=x(plan.order),
        too_few=max(0.0, x(plan.catches_up)),
    )


def marks(first: float, last: float, steps: Sequence[int]) -> list[int]:
    """Round values from `first` to `last` to mark an axis with: the smallest of the steps that gives no more than `MARKS`."""
    step = next((step for step in steps if (last - first) / step <= MARKS), steps[-1])
    begin = -(-int(first) // step) * step
    return list(range(begin, int(last) + 1, step))


def apart(places: Iterable[float], gap: float) -> list[float]:
    """The places of labels, each moved upwards just enough to stand `gap` from the one below.

    Places grow downwards, and come from the lowest label to the highest.
    """
    moved: list[float] = []
    for place in places:
        moved.append(min(place, moved[-1] - gap) if moved else place)
    return moved
