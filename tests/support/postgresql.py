"""Databases on a PostgreSQL server."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import Connection, make_url, text

from db.backends.engine import open_engine
from db.schema import metadata

SCHEMA = text(
    "SELECT md5(string_agg(table_name || column_name || data_type, ',' ORDER BY table_name, column_name)) "
    "FROM information_schema.columns WHERE table_schema = 'public'"
)
OTHER_SESSIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


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
    """One database of a process's PostgreSQL, emptied between tests: that is ten times as fast as making one."""

    def __init__(self, server: str, template: str) -> None:
        self._server = server
        self._template = template
        self._name = f"test_{uuid4().hex}"
        self._create()

    @property
    def url(self) -> str:
        """The address of the database."""
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
        """Leaves nothing of it on the server, which may belong to somebody."""
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
        """Ends the sessions that a test left behind. If the test changed the schema, the database is made again."""
        with self._connected() as connection:
            connection.execute(OTHER_SESSIONS)
            if connection.execute(SCHEMA).scalar_one() == self._schema:
                connection.exec_driver_sql(self._emptying)
                return
        self._create()
