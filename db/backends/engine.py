"""Opens the database that a URL names, and knows which backend a connection belongs to."""

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from db.backends import postgresql, sqlite
from db.backends.base import PATIENCE_SECONDS, Backend, UnusableDatabase

_BACKENDS: dict[str, Backend] = {"sqlite": sqlite.Sqlite(), "postgresql": postgresql.Postgresql()}


def open_engine(url: str | URL, setting: str = "DATABASE_URL", patience: int = PATIENCE_SECONDS) -> Engine:
    """An engine for `url` (`sqlite:///file` or `postgresql://…`), whose errors hide the values; it waits `patience`
    seconds for a connection. Raises `UnusableDatabase`, which names the `setting`."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise UnusableDatabase(f"{setting} is not a database's URL") from error
    match parsed.get_backend_name():
        case "sqlite":
            return sqlite.open_engine(parsed, setting)
        case "postgresql":
            return postgresql.open_engine(parsed, patience)
        case other:
            raise UnusableDatabase(f"{setting}: {other} is neither sqlite nor postgresql")


def backend_of(database: Engine | Connection) -> Backend:
    """The kind of database that this is."""
    return _BACKENDS[database.dialect.name]
