"""The command line, for the organiser's engineers. Each folder brings its own commands; this file has `serve` and `sample`, and
turns refusals into exit statuses."""

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click
from rich.progress import Progress
from sqlalchemy.exc import DBAPIError, IntegrityError

import server
from app import SERVING, create_app
from db.backends.replica import open_replica
from db.commands import audit_group, election_group, pins_group
from db.migrate import upgrade
from db.refusals import Refusal
from flows.digits import read_number
from ivr.commands import call_command, evening_command
from ivr.simulator.phone import Phone, send_to
from reporting.exports.commands import flags_command, reconcile_command, totals_command
from reporting.exports.export_command import export_command
from reporting.intranet.access.accounts import totp
from reporting.intranet.access.commands import users_group
from reporting.lines.commands import lines_group
from reporting.papers.commands import form_command, recensement_command
from reporting.pen.commands import pen_group
from reporting.publication.commands import results_group
from reporting.verification.commands import statements_group
from sample import logins
from sample import prepare as sample
from sample.prepare import Evening
from services import Services
from settings import ENV_FILE, HOME, read_settings

WORKERS = 1
"""Processes that `serve` starts. On two cores that the database shares, one is quicker than two."""
THREADS = 10
"""Threads of each process. The intranet takes at most seven of them (`request_limits`); the others are for the line."""

SAMPLE_BIND = "127.0.0.1:8000"
MAX_PORT = 65_535


class CommandServices(Services):
    """The services that commands ask for, with a telephone."""

    def phone(self, passing: Callable[[float], None] = lambda seconds: None) -> Phone:
        """A phone whose calls go to the line in this process; `passing` is told the seconds as they pass."""
        upgrade(self.engine)
        app = create_app(self.settings, self.engine, self.clock)
        return Phone(send_to(app, self.carrier), self.public_url, passing=passing)


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Remontée takes an election night's results by telephone."""
    context.obj = CommandServices(read_settings())


@cli.command("serve")
@click.option("--workers", type=click.IntRange(1, 64), default=WORKERS, show_default=True, help="Processes.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@click.pass_obj
def serve_command(services: CommandServices, workers: int, bind: str) -> None:
    """The production server."""
    services.settings.require(*SERVING)
    host, port = _address(bind)
    open_replica(services.settings.database_replica_url, services.engine)
    upgrade(services.engine)
    services.engine.dispose()
    server.serve(host, port, workers, THREADS, "wsgi:create_worker")


def _address(bind: str) -> tuple[str, int]:
    """The IP address and the port of HOST:PORT, if the port is free."""
    host, _, digits = bind.rpartition(":")
    port = read_number(digits)
    if not host or port is None or port > MAX_PORT:
        raise click.BadParameter(f"{bind!r} is not HOST:PORT", param_hint="--bind")
    try:
        family, *_, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.BadParameter(f"{bind}: {error.strerror}", param_hint="--bind") from error
    return str(address[0]), port


@cli.command("sample")
@click.pass_context
def sample_command(context: click.Context) -> None:
    """Serves a sample election with the keypad phone switched on (what `make run` does)."""
    try:
        _address(SAMPLE_BIND)
    except click.BadParameter as taken:
        raise click.UsageError(f"the sample is served at this address only: {taken.message}") from taken
    present = context.obj.settings
    sample.write_missing_secrets(HOME / ENV_FILE, lambda name: bool(getattr(present, name.lower())))
    os.environ["REMONTEE_REHEARSAL"] = "1"
    services = context.obj = CommandServices(read_settings())
    pins_file, logins_file = HOME / "var" / "sample-pins.csv", HOME / "var" / "sample-logins.csv"
    upgrade(services.engine)
    evening = Evening(services.clock())
    if sample.load(services.engine, services.seal, pins_file, evening.polls_close):
        with Progress(transient=True) as bar:
            task = bar.add_task("a third of the sample's bureaux phone in", total=None)
            phone = replace(services, clock=evening).phone(evening.advance)
            sample.phone_in(phone, evening, pins_file, lambda: bar.advance(task))
    logins.add(services.engine, totp(services.secret_key), logins_file, services.clock())
    _invite(services, pins_file, logins_file)
    context.invoke(serve_command, bind=SAMPLE_BIND)


def _invite(services: CommandServices, pins_file: Path, logins_file: Path) -> None:
    """Prints where everything is, and how to log in."""
    invitation = sample.invitation(services.engine, services.seal, pins_file)
    click.secho(f"\nA keypad phone     {services.public_url}/phone", bold=True)
    if invitation is not None:
        click.secho(
            f"A bureau to try    code {invitation.code}, PIN {invitation.pin} ({invitation.commune})", bold=True
        )
        click.echo(f"All sample PINs    {pins_file}")
    click.secho(f"The public page    {services.public_url}/resultats", bold=True)
    click.secho(f"The intranet       {services.public_url}/intranet/", bold=True)
    click.echo(
        "Sample logins      role          e-mail                          password          second factor (secret)"
    )
    for each in logins.read(logins_file):
        click.echo(
            f"                   {each.role:12}  {each.email:30}  {each.password:16}  {each.second_factor}".rstrip()
        )
    click.echo(
        "A code now         REMONTEE_REHEARSAL=1 .venv/bin/python app.py users code EMAIL (or the secret, in an authenticator)"
    )
    click.echo("The totals         .venv/bin/python app.py totals\nTo stop            Ctrl-C\n")


statements_group.add_command(form_command)
statements_group.add_command(recensement_command)
for command in (
    election_group,
    pins_group,
    audit_group,
    users_group,
    call_command,
    evening_command,
    totals_command,
    flags_command,
    export_command,
    statements_group,
    reconcile_command,
    results_group,
    pen_group,
    lines_group,
):
    cli.add_command(command)


def main() -> None:
    """Runs a command. Exits with 0 when it is done, 1 when the answer is no, and 2, with one line that says why, when it is
    refused."""
    try:
        status = cli(standalone_mode=False)
    except click.UsageError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(2)
    except IntegrityError:
        click.echo("somebody else changed the same rows at the same moment: nothing was done, try again", err=True)
        sys.exit(2)
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0]
        click.echo(f"the database: {reason} (DATABASE_URL; `election load` makes the tables)", err=True)
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
