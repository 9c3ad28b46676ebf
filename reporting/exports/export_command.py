"""The results in a file to take away: tables, a workbook, or the report that NIST describes."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy import Connection, Engine

from db import elections
from db.csv_file import write_csv
from db.elections import Schedule
from db.options import election_option
from db.services import Services
from db.transactions import snapshot
from flows.ballot import Election
from reporting.exports.commands import reading
from reporting.exports.datasets import DATASETS
from reporting.exports.json_file import named, write_json
from reporting.exports.nist import write_nist
from reporting.exports.options import status_option
from reporting.exports.xlsx_file import Worksheet, candidates_worksheet, write_xlsx
from reporting.publication.published_totals import read_published_totals, with_missing
from reporting.tabulation.totals import Level, Status, TotalsRow, read_totals
from reporting.tabulation.totals_records import columns, record

FORMS = ("csv", "xlsx", "json", "nist")


@click.command("export")
@click.option("--format", "form", required=True, type=click.Choice(FORMS))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--level", default=Level.BUREAU.value, show_default=True, type=click.Choice([each.value for each in Level])
)
@status_option
@election_option
@click.pass_obj
def export_command(services: Services, form: str, out: Path, level: str, status: str, election_id: int | None) -> None:
    """Writes the results into a file: CSV and JSON of one level, a workbook of all three, or the report of NIST SP 1500-100."""
    with reading(services, Status(status)) as connection:
        election, schedule = elections.find(connection, election_id)
        totals = Totals(connection, election, schedule, services, Status(status))
        with _file(out) as file:
            if form == "nist":
                _write_report(totals, services.engine, file)
            else:
                _write(form, totals, Level(level), file)
    click.echo(f"{out}: {status} results of {election.name}, round {election.round}")


class Totals:
    """The totals of one election, of one status, at any level."""

    def __init__(
        self, connection: Connection, election: Election, schedule: Schedule, services: Services, status: Status
    ) -> None:
        self.connection = connection
        self.election = election
        self.schedule = schedule
        self.at = services.clock()
        self.status = status

    def read(self, level: Level) -> Iterator[TotalsRow]:
        """The rows of a level."""
        if self.status is Status.PROVISIONAL:
            return read_totals(self.connection, self.election, level)
        return read_published_totals(self.connection, self.election, self.at, level)

    def records(self, level: Level) -> Iterator[dict[str, Any]]:
        """The same as records, as files have them."""
        return (record(self.election, level, row) for row in self.read(level))


@contextmanager
def _file(out: Path) -> Iterator[IO[bytes]]:
    """A draft beside the file, which replaces it when it is whole: a reader never finds half of it."""
    draft = out.with_name(f"{out.name}.part")
    try:
        with draft.open("wb") as file:
            yield file
        draft.replace(out)
    except OSError as error:
        raise click.BadParameter(f"{out}: {error.strerror}", param_hint="--out") from error
    finally:
        draft.unlink(missing_ok=True)


def _write(form: str, totals: Totals, level: Level, file: IO[bytes]) -> None:
    if form == "xlsx":
        write_xlsx(_worksheets(totals), totals.schedule.zone, file)
        return
    names, records = columns(totals.election, level), totals.records(level)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    if form == "csv":
        write_csv(names, records, text)
    else:
        head = {"election": named(totals.election), "status": totals.status.value, "level": level.value}
        write_json({**head, "at": totals.at.isoformat()}, "rows", names, records, text)
    text.detach()


def _write_report(totals: Totals, engine: Engine, file: IO[bytes]) -> None:
    """Writes all bureaux of the register. In a certified report those that are not validated have no counts."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    (national,) = totals.read(Level.NATIONAL)
    bureaux = totals.read(Level.BUREAU)
    with snapshot(engine) as connection:
        if totals.status is Status.VALIDATED:
            bureaux = with_missing(totals.election, read_totals(connection, totals.election, Level.BUREAU), bureaux)
        write_nist(
            totals.election,
            totals.schedule,
            totals.status,
            national,
            totals.read(Level.DEPARTMENT),
            bureaux,
            at=totals.at,
            out=text,
        )
    text.detach()


def _worksheets(totals: Totals) -> Iterator[Worksheet]:
    for level in Level:
        columns = DATASETS["totals"].columns(totals.election, {"level": level.value})
        yield Worksheet(level.value, columns, totals.records(level))
    yield candidates_worksheet(totals.election)
