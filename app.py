"""The front door: assembles the house. `create_app` for the server, `cli` for the command line."""

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import click
from flask import Flask, Response, redirect, url_for
from rich.progress import Progress
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from werkzeug.middleware.proxy_fix import ProxyFix

import server
from db.audit import Check
from db.commands import audit_group, election_group, pins_group
from db.elections import BureauInUse, ElectionUnderWay, NoElection
from db.engine import UnusableDatabase, open_engine
from db.migrate import upgrade
from db.pins import PinSeal, UnknownBureau, UnknownDepartment
from db.public import PublicDatabase
from db.register_files import BadFile
from db.replica import open_replica
from db.tallies import Consequence
from db.users import AccountExists, NoAccount
from ivr.carriers.twilio import Twilio
from ivr.commands import call_command, evening_command
from ivr.gate import Gate
from ivr.line import PhoneLine
from ivr.simulator.evening import NoLine
from ivr.simulator.handset import BadTwiml, LineFailed
from ivr.simulator.keypad import keypad_blueprint
from ivr.simulator.phone import Phone, send_to
from ivr.webhooks import Webhooks, serve_line
from reporting.commands import flags_command, totals_command
from reporting.export_commands import export_command
from reporting.flags import FlagRaiser
from reporting.intranet.accounts import totp
from reporting.intranet.commands import WrongBinding, users_group
from reporting.intranet.desk import Office
from reporting.intranet.pages import add_intranet
from reporting.lines.commands import lines_group
from reporting.lines.kept import CannotKeep
from reporting.metrics import metrics_blueprint
from reporting.papers.commands import form_command, recensement_command
from reporting.papers.table import TotalsDiffer
from reporting.pen.commands import pen_group
from reporting.reconciliation import Reconciler
from reporting.result_audit import verify_results
from reporting.result_commands import minutes_group, reconcile_command
from reporting.resultats.commands import results_group
from reporting.resultats.pages import serve_results
from reporting.resultats.verify import NotASnapshot
from reporting.signature import Signer
from sample import logins
from sample import prepare as sample
from sample.prepare import Evening
from settings import ENV_FILE, HOME, BadSetting, MissingSetting, Settings, read_settings

SERVING = ("SECRET_KEY", "PIN_PEPPER", "PUBLIC_URL", "TWILIO_AUTH_TOKEN")
"""What no server starts without."""

REFUSALS = (
    AccountExists,
    NoAccount,
    WrongBinding,
    BadFile,
    BadSetting,
    BadTwiml,
    BureauInUse,
    CannotKeep,
    ElectionUnderWay,
    LineFailed,
    MissingSetting,
    NoElection,
    NoLine,
    TotalsDiffer,
    NotASnapshot,
    UnknownBureau,
    UnknownDepartment,
    UnusableDatabase,
)
"""What a command answers with one clear line and exit status 2."""

WORKERS = 1
"""Processes that `serve` starts: where they share two cores with the database, one is quicker than two."""
THREADS = 10
"""Threads of each. The intranet takes at most seven of them (`turnstile`): the others are the line's."""

WEBHOOKS_AT_ONCE = 8
"""Webhooks that a worker answers at once, on either database: what was measured best (`docs/performance.md`)."""

SAMPLE_BIND = "127.0.0.1:8000"
MAX_BODY = 64 * 1024
MAX_PORT = 65_535


def utc_now() -> datetime:
    """The clock of the house."""
    return datetime.now(UTC)


def after_a_tally() -> tuple[Consequence, ...]:
    """What a stored tally sets off, in its own transaction: flags, then the comparison of the channels."""
    return FlagRaiser(), Reconciler()


def create_app(
    settings: Settings | None = None, engine: Engine | None = None, clock: Callable[[], datetime] = utc_now
) -> Flask:
    """The whole service. Raises `MissingSetting`, or `UnusableDatabase`."""
    settings = settings or read_settings()
    settings.require(*SERVING)
    engine = engine or open_engine(settings.database_url)
    app = Flask(__name__, static_folder=None, static_url_path="/static")
    app.secret_key = settings.secret_key
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.url_map.strict_slashes = False
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)
    carrier = Twilio(settings.twilio_auth_token)
    seal = PinSeal(settings.pin_pepper)
    consequences = after_a_tally()
    line = PhoneLine(
        engine,
        seal,
        clock=clock,
        hotline=settings.hotline_number,
        locale=settings.line_locale,
        consequences=consequences,
    )
    if settings.rehearsal:
        keypad = keypad_blueprint(
            app,
            engine,
            carrier,
            public_url=settings.public_url,
            number=settings.twilio_number,
            locale=settings.line_locale,
        )
        app.register_blueprint(keypad)
        app.add_url_rule("/", "front", lambda: redirect(url_for("phone.page")))
    else:
        app.add_url_rule("/", "front", lambda: redirect(url_for("intranet.home")))
    replica = open_replica(settings.database_replica_url, engine)
    app.register_blueprint(metrics_blueprint(engine, clock, replica))
    signer, public = Signer(settings.secret_key), PublicDatabase(engine)
    gate = Gate(WEBHOOKS_AT_ONCE)
    office = Office(
        engine,
        clock,
        seal,
        consequences,
        signer,
        settings.scans_folder,
        public,
        settings.lines_plan,
        replica,
        gate.is_busy,
    )
    add_intranet(app, office, settings.public_url)
    _add_health(app, engine)
    app.wsgi_app = serve_results(app.wsgi_app, engine, clock)
    voice = Webhooks(line, carrier, settings.public_url)
    app.wsgi_app = serve_line(app.wsgi_app, voice, gate, Gate(1))
    return app


def _add_health(app: Flask, engine: Engine) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """This process answers."""
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        """This process reaches the database."""
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1 FROM election LIMIT 1"))
        except (OperationalError, ProgrammingError):
            return Response("the database does not answer\n", status=503, mimetype="text/plain")
        return Response("ready\n", mimetype="text/plain")


@dataclass(frozen=True)
class House:
    """What the commands of every folder may ask for."""

    settings: Settings
    clock: Callable[[], datetime] = utc_now

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return open_engine(self.settings.database_url)

    @property
    def public_url(self) -> str:
        """The line's address, as it is signed."""
        self.settings.require("PUBLIC_URL")
        return self.settings.public_url

    @property
    def checks(self) -> tuple[Check, ...]:
        """What `audit verify` checks further than the chain."""
        return (verify_results,)

    @cached_property
    def consequences(self) -> tuple[Consequence, ...]:
        """What a stored tally sets off."""
        return after_a_tally()

    def seal(self) -> PinSeal:
        """Seals PINs with the pepper."""
        self.settings.require("PIN_PEPPER")
        return PinSeal(self.settings.pin_pepper)

    def carrier(self) -> Twilio:
        """The carrier that signs simulated webhooks."""
        self.settings.require("TWILIO_AUTH_TOKEN")
        return Twilio(self.settings.twilio_auth_token)

    @property
    def secret_key(self) -> str:
        """Encrypts second factors, and signs sessions."""
        self.settings.require("SECRET_KEY")
        return self.settings.secret_key

    @property
    def signer(self) -> Signer:
        """Signs publications."""
        return Signer(self.secret_key)

    @property
    def can_sign(self) -> bool:
        """True where there is a secret to sign with."""
        return bool(self.settings.secret_key)

    @property
    def plan_file(self) -> Path:
        """Where the plan of the lines is kept."""
        return self.settings.lines_plan

    @property
    def rehearsal(self) -> bool:
        """True where the house only rehearses."""
        return self.settings.rehearsal

    def phone(self, passing: Callable[[float], None] = lambda seconds: None) -> Phone:
        """A phone whose calls go to the line in this process; `passing` is told the seconds as they pass."""
        upgrade(self.engine)
        app = create_app(self.settings, self.engine, self.clock)
        return Phone(send_to(app, self.carrier()), self.public_url, passing=passing)


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Remontée takes an election night's results by telephone."""
    context.obj = House(read_settings())


@cli.command("serve")
@click.option("--workers", type=click.IntRange(1, 64), default=WORKERS, show_default=True, help="Processes.")
@click.option("--bind", default="127.0.0.1:8000", show_default=True, metavar="HOST:PORT")
@click.pass_obj
def serve_command(house: House, workers: int, bind: str) -> None:
    """The production server."""
    house.settings.require(*SERVING)
    host, port = _address(bind)
    open_replica(house.settings.database_replica_url, house.engine)
    upgrade(house.engine)
    house.engine.dispose()
    server.serve(host, port, workers, THREADS)


def _address(bind: str) -> tuple[str, int]:
    """The IP address and the port of HOST:PORT, which nobody else has taken."""
    host, _, port = bind.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > MAX_PORT:
        raise click.BadParameter(f"{bind!r} is not HOST:PORT", param_hint="--bind")
    try:
        family, *_, address = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.BadParameter(f"{bind}: {error.strerror}", param_hint="--bind") from error
    return str(address[0]), int(port)


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
    house = context.obj = House(read_settings())
    pins_file, logins_file = HOME / "var" / "sample-pins.csv", HOME / "var" / "sample-logins.csv"
    upgrade(house.engine)
    evening = Evening(house.clock())
    if sample.load(house.engine, house.seal(), pins_file, evening.polls_close):
        with Progress(transient=True) as bar:
            task = bar.add_task("a third of the sample's bureaux phone in", total=None)
            phone = replace(house, clock=evening).phone(evening.advance)
            sample.phone_in(phone, evening, pins_file, lambda: bar.advance(task))
    logins.add(house.engine, totp(house.secret_key), logins_file, house.clock())
    _invite(house, pins_file, logins_file)
    context.invoke(serve_command, bind=SAMPLE_BIND)


def _invite(house: House, pins_file: Path, logins_file: Path) -> None:
    """Says where everything is, and how to get in."""
    invitation = sample.invitation(house.engine, house.seal(), pins_file)
    click.secho(f"\nA keypad phone     {house.public_url}/phone", bold=True)
    if invitation is not None:
        click.secho(
            f"A bureau to try    code {invitation.code}, PIN {invitation.pin} ({invitation.commune})", bold=True
        )
        click.echo(f"All sample PINs    {pins_file}")
    click.secho(f"The public page    {house.public_url}/resultats", bold=True)
    click.secho(f"The intranet       {house.public_url}/intranet/", bold=True)
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


minutes_group.add_command(form_command)
minutes_group.add_command(recensement_command)
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
    minutes_group,
    reconcile_command,
    results_group,
    pen_group,
    lines_group,
):
    cli.add_command(command)


def main() -> None:
    """Runs a command: 0 when done, 1 when the answer is no, 2 and one clear line for what cannot be."""
    try:
        status = cli(standalone_mode=False)
    except click.UsageError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except REFUSALS as refusal:
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
