"""From ink to figures: which strokes belong to which cells, and which digits they are. Doubtful ink is unread, never guessed.

A stroke belongs to the cell that holds its middle. The digits of a figure stand in neighbouring cells. They should end in the
last cell, but a figure that begins in the first one is read, too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from reporting.pen.form_layout import Box, FigureBox
from reporting.pen.inkml import Stroke
from reporting.pen.recogniser import Guess, recognise

READ_FROM = 0.95
"""A figure whose confidence is lower is unread."""

WIDEST = 1.6
"""Of a cell's width. Wider ink is several digits in one stroke, or a digit struck out."""

FLATTEST = 2.5
"""Width over height. Flatter ink is a dash."""

LOWEST = 0.25
"""Of a cell's height. Lower ink is a dot, or a slip of the pen."""

SIDEWAYS = 0.5
"""Of a cell's width. Ink this far outside the outer cells still belongs to them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one figure's ink was recognised as. `count` is None where it is unread; without ink, `digits` is empty."""

    field: str
    digits: str
    confidence: float
    count: int | None


def read(strokes: Iterable[Stroke], places: Mapping[str, FigureBox]) -> list[Reading]:
    """A reading for each figure of the form, in its order. Strokes elsewhere on the page are ignored."""
    written = {field: _Cells(place) for field, place in places.items()}
    for stroke in strokes:
        for cells in written.values():
            if cells.take(stroke):
                break
    inks = [ink for cells in written.values() for _, ink in cells.digits]
    guesses = iter(recognise(inks))
    return [cells.read([next(guesses) for _ in cells.digits]) for cells in written.values()]


class _Cells:
    """One figure's cells as they fill with strokes."""

    def __init__(self, place: FigureBox) -> None:
        self._place = place
        self._inks: list[list[Stroke]] = [[] for _ in place.cells]

    def take(self, stroke: Stroke) -> bool:
        """Takes the stroke in, if its middle lies here."""
        x, y = bounds([stroke]).centre
        outline, row, width = self._place.outline, self._place.row, self._place.cells[0].width
        cell = (x - outline.x) / width
        if not (-SIDEWAYS <= cell < len(self._inks) + SIDEWAYS and row.y <= y < row.y + row.height):
            return False
        self._inks[min(max(int(cell), 0), len(self._inks) - 1)].append(stroke)
        return True

    @property
    def digits(self) -> list[tuple[int, list[Stroke]]]:
        """The cells that have ink: their number from the left, and the ink."""
        return [(number, ink) for number, ink in enumerate(self._inks) if ink]

    def read(self, guesses: Sequence[Guess]) -> Reading:
        """The figure, given a guess for each cell that has ink."""
        digits = "".join(str(guess.digit) for guess in guesses)
        if not digits or not self._in_order():
            return Reading(self._place.field, digits, 0.0, None)
        confidence = prod(guess.confidence for guess in guesses)
        return Reading(self._place.field, digits, confidence, int(digits) if confidence >= READ_FROM else None)

    def _in_order(self) -> bool:
        """True if no cell between the digits is empty, and the ink of each has the size of a digit."""
        numbers = [number for number, _ in self.digits]
        cell = self._place.cells[0]
        return numbers[-1] - numbers[0] + 1 == len(numbers) and all(_digit_sized(ink, cell) for _, ink in self.digits)


def _digit_sized(ink: Sequence[Stroke], cell: Box) -> bool:
    box = bounds(ink)
    return box.width <= WIDEST * cell.width and box.height >= max(LOWEST * cell.height, box.width / FLATTEST)


def bounds(strokes: Iterable[Stroke]) -> Box:
    """The smallest rectangle around strokes."""
    points = [point for stroke in strokes for point in stroke]
    left, top = min(x for x, _ in points), min(y for _, y in points)
    return Box(left, top, max(x for x, _ in points) - left, max(y for _, y in points) - top)
