"""The database's commands: the register, the PINs, the audit."""

import csv
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from rich.console import Console
from rich.progress import Progress

from db import elections, lockout, pins, register
from db.audit.verify import Break, verify
from db.migrate import upgrade
from db.options import election_option
from db.pins import DrawnPins
from db.register_files import read_bureaux, read_election
from db.services import Services
from db.transactions import begin_write


@click.group("election")
def election_group() -> None:
    """The elections and their registers."""


@election_group.command("load")
@click.argument("election_file", metavar="ELECTION.toml", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("bureaux_file", metavar="BUREAUX.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def load_command(services: Services, election_file: Path, bureaux_file: Path) -> None:
    """Creates an election, or updates it while it has no tally yet."""
    file = read_election(election_file)
    rows = read_bureaux(bureaux_file, file.check_digit)
    upgrade(services.engine)
    with begin_write(services.engine) as transaction:
        loaded = register.load(transaction, file, rows, at=services.clock())
        waiting = pins.waiting_for_pin(transaction.connection, loaded.election_id)
    click.echo(
        f"{'updated' if loaded.updated else 'created'} election {loaded.election_id}: {file.name}, round {file.round}"
    )
    click.echo(f"{loaded.bureaux} bureaux in {loaded.departments} departments, {loaded.electorate} electors")
    if loaded.without_electorate:
        click.echo(
            f"without an electorate, so that their turnout cannot be checked: {loaded.without_electorate} bureaux"
        )
    click.echo(f"{len(file.candidates)} candidates; the polls close at {file.polls_close.isoformat()}")
    if waiting:
        click.echo(f"still without a PIN: {waiting} bureaux (python app.py pins issue --out PINS.csv)")


@click.group("pins")
def pins_group() -> None:
    """The bureaux' PINs."""


@pins_group.command("issue")
@click.option("--out", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
@click.option("--department", help="Only the bureaux of this department.")
@election_option
@click.pass_obj
def issue_command(services: Services, out: Path, department: str | None, election_id: int | None) -> None:
    """Issues a PIN to every bureau that has none. The clear PINs exist in the file --out only."""
    with _new_private_file(out) as file:
        drawn = _draw(services, election_id, department)
        with begin_write(services.engine) as transaction:
            pins.issue(transaction, drawn, at=services.clock())
            _write_pins(file, drawn.clear)
    click.echo(f"{len(drawn.clear)} PINs issued, in {out}; they exist nowhere else")


@pins_group.command("reissue")
@click.argument("code")
@click.option("--out", "out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A new file.")
@election_option
@click.pass_obj
def reissue_command(services: Services, code: str, out: Path, election_id: int | None) -> None:
    """Issues a new PIN to the bureau CODE; the old one is worth nothing from then on."""
    with _new_private_file(out) as file, begin_write(services.engine) as transaction:
        election, _ = elections.find(transaction.connection, election_id)
        clear = pins.reissue(transaction, election.id, code, services.seal, at=services.clock())
        _write_pins(file, {code: clear})
    click.echo(f"a new PIN for bureau {code}, in {out}; it exists nowhere else")


@pins_group.command("unlock")
@click.argument("code")
@election_option
@click.pass_obj
def unlock_command(services: Services, code: str, election_id: int | None) -> None:
    """Lifts the lock of the bureau CODE, and forgets its failures."""
    with begin_write(services.engine) as transaction:
        election, _ = elections.find(transaction.connection, election_id)
        lifted = lockout.lift(transaction, election.id, code, services.clock())
    click.echo(f"the lock of {code} is lifted" if lifted else f"{code} is not locked")
    if not lifted:
        raise SystemExit(1)


def _write_pins(file: TextIO, clear: dict[str, str]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("code", "pin"))
    writer.writerows(clear.items())
    file.flush()
    os.fsync(file.fileno())


def _draw(services: Services, election_id: int | None, department: str | None) -> DrawnPins:
    progress = Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
    with services.engine.connect() as connection, progress as bar:
        election, _ = elections.find(connection, election_id)
        task = bar.add_task("PINs", total=None)
        return pins.draw_missing(
            connection,
            election.id,
            services.seal,
            department_code=department,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


@contextmanager
def _new_private_file(path: Path) -> Iterator[TextIO]:
    """A file that only its owner can read, and that was not there before: no list of PINs is ever overwritten.

    If issuing fails, nothing is left of it.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        reason = f"{path} exists already, and may hold the only copy of PINs"
        raise click.BadParameter(reason, param_hint="--out") from error
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="--out") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


@click.group("audit")
def audit_group() -> None:
    """The audit chain."""


@audit_group.command("verify")
@click.pass_obj
def verify_command(services: Services) -> None:
    """Checks the audit chain: exit status 1, and the first bad row, if it is broken."""
    found = verify(services.engine, services.checks)
    if isinstance(found, Break):
        click.echo(f"the audit chain is broken at row {found.row}: {found.reason}", err=True)
        raise SystemExit(1)
    click.echo(f"the audit chain holds: {found.row} rows, head {found.hash}")
