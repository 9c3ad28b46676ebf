"""The command that enters statements of the count from a file."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from db.options import election_option
from db.results_files import read_results
from db.services import Services
from reporting.verification.statement_files import Imported, find_clerk, import_statements

SHOWN_FAULTS = 20


@click.group("minutes")
def statements_group() -> None:
    """The minutes (procès-verbaux) of the bureaux."""


@statements_group.command("import")
@click.argument("path", metavar="PV.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--entry", required=True, type=click.IntRange(1, 2), help="The first, or the second, by another clerk.")
@click.option("--clerk", required=True, metavar="EMAIL", help="The account that enters them.")
@election_option
@click.pass_obj
def import_command(services: Services, path: Path, entry: int, clerk: str, election_id: int | None) -> None:
    """Enters a file of minutes (the format of RESULTS.csv) as a clerk's first or second entry.

    Other departments' bureaux are refused, and what is refused is listed; the same file again changes nothing.
    """
    by = find_clerk(services.engine, clerk)
    file = read_results(path)
    columns = (TextColumn("minutes"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("minutes", total=len(file.figures))
        done = import_statements(
            services.engine,
            election_id,
            path,
            file,
            entry,
            by,
            clock=services.clock,
            consequences=services.consequences,
            progress=lambda count: bar.advance(task, count),
        )
    _report(path, done)
    if done.faults:
        raise SystemExit(2)


def _report(path: Path, done: Imported) -> None:
    click.echo(f"entered      {done.entered} minutes")
    click.echo(f"settled      {done.settled}, both entries the same")
    if done.differing:
        click.echo(f"differing    {done.differing}: the chair must look at the paper")
    if done.there:
        click.echo(f"there before {done.there}")
    if done.faults:
        click.echo(f"refused      {len(done.faults)}")
    for fault in done.faults[:SHOWN_FAULTS]:
        click.echo(f"{path}, line {fault.line}, column {fault.column}: {fault.reason}", err=True)
    if len(done.faults) > SHOWN_FAULTS:
        click.echo(f"{path}: {len(done.faults) - SHOWN_FAULTS} more are refused", err=True)
