"""Workbooks of many rows. XlsxWriter takes 4 µs a cell, through checks that rows of known columns do not need: 69,242 bureaux
would take 10 s. `RowSheet` writes such rows straight into XlsxWriter's own stream of rows, which stays in charge of all else.

It relies on what XlsxWriter keeps to itself (in its constant-memory mode `_write_single_row` and `row_data_fh`, and that it
packs with its module's `ZipFile`): the version is pinned, and tests read what was written with another library.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

import xlsxwriter.workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

OPTIONS = {"constant_memory": True}
FASTEST = 1
"""How hard a workbook is pressed: at zlib's usual 6 it is a quarter smaller, and a country's takes a second more."""
xlsxwriter.workbook.ZipFile = partial(ZipFile, compresslevel=FASTEST)
EPOCH = datetime(1899, 12, 30)
DAY = 86_400
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
"""What no XML may hold."""


class CellKind(StrEnum):
    """How a value is written."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    MOMENT = "moment"


class RowSheet(Worksheet):
    """A worksheet that takes whole rows, one after the other, below what was written before."""

    def write_records(self, kinds: Sequence[CellKind], rows: Iterable[Sequence[Any]], moment_style: int) -> None:
        """Writes rows whose values are of these kinds, None for nothing; a moment is local time, without a zone.

        `moment_style` is the index of the format of moments (`Format._get_xf_index`).
        """
        first = self.previous_row + 1
        self._write_single_row(first)
        columns = [(f'<c r="{xl_col_to_name(place)}', _WRITERS[kind]) for place, kind in enumerate(kinds)]
        write, line = self.row_data_fh.write, first
        for line, row in enumerate(rows, first + 1):
            cells = "".join(
                f"{start}{line}{form(value, moment_style)}"
                for (start, form), value in zip(columns, row, strict=True)
                if value is not None
            )
            write(f'<row r="{line}">{cells}</row>')
        self._check_dimensions(max(0, line - 1), max(0, len(kinds) - 1))
        self.previous_row = line


def _text(value: Any, _style: int) -> str:
    safe = escape(str(value).translate(_CONTROLS))
    return f'" t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def _number(value: float, _style: int) -> str:
    return f'"><v>{value}</v></c>'


def _truth(value: bool, _style: int) -> str:
    return f'" t="b"><v>{int(value)}</v></c>'


def _moment(value: datetime, style: int) -> str:
    return f'" s="{style}"><v>{(value - EPOCH).total_seconds() / DAY:.8f}</v></c>'


_WRITERS: dict[CellKind, Callable[[Any, int], str]] = {
    CellKind.TEXT: _text,
    CellKind.NUMBER: _number,
    CellKind.TRUTH: _truth,
    CellKind.MOMENT: _moment,
}
