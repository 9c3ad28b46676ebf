"""The reports' commands: totals, flags, and files to take away."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection

from db import elections
from db.csv_file import write_csv
from db.options import election_option
from db.schema import FlagState
from db.services import Services
from db.transactions import snapshot
from reporting.anomalies.flag_list import FlagFilter, RaisedFlag, read_flags
from reporting.anomalies.rules import Severity
from reporting.exports.json_file import named, write_json
from reporting.exports.options import Format, format_option, status_option
from reporting.exports.terminal_tables import print_table, print_totals
from reporting.publication.published_totals import read_published_totals
from reporting.tabulation.totals import Level, Status, read_totals
from reporting.tabulation.totals_records import columns, record
from reporting.verification.comparison import ComparisonState
from reporting.verification.reconciliation_list import (
    RECONCILIATION_COLUMNS,
    CaseFilter,
    CaseOrder,
    ListedCase,
    read_cases,
    reconciliation_records,
)


@contextmanager
def reading(services: Services, status: Status) -> Iterator[Connection]:
    """A connection that sees one moment, to read totals of this status with. For validated ones it is the public's, which sees
    no others."""
    opened = services.public.snapshot() if status is Status.VALIDATED else snapshot(services.engine)
    with opened as connection:
        yield connection


OPEN = FlagFilter(state=FlagState.OPEN.value, newest=True)
FLAG_COLUMNS = ("code", "severity", "state", "bureau", "department", "commune", "name", "version", "at", "sentence")
COLOURS = {Severity.SERIOUS: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}


@click.command("totals")
@click.option(
    "--level", default=Level.NATIONAL.value, show_default=True, type=click.Choice([each.value for each in Level])
)
@status_option
@format_option
@election_option
@click.pass_obj
def totals_command(services: Services, level: str, status: str, form: str, election_id: int | None) -> None:
    """The totals, as they stand."""
    with reading(services, Status(status)) as connection:
        election, _ = elections.find(connection, election_id)
        if status == Status.VALIDATED:
            rows = read_published_totals(connection, election, services.clock(), Level(level))
        else:
            rows = read_totals(connection, election, Level(level))
        if form == Format.TABLE:
            print_totals(election, Level(level), Status(status), rows, sys.stdout)
            return
        names = columns(election, Level(level))
        records = (record(election, Level(level), row) for row in rows)
        head = {"election": named(election), "status": status, "level": level}
        write(form, names, records, head, "rows")


@click.command("flags")
@click.option("--open", "open_only", is_flag=True, help="Only of the tallies that stand, and unresolved.")
@format_option
@election_option
@click.pass_obj
def flags_command(services: Services, open_only: bool, form: str, election_id: int | None) -> None:
    """What the rules found strange, and what they could not check."""
    with services.engine.connect() as connection:
        election, _ = elections.find(connection, election_id)
        flags = read_flags(connection, election, OPEN if open_only else None)
        if form == Format.TABLE:
            _print_flags(flags)
            return
        records = ({name: getattr(each, name) for name in FLAG_COLUMNS} for each in flags)
        write(form, FLAG_COLUMNS, records, {"election": named(election)}, "flags")


def write(form: str, names: Sequence[str], records: Iterable[dict[str, Any]], head: dict[str, Any], key: str) -> None:
    """Prints records as CSV or JSON, one by one as they come."""
    if form == Format.CSV:
        write_csv(names, records, sys.stdout)
    else:
        write_json(head, key, names, records, sys.stdout)


def _print_flags(flags: Iterable[RaisedFlag]) -> None:
    """Lists the flags. Of those that could not be checked it prints a sum for each reason."""
    table = Table(title="Flags", title_style="bold")
    for name in ("Flag", "Severity", "Bureau", "Place", "At (UTC)", "What"):
        table.add_column(name)
    unchecked: Counter[str] = Counter()
    for each in flags:
        if each.state == FlagState.UNCHECKED:
            unchecked[each.sentence] += 1
            continue
        severity = f"[{COLOURS[each.severity]}]{each.severity}[/]"
        place = escape(f"{each.commune}, {each.name}")
        table.add_row(each.code, severity, each.bureau, place, f"{each.at:%H:%M:%S}", escape(each.sentence))
    print_table(table, sys.stdout)
    for sentence, count in unchecked.most_common():
        click.echo(f"{count} × {sentence}")


@click.command("reconcile")
@click.option(
    "--state", type=click.Choice([each.value for each in ComparisonState]), help="Only bureaux of this state."
)
@format_option
@election_option
@click.pass_obj
def reconcile_command(services: Services, state: str | None, form: str, election_id: int | None) -> None:
    """Phone, minutes and ink compared, a row a field; as a table, without --state, only what differs, the heaviest first."""
    with snapshot(services.engine) as connection:
        election, _ = elections.find(connection, election_id)
        wanted = CaseFilter(state=ComparisonState(state) if state else None)
        if form == Format.TABLE:
            _print_cases(
                read_cases(connection, election, wanted, order=CaseOrder.AT_STAKE), everything=state is not None
            )
            return
        cases = read_cases(connection, election, wanted)
        head = {"election": named(election), "state": state}
        write(form, RECONCILIATION_COLUMNS, reconciliation_records(cases), head, "fields")


def _print_cases(cases: Iterator[ListedCase], *, everything: bool) -> None:
    """Prints the columns that CSV and JSON have. Without `everything`, only fields that differ are listed."""
    table = Table(title="Channels", title_style="bold")
    for name in RECONCILIATION_COLUMNS:
        table.add_column(name, justify="right" if name in ("phone", "pv", "pen") else "left")
    counts = dict.fromkeys(ComparisonState, 0)
    for case in cases:
        counts[case.comparison.state] += 1
        for row in reconciliation_records([case]):
            if everything or (row["state"] == ComparisonState.DIFFERING and row["kind"]):
                table.add_row(
                    *("–" if row[name] is None else escape(str(row[name])) for name in RECONCILIATION_COLUMNS)
                )
    print_table(table, sys.stdout)
    click.echo(", ".join(f"{count} {state.value}" for state, count in counts.items()))
