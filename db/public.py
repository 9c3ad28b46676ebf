"""The public's way to the database: it reads what is published and the register, and cannot read anything else."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from db.backends.engine import backend_of

READABLE = frozenset({"election", "candidate", "department", "publication", "published_department"})


class PublicDatabase:
    """What the public may read of a database."""

    def __init__(self, engine: Engine) -> None:
        self._backend = backend_of(engine)
        self._engine = self._backend.restrict(engine, READABLE)

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees one moment of what is published."""
        with self._engine.connect() as connection:
            self._backend.begin_public_snapshot(connection)
            yield connection
