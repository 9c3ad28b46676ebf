"""A table of counts over many pages. Each page has the heads, and carries the sums so far to the next page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from db.refusals import Refusal
from flows.arithmetic import Figures
from flows.ballot import VOTERS, Election
from reporting.papers.printed_page import FONT, GREY, HAIRLINE, PALE, THIN, PrintedPage
from reporting.tabulation.totals import TotalsRow
from reporting.wording.paper_wording import PaperWording

ELECTORS = "electors"
VALID = "valid"
PADDING = 1.4
"""Millimetres between two columns."""
LEADING = 0.62
"""A row's height by its type size, millimetres a point."""
HEAVY_FROM = 6.5
"""Points."""
WIDTHS = {("A4", "portrait"): 210.0, ("A4", "landscape"): 297.0, ("A3", "landscape"): 420.0}
"""Of the papers, millimetres."""


class TotalsDiffer(Refusal):
    """The rows do not add up to their total: they were read at different moments, or one of them is wrong."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table fits its page: which paper, candidates by surname or by number, the type's size in points."""

    paper: str
    orientation: str
    numbered: bool
    size: float

    @property
    def width(self) -> float:
        """The paper's, millimetres."""
        return WIDTHS[self.paper, self.orientation]

    @property
    def heavy(self) -> bool:
        """Whether heads and sums are bold. They are not where room is short."""
        return self.size >= HEAVY_FROM


LAYOUTS = (
    *(Layout("A4", "portrait", False, size) for size in (8.0, 7.5, 7.0)),
    *(Layout("A4", "landscape", False, size) for size in (8.0, 7.5, 7.0)),
    *(Layout("A4", "landscape", True, size) for size in (8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0)),
    *(Layout("A3", "landscape", True, size) for size in (7.0, 6.0, 5.0)),
)
"""The first layout in which all figures fit is used. The last takes ten digits in each of twenty columns."""


def sums(election: Election, row: TotalsRow) -> dict[str, int]:
    """What a row's columns count, of those of its bureaux that are in it."""
    before = {ELECTORS: row.electorate_reported, VOTERS: row.voters}
    invalid = {field: row.figures[field] for field in election.invalid.fields}
    return {**before, **invalid, VALID: row.valid, **{field: row.figures[field] for field in election.candidate_fields}}


@dataclass(frozen=True, slots=True)
class Margins:
    """Where a page's table may stand: lengths from the paper's edges, millimetres."""

    side: float
    bottom: float


class CountsTable:
    """Draws rows of counts. `labels` heads the columns before the counts; the last of these takes the room that is left."""

    def __init__(
        self,
        sheet: PrintedPage,
        election: Election,
        labels: Sequence[tuple[str, float]],
        total: TotalsRow,
        margins: Margins,
    ) -> None:
        self._sheet = sheet
        self._words: PaperWording = sheet.words
        self._election = election
        self._labels = labels
        self._total = sums(election, total)
        self._margins = margins
        self.layout = next((each for each in LAYOUTS if self._fits(each)), LAYOUTS[-1])

    def _fits(self, layout: Layout) -> bool:
        surnames = self._heads(layout)
        if not layout.numbered and len(set(surnames.values())) < len(surnames):
            return False
        room = layout.width - 2 * self._margins.side
        return sum(width for _, width in self._labels) + sum(self._widths(layout).values()) <= room

    def _heads(self, layout: Layout) -> dict[str, str]:
        """What stands above each column of counts."""
        heads = {field: self._words.text(f"column-{field}") for field in self._total if not field.isdigit()}
        for each in self._election.candidates:
            heads[each.field] = f"{each.number}" if layout.numbered else each.name.rsplit(" ", 1)[-1]
        return heads

    def _widths(self, layout: Layout) -> dict[str, float]:
        """Columns as wide as their head or their total, whichever is wider."""
        self._sheet.set_font(FONT, "B" if layout.heavy else "", layout.size)
        wide = self._sheet.get_string_width
        heads = self._heads(layout)
        return {
            field: max(wide(heads[field]), wide(self._words.number(count))) + PADDING
            for field, count in self._total.items()
        }

    def draw(
        self,
        rows: Iterable[TotalsRow],
        label: Callable[[TotalsRow], Sequence[str]],
        y: float,
        turn: Callable[[], float],
    ) -> float:
        """Draws the table from `y` on, and returns where it ends. `turn` begins a new page, and returns where its text begins.

        Raises `TotalsDiffer` if the rows do not make the total.
        """
        columns = self._columns()
        carried = dict.fromkeys(self._total, 0)
        height = self.layout.size * LEADING
        last = self._sheet.h - self._margins.bottom - 2 * height
        y = self._draw_heads(columns, y)
        for row in rows:
            if y + height > last:
                self._draw_sums("carried-forward", carried, columns, y)
                y = self._draw_heads(columns, turn())
                y = self._draw_sums("brought-forward", carried, columns, y)
            counts = sums(self._election, row)
            carried = {field: carried[field] + count for field, count in counts.items()}
            y = self._draw_row(label(row), counts if row.reported else None, columns, y)
        if carried != self._total:
            raise TotalsDiffer("the rows do not add up to their total: read them again")
        return self._draw_sums("total", carried, columns, y)

    def _columns(self) -> list[tuple[float, float]]:
        """Left edge and width of each column. The last label's column takes the room that is left."""
        widths = [width for _, width in self._labels] + list(self._widths(self.layout).values())
        room = self.layout.width - 2 * self._margins.side
        widths[len(self._labels) - 1] += max(0.0, room - sum(widths))
        edges = [self._margins.side + sum(widths[:place]) for place in range(len(widths))]
        return list(zip(edges, widths, strict=True))

    def _draw_heads(self, columns: Sequence[tuple[float, float]], y: float) -> float:
        heads = [head for head, _ in self._labels], list(self._heads(self.layout).values())
        y = self._draw_cells(*heads, columns, y, bold=self.layout.heavy)
        self._rule(columns, y, THIN, GREY)
        return y

    def _draw_row(
        self, labels: Sequence[str], counts: Figures | None, columns: Sequence[tuple[float, float]], y: float
    ) -> float:
        """One row; dashes where nothing is in yet."""
        cells = [self._words.number(counts[field] if counts else None) for field in self._total]
        y = self._draw_cells(labels, cells, columns, y)
        self._rule(columns, y, HAIRLINE, PALE)
        return y

    def _draw_sums(self, key: str, counts: Figures, columns: Sequence[tuple[float, float]], y: float) -> float:
        blank = [""] * (len(self._labels) - 1)
        cells = [self._words.number(counts[field]) for field in self._total]
        y = self._draw_cells([*blank, self._words.text(key)], cells, columns, y, bold=self.layout.heavy)
        self._rule(columns, y, THIN, GREY)
        return y

    def _draw_cells(
        self,
        labels: Sequence[str],
        cells: Sequence[str],
        columns: Sequence[tuple[float, float]],
        y: float,
        bold: bool = False,
    ) -> float:
        size, height = self.layout.size, self.layout.size * LEADING
        baseline = y + height * 0.72
        for (x, width), text in zip(columns, labels, strict=False):
            self._sheet.write_line(text, x, baseline, width - PADDING, size=size, bold=bold)
        for (x, width), text in zip(columns[len(labels) :], cells, strict=True):
            self._sheet.write_line(text, x, baseline, width, size=size, bold=bold, align="R")
        return y + height

    def _rule(self, columns: Sequence[tuple[float, float]], y: float, width: float, grey: int) -> None:
        x, wide = columns[-1]
        self._sheet.draw_rule(self._margins.side, y, x + wide, width=width, grey=grey)
