"""Databases on a PostgreSQL server."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import Connection, create_engine, make_url, text

from db.backends.engine import open_engine
from db.schema import metadata
from tests.support.primary_2011 import load_primary

COLUMNS = text(
    "SELECT md5(string_agg(attrelid::regclass || attname || atttypid, ',' ORDER BY attrelid::regclass::text, attname)) "
    "FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped"
)
OTHER_SESSIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
SEQUENCES = text("SELECT schemaname || '.' || sequencename AS name, last_value FROM pg_sequences")
WITHOUT_TRIGGERS = "SET session_replication_role = replica"
"""Rows may then come and go in any order."""
LOADED = "loaded"
"""The schema beside `public` that keeps the rows of the primary of 2011."""


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


class Postgresql:
    """One database of a process's PostgreSQL, emptied between tests: that is ten times as fast as making one.

    The session that empties it stays open, and takes part in no test.
    """

    def __init__(self, server: str, template: str) -> None:
        self._server = server
        self._template = template
        self._name = f"test_{uuid4().hex}"
        url = make_url(self.url).set(drivername="postgresql+psycopg")
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=1, pool_pre_ping=True)
        self._create()

    @property
    def url(self) -> str:
        """The address of the database."""
        return of_database(self._server, self._name)

    def _create(self) -> None:
        self.remove()
        with as_admin(self._server) as connection:
            connection.execute(text(f"CREATE DATABASE {self._name} TEMPLATE {self._template} STRATEGY file_copy"))
        engine = open_engine(self.url)
        self.pins = load_primary(engine)
        engine.dispose()
        with self._engine.connect() as connection:
            self._columns = connection.execute(COLUMNS).scalar_one()
            sequences = connection.execute(SEQUENCES).all()
            tables = [table.name for table in metadata.sorted_tables]
            copies = [f'CREATE TABLE {LOADED}."{table}" AS TABLE "{table}"' for table in tables]
            connection.exec_driver_sql("; ".join([f"CREATE SCHEMA {LOADED}", *copies]))
        rows = [f'INSERT INTO "{table}" SELECT * FROM {LOADED}."{table}"' for table in tables]
        places = [f"SELECT setval('{row.name}', {row.last_value})" for row in sequences if row.last_value is not None]
        self._loading = "; ".join([WITHOUT_TRIGGERS, *rows, *places])
        emptied = [f'DELETE FROM "{table}"' for table in reversed(tables)]
        restarts = [f"ALTER SEQUENCE {row.name} RESTART" for row in sequences]
        self._emptying = "; ".join([WITHOUT_TRIGGERS, *emptied, *restarts])
        self.empty()

    def remove(self) -> None:
        """Leaves nothing of it on the server, which may belong to somebody."""
        self._engine.dispose()
        with as_admin(self._server) as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)"))

    def load_primary(self) -> None:
        """Puts the primary of 2011 into the empty database; its PINs are `pins`, by the bureau's code."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql(self._loading)

    def empty(self) -> None:
        """Ends the sessions that a test left behind. If the test changed the schema, the database is made again."""
        with self._engine.connect() as connection:
            connection.execute(OTHER_SESSIONS)
            if connection.execute(COLUMNS).scalar_one() == self._columns:
                connection.exec_driver_sql(self._emptying)
                return
        self._create()
