"""The database as the line needs it: durable, migrated, in UTC."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from db import register, tallies
from db.audit.verify import Break, verify
from db.backends.base import UnusableDatabase
from db.backends.engine import backend_of, open_engine
from db.migrate import config, upgrade
from db.register_files import read_bureaux, read_election
from db.schema import Channel, Origin, election, metadata, reconciliation
from db.tallies import NewTally
from db.transactions import begin_write
from services import AUDIT_CHECKS
from tests.support.primary_2011 import DATA, ELECTION_NIGHT, FIGURES
from tests.support.settings import ROOT


def test_a_committed_tally_survives_a_power_cut(engine):
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
        else:
            assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
            assert connection.execute(text("SHOW fsync")).scalar_one() == "on"


def test_the_migrations_make_the_schema_and_nothing_else(engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(engine):
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def test_moments_are_kept_in_utc_and_come_back_aware(engine):
    paris = datetime(2011, 10, 9, 19, 0, tzinfo=timezone(timedelta(hours=2)))
    row = {
        "name": "E",
        "round": 1,
        "polls_close": paris,
        "utc_offset": 120,
        "locale": "fr",
        "invalid": "combined",
        "check_digit": "none",
        "revision": 1,
        "loaded_at": paris,
    }
    with engine.begin() as connection:
        connection.execute(election.insert(), row)
    with engine.connect() as connection:
        stored = connection.execute(select(election.c.polls_close)).scalar_one()
    assert stored == paris
    assert stored.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(engine):
    with engine.connect() as connection, pytest.raises(Exception, match="without a time zone"):
        connection.execute(select(election).where(election.c.polls_close == datetime(2011, 10, 9)))


@pytest.mark.parametrize(
    "url", ["mysql://localhost/x", "nonsense", "sqlite://", "sqlite:///:memory:", "postgresql://u:p@h:abc/db"]
)
def test_a_database_that_cannot_serve_an_evening_is_refused(url):
    with pytest.raises(UnusableDatabase):
        open_engine(url)


def test_a_migration_cut_short_leaves_nothing_behind(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'cut.sqlite'}")

    def cut(_connection, _cursor, statement, *_rest):
        if "CREATE TABLE tally" in statement:
            raise KeyboardInterrupt

    event.listen(engine, "before_cursor_execute", cut)
    with pytest.raises(KeyboardInterrupt):
        upgrade(engine)
    event.remove(engine, "before_cursor_execute", cut)
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(select(election)).all() == []


def test_hosts_that_start_together_all_find_the_schema(tmp_path):
    engines = [open_engine(f"sqlite:///{tmp_path / 'together.sqlite'}") for _ in range(3)]
    with ThreadPoolExecutor(3) as hosts:
        list(hosts.map(lambda engine: subprocess_upgrade(str(engine.url)), engines))
    with engines[0].connect() as connection:
        assert connection.execute(select(election)).all() == []


def subprocess_upgrade(url):
    code = (
        "import sys; from db.backends.engine import open_engine; "
        "from db.migrate import upgrade; upgrade(open_engine(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", code, url], check=True, cwd=ROOT)


def test_errors_hide_the_values(engine):
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("SELECT nothing FROM nowhere WHERE a = :secret"), {"secret": "swordfish"})
    assert "swordfish" not in str(caught.value)


def test_a_database_of_before_the_minutes_is_brought_on_with_its_tallies(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'old.sqlite'}")
    command.upgrade(config(engine), "0002")
    file = read_election(DATA / "election.toml")
    with begin_write(engine) as transaction:
        rows = read_bureaux(DATA / "bureaux.csv", file.check_digit)
        loaded = register.load(transaction, file, rows, at=ELECTION_NIGHT)
    with begin_write(engine) as transaction:
        new = NewTally(
            election_id=loaded.election_id,
            bureau_id=1,
            channel=Channel.PHONE,
            origin=Origin.LIVE,
            figures=FIGURES,
            replaces=0,
            caller="",
            actor="test",
        )
        stored = tallies.store(transaction, new, at=ELECTION_NIGHT)
    upgrade(engine)
    with engine.connect() as connection:
        (row,) = connection.execute(select(reconciliation)).all()
    assert (row.bureau_id, row.phone_id, row.stage, row.at_stake) == (1, stored.id, "incomplete", 312)
    assert not isinstance(verify(engine, AUDIT_CHECKS), Break)
    engine.dispose()


def test_a_host_that_falls_silent_in_mid_transaction_is_given_up(engine):
    if engine.dialect.name == "sqlite":
        return
    line = backend_of(engine).open_line(engine)
    with line.connect() as connection, engine.connect() as page:
        assert connection.execute(IDLE).scalar_one() == "10s"
        assert page.execute(IDLE).scalar_one() == "0"
    line.dispose()


IDLE = text("SHOW idle_in_transaction_session_timeout")
