"""The database as the line needs it: durable, migrated, in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text

from db.engine import UnusableDatabase, open_engine
from db.migrate import upgrade
from db.schema import election, metadata


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


@pytest.mark.parametrize("url", ["mysql://localhost/x", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_serve_an_evening_is_refused(url):
    with pytest.raises(UnusableDatabase):
        open_engine(url)
