"""Where everything is on a statement's form: what is printed, where the pen writes, and which part of its ink is cut out.

One A4 page a bureau. Lengths are millimetres from the upper left corner, x to the right and y downwards, as a digital pen gives
them. Each figure has a row of cells, one a digit, filled from the right.
"""

from dataclasses import dataclass

from flows.ballot import MAX_FIGURE_DIGITS, Election

PAGE = (210.0, 297.0)
MARGIN = 15.0
TOP = 78.0
"""Where the figures begin."""
BOTTOM = 218.0
"""Where they end, however many candidates there are; below are receipt and signatures."""
CELL_WIDTH = 9.0
CELLS_LEFT = 118.0
TALLEST_ROW = 11.0
GAP = 1.5
"""Between the cells of two rows."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the form, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class FigureBox:
    """Where one figure is written: `row` is the whole line with its label; `cells` are its digits' places, left to right."""

    field: str
    row: Box
    cells: tuple[Box, ...]

    @property
    def outline(self) -> Box:
        """The cells together."""
        first = self.cells[0]
        return Box(first.x, first.y, first.width * len(self.cells), first.height)


def lay_out(election: Election) -> dict[str, FigureBox]:
    """Each figure's place, by field, in the order of the phone's questions."""
    height = min(TALLEST_ROW, (BOTTOM - TOP) / len(election.fields))
    places = {}
    for place, field in enumerate(election.fields):
        y = TOP + place * height
        cells = tuple(
            Box(CELLS_LEFT + digit * CELL_WIDTH, y + GAP / 2, CELL_WIDTH, height - GAP)
            for digit in range(MAX_FIGURE_DIGITS)
        )
        places[field] = FigureBox(field, Box(MARGIN, y, PAGE[0] - 2 * MARGIN, height), cells)
    return places
