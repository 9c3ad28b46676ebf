"""The papers' commands."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

import click

from db import elections
from db.elections import Schedule
from db.options import election_option
from db.public import PublicDatabase
from db.services import Services
from flows.ballot import Election
from reporting.papers.certified import print_certified
from reporting.papers.register import RegisteredBureau, departments_of, read_register
from reporting.papers.statement_form import print_forms


class Numbers(Protocol):
    """The telephone numbers among the settings, E.164; empty where there is none."""

    @property
    def twilio_number(self) -> str:
        """The line's."""

    @property
    def hotline_number(self) -> str:
        """The hot line's."""


class PaperServices(Services, Protocol):
    """The services that these commands need beside the common ones."""

    @property
    def settings(self) -> Numbers:
        """The settings."""


@click.command("form")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="A PDF; or a folder, which gets one PDF a department: a nation's forms in one file need gigabytes to make.",
)
@click.option("--department", help="Only the bureaux of this department.")
@election_option
@click.pass_obj
def form_command(services: PaperServices, out: Path, department: str | None, election_id: int | None) -> None:
    """Prints blank minutes from the register: one page a bureau, with the worksheet for the call."""
    with services.engine.connect() as connection:
        election, schedule = elections.find(connection, election_id)
        if not out.is_dir():
            pages = _print(services, election, schedule, read_register(connection, election, department), out)
            click.echo(f"{pages} forms, in {out}")
            return
        for code in departments_of(connection, election, department):
            file = out / f"{file_name(code)}.pdf"
            pages = _print(services, election, schedule, read_register(connection, election, code), file)
            click.echo(f"{pages} forms, in {file}")


def _print(
    services: PaperServices, election: Election, schedule: Schedule, bureaux: Iterator[RegisteredBureau], path: Path
) -> int:
    numbers = services.settings
    with opened(path) as out:
        return print_forms(election, schedule, bureaux, numbers.twilio_number, numbers.hotline_number, out)


def file_name(department: str) -> str:
    """A department's code as the name of a file: codes are free text."""
    return "".join(sign if sign.isalnum() or sign in "-_ '" else "_" for sign in department)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A new file to print into. Raises `click.BadParameter` if it cannot be made."""
    try:
        file = path.open("wb")
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="--out") from error
    with file:
        yield file


@click.command("recensement")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A PDF.")
@click.option("--department", help="Of this department, by bureau; without it, of the nation, by department.")
@election_option
@click.pass_obj
def recensement_command(services: PaperServices, out: Path, department: str | None, election_id: int | None) -> None:
    """Prints the official minutes of the count, to be signed: what is validated, and what is missing."""
    paper = BytesIO()
    with services.engine.connect() as connection, PublicDatabase(services.engine).snapshot() as public:
        election, schedule = elections.find(connection, election_id)
        if department is not None:
            departments_of(connection, election, department)
        print_certified(connection, public, election, schedule, services.clock(), department, paper)
    with opened(out) as file:
        file.write(paper.getbuffer())
    click.echo(f"the minutes of the count, in {out}")
