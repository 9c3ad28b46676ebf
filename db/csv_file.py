"""The one writer of CSV. `register_files` and `results_files` read it.

A spreadsheet that opens a CSV runs a text that begins like a formula, and names in the register are others' words. So such a
text gets an apostrophe before it, which marks it as text, and every text stands in quotes, so that no separator of another
country ends it.
"""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TextIO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_FIGURE = re.compile(r"[+-][0-9]+(\.[0-9]+)?")
"""A telephone number in E.164, or a number with its sign: no formula."""


class CsvFile:
    """Rows of the columns `names`, written one by one as they come."""

    def __init__(self, names: Sequence[str], out: TextIO, *, heading: bool = True) -> None:
        self._names = names
        self._rows = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
        if heading:
            csv.writer(out, lineterminator="\n").writerow(names)

    def write(self, record: Mapping[str, Any]) -> None:
        """Writes one row."""
        self._rows.writerow([_cell(record[name]) for name in self._names])


def write_csv(names: Sequence[str], records: Iterable[Mapping[str, Any]], out: TextIO, *, heading: bool = True) -> None:
    """Writes records as CSV, one by one as they come. Without `heading`, they go on a file that has one."""
    file = CsvFile(names, out, heading=heading)
    for each in records:
        file.write(each)


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if _is_formula(value) else value
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _is_formula(text: str) -> bool:
    """True also where blanks come before: some spreadsheets leave them out."""
    return text.lstrip(" ").startswith(FORMULA_STARTS) and not _FIGURE.fullmatch(text)
