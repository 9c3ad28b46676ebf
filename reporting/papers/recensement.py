"""The recensement (*procès-verbal de recensement*): the official addition of all statements.

It is a department's, by bureau, or the nation's, by department.

Nothing is read here: the caller hands in the rows, their total, and what they are worth.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from db.elections import Schedule
from flows.ballot import Election
from reporting.papers.printed_page import GREY, STRONG, PrintedPage
from reporting.papers.table import CountsTable, Margins
from reporting.pen.form_layout import Box
from reporting.tabulation.totals import Status, TotalsRow
from reporting.wording.paper_wording import wording_of

MARGINS = Margins(side=10.0, bottom=15.0)
TOP = 14.0
LINE = 4.6
OBSERVATIONS = 26.0
SIGNATURE = 30.0
SIGNERS = ("chair", "member", "member", "member")


@dataclass(frozen=True, slots=True)
class PublicationReference:
    """The publication that the recensement belongs to: its number, its moment, and the hash that binds it."""

    number: int
    at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class RecensementContext:
    """What the recensement says beside the counts: what these are worth, why rows are missing, when it was made.

    `reasons` are by the code of the bureau, or of the department. A missing one without a reason is listed without.
    An equal recensement with the same `created` is equal bytes.
    """

    election: Election
    schedule: Schedule
    status: Status
    created: datetime
    reasons: Mapping[str, str]
    publication: PublicationReference | None = None


def print_department(
    context: RecensementContext, total: TotalsRow, bureaux: Iterable[TotalsRow], out: BinaryIO
) -> None:
    """Prints the recensement of a department: a line a bureau, dashes where a bureau is not in.

    Raises `TotalsDiffer` if the bureaux do not add up to `total`; nothing is written then.
    """
    rows = list(bureaux)
    paper = _Recensement(context, total, (("column-code", 18.0), ("column-bureau", 40.0)))
    paper.begin(paper.words.text("of-department", department=total.department), "commission")
    paper.draw_counts(rows, lambda row: (paper.words.code(row.code), f"{row.commune}, {row.name}"))
    paper.list_missing([(row, row.code, _named(paper, row)) for row in rows if not row.reported])
    paper.close(out)


def print_nation(
    context: RecensementContext, total: TotalsRow, departments: Iterable[TotalsRow], out: BinaryIO
) -> None:
    """Prints the recensement of the nation: a line a department, and the candidates by their votes.

    Raises `TotalsDiffer` if the departments do not add up to `total`; nothing is written then.
    """
    rows = list(departments)
    paper = _Recensement(context, total, (("column-department", 12.0), ("column-bureaux", 22.0)))
    paper.begin(paper.words.text("of-nation"), "authority")
    paper.draw_counts(rows, lambda row: (row.department, _share_in(paper, row)))
    paper.rank_candidates()
    short = [row for row in rows if row.reported < row.bureaux]
    paper.list_missing([(row, row.department, _lacking(paper, row)) for row in short])
    paper.close(out)


def _named(paper: "_Recensement", row: TotalsRow) -> str:
    return f"{paper.words.code(row.code)} – {row.commune}, {row.name}"


def _share_in(paper: "_Recensement", row: TotalsRow) -> str:
    number = paper.words.number
    return f"{number(row.reported)} / {number(row.bureaux)}"


def _lacking(paper: "_Recensement", row: TotalsRow) -> str:
    lacking, bureaux = row.bureaux - row.reported, paper.words.number(row.bureaux)
    return paper.words.text("missing-department", department=row.department, lacking=lacking, bureaux=bureaux)


class _Recensement:
    """One paper while it is drawn, from top to bottom."""

    def __init__(self, context: RecensementContext, total: TotalsRow, labels: Sequence[tuple[str, float]]) -> None:
        self.words = wording_of(context.election, context.schedule)
        self._context = context
        self._total = total
        self._title = self.words.text("recensement-title")
        self._sheet = PrintedPage(self.words, self._title, context.created)
        heads = [(self.words.text(key), width) for key, width in labels]
        self._table = CountsTable(self._sheet, context.election, heads, total, MARGINS)
        self._organ = ""
        self._subject = ""
        self._y = TOP

    @property
    def _width(self) -> float:
        return float(self._sheet.w) - 2 * MARGINS.side

    def begin(self, subject: str, organ: str) -> None:
        """The heading: what was voted on, when and where; the status of the counts, and how many bureaux are in them."""
        self._subject, self._organ = subject, organ
        election, words = self._context.election, self.words
        self._turn()
        self._line(self._title, size=16, bold=True, leading=7.5)
        day = words.day(self._context.schedule.polls_close)
        self._line(words.text("form-poll", title=words.title(election), day=day), size=10.5, leading=5.5)
        self._line(subject, size=12, bold=True, leading=6.5)
        status = words.text(f"status-{self._context.status}")
        box = Box(MARGINS.side, self._y - 3.6, self._width, 7.0)
        self._sheet.draw_box(box, width=STRONG)
        self._sheet.write_line(status, box.x + 2, self._y + 1.1, box.width - 4, size=9.5, bold=True)
        self._y += 9.0
        reported, bureaux = self._total.reported, words.number(self._total.bureaux)
        self._line(words.text("bureaux-in", shown=words.number(reported), reported=reported, bureaux=bureaux), size=9)
        self._line(self._turnout(), size=9)
        if self._context.publication is not None:
            self._line(self._published(self._context.publication), size=8)
        if self._table.layout.numbered:
            self._legend()

    def _turnout(self) -> str:
        row, words = self._total, self.words
        return words.text("turnout", part=words.part(row.turnout, 2), electorate=words.number(row.electorate))

    def _published(self, publication: PublicationReference) -> str:
        local = publication.at.astimezone(self.words.zone)
        moment = {"day": self.words.day(publication.at), "time": f"{local:%H:%M:%S}"}
        return self.words.text("publication", number=publication.number, digest=publication.digest, **moment)

    def _legend(self) -> None:
        """The legend: which number stands for which candidate's column, as many to a line as fit."""
        names = [f"{each.number} {each.name}" for each in self._context.election.candidates]
        across = 5
        for start in range(0, len(names), across):
            for place, name in enumerate(names[start : start + across]):
                width = self._width / across
                self._sheet.write_line(name, MARGINS.side + place * width, self._y, width - 2, size=8)
            self._y += 3.8

    def draw_counts(self, rows: Iterable[TotalsRow], label: Callable[[TotalsRow], Sequence[str]]) -> None:
        """The table."""
        self._y = self._table.draw(rows, label, self._y, self._turn) + 6

    def rank_candidates(self) -> None:
        """The candidates by their votes, those with equal votes at the same rank."""
        election, row, words = self._context.election, self._total, self.words
        votes = row.figures
        order = sorted(election.candidates, key=lambda each: -votes[each.field])
        self._make_room(LINE * (len(order) + 2))
        self._line(words.text("ranking"), size=10, bold=True, leading=5.5)
        for each in order:
            rank = 1 + sum(votes[other] > votes[each.field] for other in election.candidate_fields)
            cells = ((f"{rank}.", 0, 10, "L"), (each.name, 10, 80, "L"), (words.number(votes[each.field]), 92, 26, "R"))
            for text, x, width, align in (*cells, (words.part(row.share(each.field), 2), 120, 24, "R")):
                self._sheet.write_line(text, MARGINS.side + x, self._y, width, size=9.5, align=align)
            self._y += LINE
        self._y += LINE

    def list_missing(self, missing: Sequence[tuple[TotalsRow, str, str]]) -> None:
        """Lists the missing bureaux or departments, with the reason."""
        words = self.words
        self._make_room(3 * LINE)
        self._line(words.text("missing" if missing else "missing-nobody"), size=10, bold=True, leading=5.5)
        for _, code, name in missing:
            self._make_room(LINE)
            reason = self._context.reasons.get(code) or words.text("missing-unsaid")
            self._line(words.text("missing-line", name=name, reason=reason), size=8)
        self._y += LINE / 2

    def close(self, out: BinaryIO) -> None:
        """Draws observations, signatures and the pages' feet, and writes the file."""
        self._make_room(OBSERVATIONS + SIGNATURE + 12)
        sheet, words = self._sheet, self.words
        sheet.draw_box(Box(MARGINS.side, self._y - 3, self._width, OBSERVATIONS))
        sheet.write_line(words.text("observations"), MARGINS.side + 2, self._y + 1.5, 100, size=8)
        self._y += OBSERVATIONS + 4
        self._line(words.text("form-done"), size=9, leading=3)
        width = self._width / len(SIGNERS)
        for place, signer in enumerate(SIGNERS):
            box = Box(MARGINS.side + place * width, self._y, width, SIGNATURE)
            sheet.draw_box(box, grey=GREY)
            sheet.write_line(
                words.text(f"signer-{signer}-{self._organ}"), box.x + 2, box.y + 4.5, width - 4, size=8, bold=True
            )
            sheet.write_line(words.text("signer-name"), box.x + 2, box.y + 10.5, 9, size=7)
            sheet.draw_dots(box.x + 11, box.y + 10.5, box.x + width - 2)
        self._number_pages()
        sheet.output(out)

    def _line(self, text: str, *, size: float, bold: bool = False, leading: float = LINE) -> None:
        self._sheet.write_line(text, MARGINS.side, self._y, self._width, size=size, bold=bold)
        self._y += leading

    def _make_room(self, height: float) -> None:
        """Begins a new page if less than this height is left."""
        if self._y + height > self._sheet.h - MARGINS.bottom:
            self._turn()

    def _turn(self) -> float:
        """Begins a new page, and returns where its text begins."""
        layout = self._table.layout
        self._sheet.add_page(orientation=layout.orientation, format=layout.paper)
        self._y = TOP + 2
        return self._y

    def _number_pages(self) -> None:
        """Draws the foot of every page, once the number of pages is known."""
        sheet, baseline = self._sheet, self._sheet.h - 7
        whose = f"{self.words.title(self._context.election)} – {self._subject}"
        status = self.words.text(f"status-short-{self._context.status}")
        for page in range(1, (pages := sheet.page) + 1):
            sheet.page = page
            number = self.words.text("page", page=page, pages=pages)
            for text, align in ((whose, "L"), (status, "C"), (number, "R")):
                sheet.current_font_is_set_on_page = False
                sheet.write_line(text, MARGINS.side, baseline, self._width, size=7.5, align=align)
