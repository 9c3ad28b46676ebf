"""The papers' commands."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

import click
from sqlalchemy import Connection, Engine

from db import elections
from db.elections import Schedule
from flows.ballot import Election
from reporting.papers.minutes_form import print_forms
from reporting.papers.recensement import Context, print_department, print_nation
from reporting.papers.register import RegisteredBureau, departments_of, read_register
from reporting.papers.wording import Status
from reporting.totals import Level, TotalsRow, read_totals

ReadTotals = Callable[[Connection, Election, Level, str | None], Iterator[TotalsRow]]
"""Reads totals: those that stand (`read_totals`), or others of the same form."""


class Numbers(Protocol):
    """The telephone numbers among the settings, E.164; empty where there is none."""

    @property
    def twilio_number(self) -> str:
        """The line's."""

    @property
    def hotline_number(self) -> str:
        """The hot line's."""


class House(Protocol):
    """What these commands need of the house."""

    @property
    def engine(self) -> Engine:
        """The database."""

    @property
    def settings(self) -> Numbers:
        """The settings."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time, in UTC."""


_election = click.option(
    "--election",
    "election_id",
    type=click.IntRange(1, 2**31 - 1),
    help="Its number; by default the one that closes last.",
)


@click.command("form")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="A PDF; or a folder, which gets one PDF a department: a nation's forms in one file need gigabytes to make.",
)
@click.option("--department", help="Only the bureaux of this department.")
@_election
@click.pass_obj
def form_command(house: House, out: Path, department: str | None, election_id: int | None) -> None:
    """Prints blank minutes from the register: one page a bureau, with the worksheet for the call."""
    with house.engine.connect() as connection:
        election, schedule = elections.find(connection, election_id)
        if not out.is_dir():
            pages = _print(house, election, schedule, read_register(connection, election, department), out)
            click.echo(f"{pages} forms, in {out}")
            return
        for code in departments_of(connection, election, department):
            file = out / f"{file_name(code)}.pdf"
            pages = _print(house, election, schedule, read_register(connection, election, code), file)
            click.echo(f"{pages} forms, in {file}")


def _print(
    house: House, election: Election, schedule: Schedule, bureaux: Iterator[RegisteredBureau], path: Path
) -> int:
    numbers = house.settings
    with opened(path) as out:
        return print_forms(election, schedule, bureaux, numbers.twilio_number, numbers.hotline_number, out)


def file_name(department: str) -> str:
    """A department's code as the name of a file: codes are free text."""
    return "".join(sign if sign.isalnum() or sign in "-_ '" else "_" for sign in department)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file to print into, made anew. Raises `click.BadParameter` where that cannot be."""
    try:
        file = path.open("wb")
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="--out") from error
    with file:
        yield file


def make_recensement_command(read: ReadTotals, status: Status) -> click.Command:
    """The command `recensement`, which prints what `read` reads as being worth `status`."""

    @click.command("recensement")
    @click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A PDF.")
    @click.option("--department", help="Of this department, by bureau; without it, of the nation, by department.")
    @_election
    @click.pass_obj
    def command(house: House, out: Path, department: str | None, election_id: int | None) -> None:
        """Prints the official minutes of the count, to be signed."""
        paper = BytesIO()
        with house.engine.connect() as connection:
            election, schedule = elections.find(connection, election_id)
            context = Context(election, schedule, status, created=house.clock(), reasons={})
            if department is None:
                _nation(connection, context, read, paper)
            else:
                departments_of(connection, election, department)
                _department(connection, context, read, department, paper)
        with opened(out) as file:
            file.write(paper.getbuffer())
        click.echo(f"the minutes of the count ({status}), in {out}")

    return command


recensement_command = make_recensement_command(read_totals, Status.PROVISIONAL)


def _nation(connection: Connection, context: Context, read: ReadTotals, paper: BytesIO) -> None:
    (total,) = read(connection, context.election, Level.NATIONAL, None)
    print_nation(context, total, read(connection, context.election, Level.DEPARTMENT, None), paper)


def _department(connection: Connection, context: Context, read: ReadTotals, code: str, paper: BytesIO) -> None:
    (total,) = read(connection, context.election, Level.DEPARTMENT, code)
    print_department(context, total, read(connection, context.election, Level.BUREAU, code), paper)
