"""Migrations beside a line that runs: hosts that start together, tables that are busy, versions that are not the same."""

import subprocess
import sys
from threading import Event, Thread
from uuid import uuid4

import pytest
from alembic import command
from psycopg.errors import LockNotAvailable
from sqlalchemy import event, select, text

from db import migrate
from db.backends.engine import open_engine
from db.migrate import ONE_AT_A_TIME, config, upgrade
from db.schema import election, reconciliation
from tests.support.marks import on_postgresql
from tests.support.postgresql import as_admin, of_database
from tests.support.primary_2011 import CODE, FIGURES
from tests.support.settings import ROOT
from tests.support.waiting import wait_until

UPGRADE = (
    "import sys; from db.backends.engine import open_engine; "
    "from db.migrate import upgrade; upgrade(open_engine(sys.argv[1]))"
)


@pytest.fixture
def empty(postgresql_server):
    """An empty database."""
    name = f"empty_{uuid4().hex}"
    with as_admin(postgresql_server) as admin:
        admin.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(of_database(postgresql_server, name))
    yield engine
    engine.dispose()
    with as_admin(postgresql_server) as admin:
        admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_two_hosts_migrate_an_empty_database_at_the_same_moment(empty):
    with empty.connect() as holder:
        holder.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": ONE_AT_A_TIME})
        url = empty.url.render_as_string(hide_password=False)
        hosts = [subprocess.Popen([sys.executable, "-c", UPGRADE, url], cwd=ROOT) for _ in range(2)]
        queue = text("SELECT count(*) = 2 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        wait_until(lambda: holder.execute(queue).scalar_one())
        holder.rollback()
    assert [host.wait(30) for host in hosts] == [0, 0]
    with empty.connect() as connection:
        assert connection.execute(select(election)).all() == []
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1


def test_a_host_of_the_old_version_leaves_a_newer_schema_as_it_is(engine, caplog):
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of tomorrow'"))
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "of tomorrow"
    assert "newer than this program" in caplog.text


def test_a_migration_that_finds_a_table_busy_lets_the_others_pass_and_tries_again(empty, monkeypatch):
    command.upgrade(config(empty), "0002")
    monkeypatch.setattr(migrate, "PATIENCE_MS", 20)
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0.01)
    given_way = Event()

    def note(context):
        if isinstance(context.original_exception, LockNotAvailable):
            given_way.set()

    event.listen(empty, "handle_error", note)
    with empty.connect() as reader:
        reader.execute(text("SELECT count(*) FROM decision"))
        migrating = Thread(target=upgrade, args=(empty,))
        migrating.start()
        assert given_way.wait(20)
        with empty.begin() as line:
            line.execute(text("LOCK TABLE decision IN ROW EXCLUSIVE MODE"))
        reader.rollback()
    migrating.join(20)
    with empty.connect() as connection:
        assert connection.execute(select(reconciliation)).all() == []


def test_a_migration_that_never_finds_a_moment_says_so(empty, monkeypatch):
    command.upgrade(config(empty), "0002")
    for name, value in (("PATIENCE_MS", 1), ("PAUSE_SECONDS", 0.0), ("TRIES", 2)):
        monkeypatch.setattr(migrate, name, value)
    with empty.connect() as reader:
        reader.execute(text("SELECT count(*) FROM decision"))
        with pytest.raises(migrate.UnusableDatabase, match="never found a moment"):
            upgrade(empty)


@on_postgresql
def test_a_column_that_is_added_disturbs_no_call(line):
    for _ in range(6):  # psycopg prepares what it has sent five times
        line.identified().hang_up()
    phone = line.identified().keys("312#")
    with line.engine.begin() as connection:
        connection.execute(text("ALTER TABLE call ADD COLUMN of_tomorrow TEXT"))
        connection.execute(text("ALTER TABLE tally ADD COLUMN of_tomorrow INTEGER NOT NULL DEFAULT 0"))
    for count in list(FIGURES.values())[1:]:
        phone.keys(f"{count}#")
    phone.keys("1")
    assert line.tallies(CODE) == [FIGURES]
