"""The pen's command: `pen import`."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from db import elections
from db.csv_file import CsvFile
from db.services import Services
from reporting.pen.import_run import Outcome, import_all
from reporting.pen.sources import BadSource, find_sources


@dataclass
class Report:
    """What an import did, as it is printed at its end."""

    accepted: int = 0
    read: int = 0
    unread: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Counts one document."""
        if outcome.reason:
            self.refused[outcome.reason] += 1
            return
        self.accepted += 1
        self.read += outcome.read
        self.unread += outcome.unread

    def lines(self) -> Iterator[str]:
        """The report, most frequent reason first."""
        yield f"{self.accepted} documents accepted, {self.refused.total()} refused"
        yield f"{self.read} figures read, {self.unread} unread"
        for reason, count in self.refused.most_common():
            yield f"refused {count} × {reason}"


@click.group("pen")
def pen_group() -> None:
    """The digital pens."""


@pen_group.command("import")
@click.argument("path", metavar="FILE_OR_FOLDER", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--election",
    "election_id",
    type=click.IntRange(1, 2**31 - 1),
    help="Its number; by default the one that closes last.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV of what became of each document: name, bureau, outcome, reason.",
)
@click.pass_obj
def import_command(services: Services, path: Path, election_id: int | None, report_file: Path | None) -> None:
    """Takes in the pens' InkML: one document, a folder of them, or a .zip. Exit status 1 if some were refused."""
    with services.engine.connect() as connection:
        election, schedule = elections.find(connection, election_id)
    report = Report()
    try:
        with _progress(path) as advance, _report_rows(report_file) as write:
            for outcome in import_all(
                services.engine,
                election,
                schedule,
                find_sources(path),
                clock=services.clock,
                consequences=services.consequences,
            ):
                report.add(outcome)
                write(outcome)
                advance()
    except BadSource as error:
        raise click.BadParameter(str(error), param_hint="FILE_OR_FOLDER") from error
    finally:
        if report.accepted or report.refused:
            click.echo("\n".join(report.lines()))
    if report.refused:
        raise SystemExit(1)


@contextmanager
def _progress(path: Path) -> Iterator[Callable[[], None]]:
    """A progress bar on a terminal. The documents are counted first, by their names alone."""
    total = sum(1 for _ in find_sources(path))
    columns = (TextColumn("documents"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("documents", total=total)
        yield lambda: bar.advance(task)


@contextmanager
def _report_rows(path: Path | None) -> Iterator[Callable[[Outcome], None]]:
    """Writes the CSV row by row, or nothing."""
    if path is None:
        yield lambda outcome: None
        return
    try:
        file = path.open("w", encoding="utf-8", newline="")
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="--report") from error
    with file:
        report = CsvFile(("name", "bureau", "outcome", "reason"), file)
        yield lambda each: report.write(
            {
                "name": each.name,
                "bureau": each.bureau,
                "outcome": "refused" if each.reason else "accepted",
                "reason": each.reason,
            }
        )
