"""The blank procès-verbal: one A4 page a bureau, with the worksheet for the call and the place for the receipt.

The figures stand where `reporting.pen.form_layout` says: the pen's ink is cut out there. Nothing is printed inside the cells.
"""

from collections.abc import Iterable
from typing import BinaryIO

import phonenumbers

from db.elections import Schedule
from db.tallies import RECEIPT_LENGTH
from flows.ballot import PIN_LENGTH, VOTERS, Election
from reporting.papers.printed_page import GREY, HAIRLINE, PALE, STRONG, THIN, PrintedPage
from reporting.papers.register import RegisteredBureau
from reporting.pen.form_layout import BOTTOM, CELLS_LEFT, MARGIN, PAGE, TOP, Box, FigureBox, lay_out
from reporting.wording.paper_wording import PaperWording, wording_of

QR_CODE = Box(163.0, 8.0, 34.0, 34.0)
"""With the white around it."""
HEAD_WIDTH = QR_CODE.x - MARGIN - 2
WORKSHEET = Box(MARGIN, 47.0, PAGE[0] - 2 * MARGIN, 25.5)
STEP_HEIGHT = 4.1
RIGHT = PAGE[0] - MARGIN
OBSERVATIONS_FROM = 22.0
"""Millimetres. If at least so much is left below the figures, a box for observations is drawn there."""
SUM_LINE = 225.0
RECEIPT_TOP = 231.0
RECEIPT_LEFT = 68.0
RECEIPT_CELL = 8.0
GROUP = 3
"""Codes and receipts are said and written in threes."""
SIGNATURES = Box(MARGIN, 249.0, PAGE[0] - 2 * MARGIN, 32.0)
SIGNERS = ("president", "assessor", "assessor", "secretary")
FOOT = 288.0


def print_forms(
    election: Election,
    schedule: Schedule,
    bureaux: Iterable[RegisteredBureau],
    line_number: str,
    hotline: str,
    out: BinaryIO,
) -> int:
    """Prints a form for each bureau, in the election's language, as one PDF; returns how many.

    `line_number` and `hotline` are telephone numbers (E.164 is put into the form that people dial); an empty one leaves a
    dotted place. The PDF is held in memory until it is whole: some 18 kB a bureau.
    """
    words = wording_of(election, schedule)
    sheet = PrintedPage(words, words.text("form-title"), schedule.polls_close)
    form = _Form(sheet, election, schedule, dialled(line_number, words.locale), dialled(hotline, words.locale))
    for bureau in bureaux:
        form.print(bureau)
    sheet.output(out)
    return sheet.page


def dialled(number: str, locale: str) -> str:
    """A number as people dial it: in France without the country's code. A text that is not E.164 is left as it is."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    at_home = locale == "fr" and parsed.country_code == phonenumbers.country_code_for_region("FR")
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, form))


class _Form:
    """Draws one election's forms on a sheet."""

    def __init__(
        self, sheet: PrintedPage, election: Election, schedule: Schedule, line_number: str, hotline: str
    ) -> None:
        self._sheet = sheet
        self._words: PaperWording = sheet.words
        self._election = election
        self._title = self._words.title(election)
        self._day = self._words.day(schedule.polls_close)
        self._line_number = line_number
        self._hotline = hotline
        self._places = lay_out(election)
        self._names = {candidate.field: candidate.name for candidate in election.candidates}

    def print(self, bureau: RegisteredBureau) -> None:
        """One page."""
        self._sheet.add_page()
        self._head(bureau)
        self._worksheet(bureau)
        self._figure_heads()
        for number, place in enumerate(self._places.values(), 1):
            self._figure(number, place)
        self._observations()
        self._sum_line()
        self._receipt()
        self._signatures()
        self._foot(bureau)

    def _head(self, bureau: RegisteredBureau) -> None:
        sheet, words = self._sheet, self._words
        sheet.write_line(words.text("form-title"), MARGIN, 16, HEAD_WIDTH, size=16, bold=True)
        sheet.write_line(words.text("form-poll", title=self._title, day=self._day), MARGIN, 22, HEAD_WIDTH, size=10)
        place = words.text("form-place", department=bureau.department, commune=bureau.commune)
        sheet.write_line(place, MARGIN, 29.5, HEAD_WIDTH, size=11)
        sheet.write_line(bureau.name, MARGIN, 35.5, HEAD_WIDTH, size=12, bold=True)
        sheet.write_line(words.text("form-code"), MARGIN, 43, 14, size=9)
        sheet.write_line(words.code(bureau.code), MARGIN + 14, 43, 62, size=15, bold=True)
        sheet.write_line(words.text("form-electors"), MARGIN + 80, 43, 42, size=9, align="R")
        if bureau.electorate is None:
            sheet.draw_dots(MARGIN + 124, 43, MARGIN + HEAD_WIDTH)
        else:
            sheet.write_line(words.number(bureau.electorate), MARGIN + 124, 43, 22, size=12, bold=True)
        sheet.draw_qr_code(bureau.code, QR_CODE)

    def _worksheet(self, bureau: RegisteredBureau) -> None:
        """How to phone in, in the order in which the line asks (`flows.report`)."""
        sheet, words, box = self._sheet, self._words, WORKSHEET
        sheet.draw_box(box, width=STRONG)
        half = box.width / 2
        self._number("form-call", self._line_number, box.x + 2, half - 4, 11)
        self._number("form-hotline", self._hotline, box.x + half + 2, half - 4, 9)
        hash_key = "yes" if self._election.code_length is None else "no"
        steps = [
            words.text("form-step-code", code=words.code(bureau.code), hash=hash_key),
            words.text("form-step-pin", digits=PIN_LENGTH),
            words.text("form-step-figures"),
            words.text("form-step-all", figures=len(self._places)),
            words.text("form-step-back"),
            words.text("form-step-read-back"),
            words.text("form-step-mismatch"),
            words.text("form-step-receipt", digits=RECEIPT_LENGTH),
        ]
        for order, step in enumerate(steps):
            column, row = divmod(order, len(steps) // 2)
            baseline = box.y + 10.2 + row * STEP_HEIGHT
            sheet.write_line(step, box.x + 2 + column * half, baseline, half - 4, size=8)

    def _number(self, key: str, number: str, x: float, width: float, size: float) -> None:
        """A telephone number after its label, or a dotted line for it."""
        sheet, baseline = self._sheet, WORKSHEET.y + 5.2
        label = self._words.text(key)
        sheet.write_line(label, x, baseline, width, size=9, bold=True)
        after = x + sheet.get_string_width(label) + 2
        if number:
            sheet.write_line(number, after, baseline, x + width - after, size=size, bold=True)
        else:
            sheet.draw_dots(after, baseline, x + width)

    def _figure_heads(self) -> None:
        sheet, words, baseline = self._sheet, self._words, TOP - 1.6
        sheet.write_line(words.text("form-figures"), MARGIN, baseline, CELLS_LEFT - MARGIN - 2, size=8)
        sheet.write_line(words.text("form-cells"), CELLS_LEFT - 20, baseline, 66, size=8, align="R")
        sheet.write_line(words.text("form-keys"), RIGHT - 26, baseline, 26, size=8, align="R")

    def _figure(self, number: int, place: FigureBox) -> None:
        """A figure's row: its number in the phone's list, its name, its empty cells, the key that ends it."""
        sheet, row = self._sheet, place.row
        size = min(11.0, row.height * 1.6)
        baseline = row.centre[1] + size * 0.125
        sheet.draw_rule(row.x, row.y + row.height, CELLS_LEFT - 2, width=HAIRLINE, grey=PALE)
        sheet.write_line(f"{number}.", row.x, baseline, 8, size=size - 1)
        name = self._words.field(place.field, self._names)
        sheet.write_line(name, row.x + 9, baseline, CELLS_LEFT - row.x - 12, size=size, bold=place.field == VOTERS)
        for cell in place.cells:
            sheet.draw_box(cell, width=THIN)
        sheet.write_line(self._words.text("form-hash"), RIGHT - 26, baseline, 26, size=size - 1, align="R")

    def _observations(self) -> None:
        last = list(self._places.values())[-1].row
        top = last.y + last.height + 4
        if BOTTOM - top < OBSERVATIONS_FROM - 4:
            return
        self._sheet.draw_box(Box(MARGIN, top, RIGHT - MARGIN, BOTTOM - top))
        self._sheet.write_line(self._words.text("observations"), MARGIN + 2, top + 4.5, 150, size=8)

    def _sum_line(self) -> None:
        """Ballots = voters, to be checked by hand before the call."""
        sheet, words = self._sheet, self._words
        numbers = words.text("form-sum", first=2, last=len(self._places))
        sheet.write_line(numbers, MARGIN, SUM_LINE, 92, size=9, bold=True)
        sheet.draw_dots(108, SUM_LINE, 128)
        sheet.write_line(words.text("form-sum-voters"), 130, SUM_LINE, 26, size=9, align="C")
        sheet.draw_dots(157, SUM_LINE, 175)
        sheet.draw_box(Box(178, SUM_LINE - 3.2, 3.8, 3.8))
        sheet.write_line(words.text("form-sum-equal"), 183, SUM_LINE, RIGHT - 183, size=9)

    def _receipt(self) -> None:
        sheet, words, baseline = self._sheet, self._words, RECEIPT_TOP + 6.5
        sheet.write_line(words.text("form-receipt"), MARGIN, baseline, RECEIPT_LEFT - MARGIN - 2, size=10, bold=True)
        for box in receipt_boxes():
            sheet.draw_box(box, width=STRONG)
        sheet.write_line(words.text("form-time"), 136, baseline, 30, size=9, align="R")
        sheet.draw_dots(168, baseline, RIGHT)

    def _signatures(self) -> None:
        sheet, words, box = self._sheet, self._words, SIGNATURES
        sheet.write_line(words.text("form-done"), MARGIN, box.y - 2.5, RIGHT - MARGIN, size=9)
        width = box.width / len(SIGNERS)
        for place, signer in enumerate(SIGNERS):
            x = box.x + place * width
            sheet.draw_box(Box(x, box.y, width, box.height), grey=GREY)
            sheet.write_line(words.text(f"signer-{signer}"), x + 2, box.y + 4.5, width - 4, size=8, bold=True)
            sheet.write_line(words.text("signer-name"), x + 2, box.y + 10.5, 9, size=7)
            sheet.draw_dots(x + 11, box.y + 10.5, x + width - 2)

    def _foot(self, bureau: RegisteredBureau) -> None:
        words, width = self._words, RIGHT - MARGIN
        self._sheet.write_line(words.text("form-foot"), MARGIN, FOOT, width, size=7)
        code = f"{self._title} – {words.code(bureau.code)}"
        self._sheet.write_line(code, MARGIN, FOOT, width, size=7, align="R")


def receipt_boxes() -> list[Box]:
    """Where the receipt's digits are written, in threes."""
    gap = RECEIPT_CELL / 4
    return [
        Box(RECEIPT_LEFT + digit * RECEIPT_CELL + digit // GROUP * gap, RECEIPT_TOP, RECEIPT_CELL, 9.5)
        for digit in range(RECEIPT_LENGTH)
    ]
