"""What the other folders need from a database, whichever it is."""

from collections.abc import Collection, Hashable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.dialects import postgresql, sqlite

from db.refusals import Refusal

PATIENCE_SECONDS = 5
"""How long a webhook waits for a lock, or for a connection: the carrier waits 15 s in all, and its fallback must still find
somebody at home."""

Insert = sqlite.Insert | postgresql.Insert
"""An INSERT that can say what it does about a key that is taken."""


class UnusableDatabase(Refusal):
    """The URL names no database that the line can use."""


class Backend(Hashable, Protocol):
    """One kind of database. There is one object for each kind, so that it can be a key."""

    @property
    def webhooks_at_once(self) -> int:
        """Webhooks that a worker answers at once: what was measured best (`docs/performance.md`)."""

    @property
    def has_copies(self) -> bool:
        """True if a standby can follow a database of this kind and be read from."""

    @property
    def alters_in_batches(self) -> bool:
        """True if a migration alters a table by making a new one (Alembic's `render_as_batch`)."""

    def open_line(self, engine: Engine) -> Engine:
        """The same database for the line, which never rests in mid-transaction."""

    def one_writer(self, engine: Engine) -> AbstractContextManager[None]:
        """Where the database takes one writer at a time, this process's writers wait here for each other. Raises
        OperationalError after `PATIENCE_SECONDS`."""

    def begin_write(self, connection: Connection) -> None:
        """Begins a transaction that may write. Other writers may wait for it."""

    def commit(self, connection: Connection) -> None:
        """Commits. Raises DBAPIError if anything in the transaction had failed: then nothing is committed."""

    def begin_snapshot(self, connection: Connection) -> None:
        """From here on the connection sees one moment, and changes nothing."""

    def insert(self, table: Table) -> Insert:
        """An INSERT with `on_conflict_do_update` and `on_conflict_do_nothing`."""

    def wait_for(self, connection: Connection, keys: Sequence[int]) -> None:
        """Waits until no other transaction holds one of these numbers, and holds them until the transaction ends."""

    def restrict(self, engine: Engine, readable: Collection[str]) -> Engine:
        """The same database for the public, which reads the `readable` tables only."""

    def begin_public_snapshot(self, connection: Connection) -> None:
        """A snapshot in which a connection of a `restrict`ed engine can read what is public, and nothing else."""

    def make_public_role(self, connection: Connection, readable: Collection[str]) -> None:
        """Lets the public read these tables (a migration calls this)."""

    def begin_migration(self, connection: Connection, key: int, patience_ms: int) -> None:
        """Waits for a migration that runs now. From then on this one waits `patience_ms` for a table."""
