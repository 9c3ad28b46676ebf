"""The reports' commands: totals, flags, and files to take away."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol

import click
from rich.markup import escape
from rich.table import Table
from sqlalchemy import Connection, Engine

from db import elections
from db.public import PublicDatabase
from db.schema import FlagState
from flows.ballot import Election
from reporting.flag_inbox import FlagFilter, RaisedFlag, read_flags
from reporting.published_totals import read_published_totals
from reporting.renderings import Format, Status, columns, print_table, print_totals, record, write_csv, write_json
from reporting.rules import Severity
from reporting.totals import Level, read_totals


class House(Protocol):
    """What these commands need of the house."""

    @property
    def engine(self) -> Engine:
        """The database."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time, in UTC."""


@contextmanager
def reading(house: House, status: Status) -> Iterator[Connection]:
    """A connection to read totals of this status with: of validated ones, the public's, which sees no others."""
    opened = PublicDatabase(house.engine).snapshot() if status is Status.VALIDATED else house.engine.connect()
    with opened as connection:
        yield connection


OPEN = FlagFilter(state=FlagState.OPEN.value, newest=True)
FLAG_COLUMNS = ("code", "severity", "state", "bureau", "department", "commune", "name", "version", "at", "sentence")
COLOURS = {Severity.SERIOUS: "bold red", Severity.WARNING: "yellow", Severity.NOTICE: "cyan"}

status_option = click.option(
    "--status",
    default=Status.PROVISIONAL.value,
    show_default=True,
    type=click.Choice([each.value for each in Status]),
)
format_option = click.option(
    "--format",
    "form",
    default=Format.TABLE.value,
    show_default=True,
    type=click.Choice([each.value for each in Format]),
)
election_option = click.option(
    "--election",
    "election_id",
    type=click.IntRange(1, 2**31 - 1),
    help="Its number; by default the one that closes last.",
)


@click.command("totals")
@click.option(
    "--level", default=Level.NATIONAL.value, show_default=True, type=click.Choice([each.value for each in Level])
)
@status_option
@format_option
@election_option
@click.pass_obj
def totals_command(house: House, level: str, status: str, form: str, election_id: int | None) -> None:
    """The totals, as they stand."""
    with reading(house, Status(status)) as connection:
        election, _ = elections.find(connection, election_id)
        if status == Status.VALIDATED:
            rows = read_published_totals(connection, election, house.clock(), Level(level))
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
def flags_command(house: House, open_only: bool, form: str, election_id: int | None) -> None:
    """What the rules found strange, and what they could not check."""
    with house.engine.connect() as connection:
        election, _ = elections.find(connection, election_id)
        flags = read_flags(connection, election, OPEN if open_only else None)
        if form == Format.TABLE:
            _print_flags(flags)
            return
        records = (
            {**{name: getattr(each, name) for name in FLAG_COLUMNS}, "at": each.at.isoformat()} for each in flags
        )
        write(form, FLAG_COLUMNS, records, {"election": named(election)}, "flags")


def named(election: Election) -> dict[str, Any]:
    """The election, in the head of a JSON document."""
    return {"id": election.id, "name": election.name, "round": election.round}


def write(form: str, names: Iterable[str], records: Iterable[dict[str, Any]], head: dict[str, Any], key: str) -> None:
    """Prints records as CSV or JSON, one by one as they come."""
    if form == Format.CSV:
        write_csv(list(names), records, sys.stdout)
    else:
        write_json(head, key, list(names), records, sys.stdout)


def _print_flags(flags: Iterable[RaisedFlag]) -> None:
    """Lists the open flags, and sums up what could not be checked rather than listing it for every bureau."""
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
