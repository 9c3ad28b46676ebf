"""Reads printed papers back."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp

POINTS = 72 / 25.4
"""In a millimetre."""


@contextmanager
def document(paper: bytes | BytesIO) -> Iterator[pypdfium2.PdfDocument]:
    """The PDF, opened."""
    opened = pypdfium2.PdfDocument(paper)
    yield opened
    opened.close()


def texts(paper: BytesIO) -> list[str]:
    """The text of each page, in the order in which it was printed, with plain spaces."""
    with document(paper) as opened:
        pages = [page.get_textpage().get_text_bounded() for page in opened]
    return [page.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ") for page in pages]


def decoded(paper: BytesIO, page: int = 0) -> str:
    """What the page's QR code says."""
    with document(paper) as opened:
        picture = opened[page].render(scale=2).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text


def rectangles(paper: BytesIO, page: int = 0) -> set[tuple[float, float, float, float]]:
    """The outlines drawn on a page: x, y, width, height in millimetres from the upper left corner."""
    found = set()
    with document(paper) as opened:
        sheet = opened[page]
        for item in sheet.get_objects([pdfium.FPDF_PAGEOBJ_PATH]):
            corners = [_point(item, place) for place in range(pdfium.FPDFPath_CountSegments(item))]
            if len(corners) >= 4:
                xs, ys = sorted({x for x, _ in corners}), sorted({y for _, y in corners})
                top = sheet.get_height() - ys[-1]
                sides = xs[0], top, xs[-1] - xs[0], ys[-1] - ys[0]
                found.add(tuple(round(side / POINTS, 1) for side in sides))
    return found


def _point(item: pypdfium2.PdfObject, place: int) -> tuple[float, float]:
    x, y = ctypes.c_float(), ctypes.c_float()
    segment = pdfium.FPDFPath_GetPathSegment(item, place)
    assert pdfium.FPDFPathSegment_GetPoint(segment, x, y)
    return x.value, y.value
