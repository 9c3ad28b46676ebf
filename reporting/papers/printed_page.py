"""The paper itself: fonts, and what every printed page draws."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import qrcode
from fpdf import FPDF
from qrcode.constants import ERROR_CORRECT_Q

from reporting.pen.form_layout import Box
from reporting.wording.paper_wording import PaperWording

FONTS = Path(__file__).parent / "fonts"
FONT = "DejaVu Sans Condensed"
SMALLEST = 5.5
"""Points. Text that would have to be smaller to fit is cut off instead."""
STEP = 0.25
ELLIPSIS = "…"
QUIET_ZONE = 4
"""Modules of white around a QR code, as ISO/IEC 18004 wants."""
BLACK, GREY, PALE = 0, 90, 190
HAIRLINE, THIN, STRONG = 0.1, 0.2, 0.4


class PrintedPage(FPDF):
    """A document of A4 pages. Lengths are millimetres from the upper left corner, sizes are points.

    Equal drawings with the same `created` are equal bytes.
    """

    def __init__(self, words: PaperWording, title: str, created: datetime) -> None:
        super().__init__("portrait", "mm", "A4")
        self.words = words
        self.add_font(FONT, "", FONTS / "DejaVuSansCondensed.ttf")
        self.add_font(FONT, "B", FONTS / "DejaVuSansCondensed-Bold.ttf")
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0.0
        self.set_title(title)
        self.set_lang(words.locale)
        self.set_creation_date(created)

    def write_line(
        self, text: str, x: float, baseline: float, width: float, *, size: float, bold: bool = False, align: str = "L"
    ) -> None:
        """One line of text that fits `width`. It is made smaller if it must be, and at last cut off. `align` is L, C or R."""
        text, wide = self._fit(text, width, size, "B" if bold else "")
        self.text(x + {"L": 0.0, "C": (width - wide) / 2, "R": width - wide}[align], baseline, text)

    def _fit(self, text: str, width: float, size: float, style: str) -> tuple[str, float]:
        """Sets the font to the size at which the text fits. Returns the part of the text that fits, and its width."""
        self.set_font(FONT, style, size)
        wide = self.get_string_width(text)
        if wide <= width:
            return text, wide
        self.set_font_size(max(SMALLEST, int(size * width / wide / STEP) * STEP))
        wide = self.get_string_width(text)
        if wide > width:
            while text and (wide := self.get_string_width(text.rstrip() + ELLIPSIS)) > width:
                text = text[:-1]
            text = text.rstrip() + ELLIPSIS
        return text, wide

    def draw_box(self, box: Box, *, width: float = THIN, grey: int = BLACK) -> None:
        """A rectangle's outline."""
        self.set_line_width(width)
        self.set_draw_color(grey)
        self.rect(box.x, box.y, box.width, box.height)

    def draw_rule(self, x: float, y: float, end: float, *, width: float = THIN, grey: int = BLACK) -> None:
        """A level line from `x` to `end`."""
        self.set_line_width(width)
        self.set_draw_color(grey)
        self.line(x, y, end, y)

    def draw_dots(self, x: float, baseline: float, end: float) -> None:
        """The dotted line on which something is written by hand."""
        self.set_dash_pattern(0.3, 0.9)
        self.draw_rule(x, baseline + 0.5, end)
        self.set_dash_pattern()

    def draw_qr_code(self, data: str, box: Box) -> None:
        """A QR code with its quiet zone, as black bars that fill `box`, a square."""
        bars, modules = qr_bars(data)
        module = box.width / modules
        self.set_fill_color(BLACK)
        for row, start, length in bars:
            self.rect(box.x + start * module, box.y + row * module, length * module, module, style="F")


@lru_cache(maxsize=16)
def qr_matrix(data: str) -> Sequence[Sequence[bool]]:
    """The modules of a QR code, black ones true, with the quiet zone. It can be read with a quarter of it soiled."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET_ZONE)
    code.add_data(data)
    code.make(fit=True)
    matrix: Sequence[Sequence[bool]] = code.get_matrix()
    return matrix


def qr_bars(data: str) -> tuple[list[tuple[int, int, int]], int]:
    """A QR code as black bars (row, first module, modules), and how many modules it is wide."""
    bars = []
    matrix = qr_matrix(data)
    for number, row in enumerate(matrix):
        start = None
        for place, black in enumerate((*row, False)):
            if black and start is None:
                start = place
            elif not black and start is not None:
                bars.append((number, start, place - start))
                start = None
    return bars, len(matrix)
