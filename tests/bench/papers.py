"""What the papers and the report for machines cost: seconds, megabytes of memory, megabytes written. Bureaux are made up.

`python -m tests.bench.papers forms|minutes|nist|xlsx [BUREAUX]`
One measurement a process, because memory is the process's peak.
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from io import TextIOWrapper
from typing import BinaryIO

from flows.ballot import Invalid
from reporting.exports.datasets import DATASETS
from reporting.exports.nist import write_nist
from reporting.exports.xlsx_file import Worksheet, candidates_worksheet, write_xlsx
from reporting.papers.recensement import RecensementContext, print_department
from reporting.papers.register import RegisteredBureau
from reporting.papers.statement_form import print_forms
from reporting.tabulation.totals import Level, Status, add_up
from reporting.tabulation.totals_records import record
from tests.support.synthetic_elections import SCHEDULE, ballot, bureaux, total

DEPARTMENTS = 107
MEGABYTE = 1024 * 1024
ELECTION = ballot(11, Invalid.SEPARATE)
NIGHT = SCHEDULE.polls_close


def forms(count: int) -> Callable[[BinaryIO], object]:
    """Blank minutes for so many bureaux, in one file."""
    register = (RegisteredBureau("01", f"{place:08}", f"Commune {place}", "Bureau 1", place) for place in range(count))
    return lambda out: print_forms(ELECTION, SCHEDULE, register, "+33199001110", "+33199001199", out)


def minutes(count: int) -> Callable[[BinaryIO], object]:
    """The minutes of a department with so many bureaux."""
    rows = list(bureaux(ELECTION, "059", count))
    context = RecensementContext(ELECTION, SCHEDULE, Status.VALIDATED, NIGHT, reasons={})
    return lambda out: print_department(context, total(rows, "059"), rows, out)


def nist(count: int) -> Callable[[BinaryIO], object]:
    """The report of a nation with about so many bureaux."""
    codes = [f"{number:03}" for number in range(1, DEPARTMENTS + 1)]
    each = -(-count // DEPARTMENTS)
    departments = [total(list(bureaux(ELECTION, code, each)), code) for code in codes]
    rows = (row for code in codes for row in bureaux(ELECTION, code, each))

    def write(out: BinaryIO) -> None:
        text = TextIOWrapper(out, encoding="utf-8")
        nation = add_up(departments)
        write_nist(ELECTION, SCHEDULE, Status.VALIDATED, nation, departments, rows, at=NIGHT, out=text)
        text.detach()

    return write


def xlsx(count: int) -> Callable[[BinaryIO], object]:
    """A workbook of so many bureaux."""
    columns = DATASETS["totals"].columns(ELECTION, {"level": Level.BUREAU.value})
    records = (record(ELECTION, Level.BUREAU, row) for row in bureaux(ELECTION, "059", count))
    worksheet = Worksheet(Level.BUREAU.value, columns, records)
    return lambda out: write_xlsx([worksheet, candidates_worksheet(ELECTION)], SCHEDULE.zone, out)


WORKS = {"forms": (forms, 10_000), "minutes": (minutes, 2_400), "nist": (nist, 69_242), "xlsx": (xlsx, 69_242)}


def main() -> None:
    """Prints what one of `WORKS` costs."""
    parser = argparse.ArgumentParser(description="What the papers and the report for machines cost.")
    parser.add_argument("name", choices=list(WORKS))
    parser.add_argument("bureaux", type=int, nargs="?")
    options = parser.parse_args()
    work, usual = WORKS[options.name]
    count = options.bureaux or usual
    write = work(count)
    before, began = _peak(), time.perf_counter()
    with tempfile.TemporaryFile() as out:
        write(out)
        size = out.seek(0, 2) / MEGABYTE
    seconds = time.perf_counter() - began
    print(
        f"{options.name}, {count} bureaux: {seconds:.1f} s, {before:.0f} MB before and {_peak():.0f} MB at most, {size:.1f} MB"
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
