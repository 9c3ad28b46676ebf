"""The one writer of CSV."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO


def write_csv(names: Sequence[str], records: Iterable[dict[str, Any]], out: TextIO) -> None:
    """Writes records as CSV, one by one as they come."""
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
