"""The one writer of XLSX: a workbook, its rows written one by one as they come.

A text stays a text, a number a number, whatever a spreadsheet would make of it. Moments are in the election's local time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import IO, Any

import xlsxwriter

from db.refusals import Refusal
from flows.ballot import Election
from reporting.exports.dataset import Column, Kind
from reporting.exports.moments import in_local_time

MOMENT_FORMAT = "yyyy-mm-dd hh:mm:ss"


@dataclass(frozen=True, slots=True)
class Worksheet:
    """Rows of these columns, under the columns' names if there is a heading."""

    name: str
    columns: Sequence[Column]
    records: Iterable[Mapping[str, Any]]
    heading: bool = True


OUT_OF_BOUNDS = -1
"""What XlsxWriter returns for a row that no worksheet has."""


class TooLargeForWorkbook(Refusal):
    """A worksheet takes 1,048,576 rows: these are more."""

    key = "too-large-for-workbook"
    reason = "too large for a workbook: take CSV instead"


def candidates_worksheet(election: Election) -> Worksheet:
    """The candidates' numbers, which name columns elsewhere, and their names."""
    columns = (Column("number", Kind.COUNT), Column("name", Kind.TEXT))
    records = ({"number": each.number, "name": each.name} for each in election.candidates)
    return Worksheet("candidates", columns, records, heading=False)


def write_xlsx(worksheets: Iterable[Worksheet], zone: tzinfo, file: IO[bytes]) -> None:
    """Writes a workbook of these worksheets. Each is read when the one before is written. Raises `TooLargeForWorkbook`."""
    workbook = xlsxwriter.Workbook(file, {"constant_memory": True})
    bold = workbook.add_format({"bold": True})
    moment = workbook.add_format({"num_format": MOMENT_FORMAT})
    for each in worksheets:
        sheet = workbook.add_worksheet(each.name)
        if each.heading:
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, [column.name for column in each.columns], bold)
        _write_rows(sheet, each, zone, moment)
    workbook.close()


def _write_rows(sheet: Any, worksheet: Worksheet, zone: tzinfo, moment: Any) -> None:
    writers: Mapping[Kind, Callable[[int, int, Any], object]] = {
        Kind.TEXT: lambda line, place, value: sheet.write_string(line, place, str(value)),
        Kind.COUNT: sheet.write_number,
        Kind.NUMBER: sheet.write_number,
        Kind.TRUTH: sheet.write_boolean,
        Kind.MOMENT: lambda line, place, value: sheet.write_datetime(line, place, in_local_time(value, zone), moment),
    }
    columns = [(place, column.name, writers[column.kind]) for place, column in enumerate(worksheet.columns)]
    for line, record in enumerate(worksheet.records, 1 if worksheet.heading else 0):
        for place, name, write in columns:
            if record[name] is not None and write(line, place, record[name]) == OUT_OF_BOUNDS:
                raise TooLargeForWorkbook
