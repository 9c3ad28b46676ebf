"""The commands between a tally and its publication: minutes entered from a file, and the channels reconciled."""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import Engine

from db import elections
from db.engine import snapshot
from db.results_files import read_results
from db.tallies import Consequence
from reporting.commands import election_option, format_option, named, write
from reporting.comparison import State
from reporting.minutes_files import Imported, find_clerk, import_minutes
from reporting.reconciliation_list import (
    RECONCILIATION_COLUMNS,
    CaseFilter,
    ListedCase,
    Order,
    read_cases,
    reconciliation_records,
)
from reporting.renderings import Format, print_table

SHOWN_FAULTS = 20


class House(Protocol):
    """What these commands need of the house."""

    @property
    def engine(self) -> Engine:
        """The database."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time, in UTC."""

    @property
    def consequences(self) -> Sequence[Consequence]:
        """What a stored tally sets off."""


@click.group("minutes")
def minutes_group() -> None:
    """The minutes (procès-verbaux) of the bureaux."""


@minutes_group.command("import")
@click.argument("path", metavar="PV.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--entry", required=True, type=click.IntRange(1, 2), help="The first, or the second, by another clerk.")
@click.option("--clerk", required=True, metavar="EMAIL", help="The account that enters them.")
@election_option
@click.pass_obj
def import_command(house: House, path: Path, entry: int, clerk: str, election_id: int | None) -> None:
    """Enters a file of minutes (the format of RESULTS.csv) as a clerk's first or second entry.

    Other departments' bureaux are refused, and what is refused is listed; the same file again changes nothing.
    """
    by = find_clerk(house.engine, clerk)
    file = read_results(path)
    columns = (TextColumn("minutes"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("minutes", total=len(file.figures))
        done = import_minutes(
            house.engine,
            election_id,
            path,
            file,
            entry,
            by,
            clock=house.clock,
            consequences=house.consequences,
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


@click.command("reconcile")
@click.option("--state", type=click.Choice([each.value for each in State]), help="Only bureaux of this state.")
@format_option
@election_option
@click.pass_obj
def reconcile_command(house: House, state: str | None, form: str, election_id: int | None) -> None:
    """Phone, minutes and ink compared, a row a field; as a table, without --state, only what differs, the heaviest first."""
    with snapshot(house.engine) as connection:
        election, _ = elections.find(connection, election_id)
        wanted = CaseFilter(state=State(state) if state else None)
        if form == Format.TABLE:
            _print_cases(read_cases(connection, election, wanted, order=Order.AT_STAKE), everything=state is not None)
            return
        cases = read_cases(connection, election, wanted)
        head = {"election": named(election), "state": state}
        write(form, RECONCILIATION_COLUMNS, reconciliation_records(cases), head, "fields")


def _print_cases(cases: Iterator[ListedCase], *, everything: bool) -> None:
    """The seven columns of the other forms; unless `everything` is asked for, only fields that differ are listed."""
    table = Table(title="Channels", title_style="bold")
    for name in RECONCILIATION_COLUMNS:
        table.add_column(name, justify="right" if name in ("phone", "pv", "pen") else "left")
    counts = dict.fromkeys(State, 0)
    for case in cases:
        counts[case.comparison.state] += 1
        for row in reconciliation_records([case]):
            if everything or (row["state"] == State.DIFFERING and row["kind"]):
                table.add_row(
                    *("–" if row[name] is None else escape(str(row[name])) for name in RECONCILIATION_COLUMNS)
                )
    print_table(table, sys.stdout)
    click.echo(", ".join(f"{count} {state.value}" for state, count in counts.items()))
