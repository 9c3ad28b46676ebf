"""Finding the election that a call, a command or a page is about, with its schedule."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from db.locks import Lock
from db.refusals import Refusal
from db.schema import candidate, election
from db.transactions import WriteTransaction
from flows.ballot import Candidate, CheckDigit, Election, Invalid


class NoElection(Refusal):
    """There is no such election, or none at all."""


class PollsOpen(Refusal):
    """The polls are still open: no statement of the count exists yet, and nothing is validated or published."""

    key = "polls-open"
    reason = "the polls are still open"


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the election's polls close, and how its local time differs from UTC."""

    polls_close: datetime
    zone: timezone

    def polls_closed(self, now: datetime) -> bool:
        """True once the polls are closed."""
        return now >= self.polls_close


NONE_LOADED = "no election is loaded"

_by_id = select(election).where(election.c.id == bindparam("which"))
LAST_CLOSING_FIRST = (election.c.polls_close.desc(), election.c.id.desc())
"""The order of elections: the first is the one that is meant where none is named."""
_latest = select(election).order_by(*LAST_CLOSING_FIRST).limit(1)
_candidates = select(candidate).where(candidate.c.election_id == bindparam("which")).order_by(candidate.c.position)


def find(connection: Connection, election_id: int | None = None) -> tuple[Election, Schedule]:
    """The election named by its id, or by default the one that closes last, with its schedule. Raises `NoElection`."""
    row = connection.execute(*((_latest,) if election_id is None else (_by_id, {"which": election_id}))).one_or_none()
    if row is None:
        raise NoElection(NONE_LOADED if election_id is None else f"there is no election {election_id}")
    return _election(connection, row), _schedule(row)


def _schedule(row: Row[Any]) -> Schedule:
    return Schedule(row.polls_close, timezone(timedelta(minutes=row.utc_offset)))


class ElectionCache:
    """Keeps the elections that were read, each as of one revision of its register, for code that needs one at every step."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], Election] = {}
        self.newest: tuple[Election, Schedule] | None = None
        """What `latest` last found, if anything. A statement that relies on it must check that it is still so."""

    def latest(self, connection: Connection) -> tuple[Election, Schedule]:
        """The election that closes last, with its schedule as of now. Raises `NoElection`."""
        row = connection.execute(_latest).one_or_none()
        if row is None:
            raise NoElection(NONE_LOADED)
        key = (row.id, row.revision)
        if key not in self._read:
            self._read[key] = _election(connection, row)
        self.newest = self._read[key], _schedule(row)
        return self.newest

    def take(self, connection: Connection, election_id: int, revision: int) -> Election:
        """The election at its present `revision`; read from the database only if that is new."""
        key = (election_id, revision)
        if key not in self._read:
            self._read[key], _ = find(connection, election_id)
        return self._read[key]


def _election(connection: Connection, row: Row[Any]) -> Election:
    candidates = tuple(
        Candidate(each.number, each.name, each.spoken) for each in connection.execute(_candidates, {"which": row.id})
    )
    return Election(
        id=row.id,
        name=row.name,
        round=row.round,
        locale=row.locale,
        invalid=Invalid(row.invalid),
        check_digit=CheckDigit(row.check_digit),
        candidates=candidates,
        code_length=row.code_length,
        revision=row.revision,
    )


_revision = select(election.c.revision).where(election.c.id == bindparam("which")).with_for_update(read=True)


def hold_register(transaction: WriteTransaction, election_id: int) -> int:
    """How often the register has been loaded; it cannot be loaded again before this transaction ends."""
    transaction.lock(Lock.REGISTER)
    return int(transaction.execute(_revision, {"which": election_id}).scalar_one())
