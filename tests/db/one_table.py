"""An SQLite database with one table of one column, for tests of who may write to it when."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from db.engine import open_engine

INSERT = text("INSERT INTO one VALUES (:number)")


@contextmanager
def one_table(folder: Path) -> Iterator[Engine]:
    """The database, until the block ends."""
    database = open_engine(f"sqlite:///{folder / 'one.sqlite'}")
    with database.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE one (number INTEGER PRIMARY KEY)")
    yield database
    database.dispose()


def numbers(database: Engine) -> list[int]:
    """What the table holds, as another connection sees it."""
    with database.connect() as connection:
        return list(connection.scalars(text("SELECT number FROM one ORDER BY number")))
