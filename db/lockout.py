"""Wrong PINs, counted where two workers cannot race: in one statement each, in the database.

Six failures lock a bureau's code for 15 minutes, then twice as long each time. The code counts as keyed, whether or not a
bureau has it, so that a lock-out does not tell which codes exist. A caller's number is locked after three times as many
failures, since a town hall phones for many bureaux. A withheld number is counted but not locked: otherwise one stranger could
lock out all callers who withhold theirs.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Insert,
    ScalarSelect,
    and_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from db import audit
from db.backends.base import Backend
from db.locks import Lock
from db.schema import DecisionKind, lockout
from db.transactions import WriteTransaction

FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a lock that a supervisor set: it lasts until somebody lifts it."""
FIRST_LOCK = timedelta(minutes=15)
MAX_DOUBLINGS = 10
"""15 minutes doubled ten times is ten days: longer than any evening."""


class Scope(StrEnum):
    """Whose failures are counted."""

    BUREAU = "bureau"
    CALLER = "caller"

    @property
    def limit(self) -> int:
        """Failures that lock."""
        return 6 if self is Scope.BUREAU else 18


def locked_until(
    connection: Connection, election_id: int, scope: Scope, subject: str, now: datetime
) -> datetime | None:
    """When the lock of `subject` ends, or None if it is not locked."""
    until: datetime | None = connection.execute(
        _until, {"election": election_id, "which": scope.value, "whose": subject, "now": now}
    ).scalar_one_or_none()
    return until


_mine = and_(
    lockout.c.election_id == bindparam("election"),
    lockout.c.scope == bindparam("which"),
    lockout.c.subject == bindparam("whose"),
)
_open = or_(lockout.c.locked_until.is_(None), lockout.c.locked_until <= bindparam("now"))
_until = select(lockout.c.locked_until).where(_mine, lockout.c.locked_until > bindparam("now"))


def _locked(scope: Scope, subject: str) -> ScalarSelect[datetime]:
    """When the lock of the subject that the parameter names ends, or NULL."""
    return (
        select(lockout.c.locked_until)
        .where(
            lockout.c.election_id == bindparam("election"),
            lockout.c.scope == scope.value,
            lockout.c.subject == bindparam(subject),
            lockout.c.locked_until > bindparam("now"),
        )
        .scalar_subquery()
    )


_either = select(func.coalesce(_locked(Scope.BUREAU, "code"), _locked(Scope.CALLER, "caller")))
_KEY = [lockout.c.election_id, lockout.c.scope, lockout.c.subject]


@cache
def _forgive(backend: Backend) -> ReturningInsert[Any]:
    """Forgets the failures of a code, unless it or the caller is locked; returns a row if it did."""
    first = backend.insert(lockout).from_select(
        [each.name for each in lockout.c],
        select(
            bindparam("election", type_=lockout.c.election_id.type),
            literal(Scope.BUREAU.value),
            bindparam("code", type_=lockout.c.subject.type),
            literal_column("0"),
            literal_column("0"),
            literal_column("0"),
            null(),
        ).where(_locked(Scope.CALLER, "caller").is_(None)),
    )
    forgotten = {"failures": 0, "locks": 0}
    return first.on_conflict_do_update(index_elements=_KEY, set_=forgotten, where=_open).returning(lockout.c.subject)


@cache
def _count(backend: Backend) -> Insert:
    """Counts a failure, and locks at the limit; while a lock lasts nothing is counted."""
    moment = lockout.c.locked_until.type
    reached = lockout.c.failures + 1 >= bindparam("limit")
    waits = [bindparam(f"until_{doubling}", type_=moment) for doubling in range(MAX_DOUBLINGS + 1)]
    wait = case(*((lockout.c.locks == index, until) for index, until in enumerate(waits)), else_=waits[-1])
    first = backend.insert(lockout).values(
        election_id=bindparam("election"),
        scope=bindparam("which"),
        subject=bindparam("whose"),
        failures=1,
        total=1,
        locks=0,
        locked_until=None,
    )
    return first.on_conflict_do_update(
        index_elements=_KEY,
        set_={
            "failures": case((reached, 0), else_=lockout.c.failures + 1),
            "total": lockout.c.total + 1,
            "locks": case((reached, lockout.c.locks + 1), else_=lockout.c.locks),
            "locked_until": case((reached, wait), else_=lockout.c.locked_until),
        },
        where=_open,
    )


def either_locked_until(
    connection: Connection, election_id: int, code: str, caller: str, now: datetime
) -> datetime | None:
    """When the lock of the bureau's code ends, or else of the caller's number; None if neither is locked."""
    key = {"election": election_id, "code": code, "caller": caller, "now": now}
    until: datetime | None = connection.execute(_either, key).scalar_one()
    return until


def succeed(transaction: WriteTransaction, election_id: int, code: str, caller: str, now: datetime) -> datetime | None:
    """A right PIN: the bureau's earlier failures are forgiven. A caller's are not, or somebody who holds one PIN could guess at
    the others for ever.

    Returns when the lock ends if there is one, of the code or of the caller (who may have been locked while this waited): the
    right PIN came too late. Attempts at one code wait for its row (the first makes it, right or wrong), so that guesses sent
    all at once are no more than six either.
    """
    transaction.lock(Lock.PIN_ATTEMPTS)
    key = {"election": election_id, "code": code, "caller": caller, "now": now}
    forgiven = transaction.execute(_forgive(transaction.backend), key).one_or_none() is not None
    if forgiven and not caller:
        return None
    return either_locked_until(transaction.connection, election_id, code, caller, now)


def fail(transaction: WriteTransaction, election_id: int, scope: Scope, subject: str, now: datetime) -> datetime | None:
    """Counts a wrong PIN, and locks at the limit. Returns when the lock ends, if there now is one.

    While a lock lasts nothing is counted.
    """
    transaction.lock(Lock.PIN_ATTEMPTS)
    waits = {f"until_{doubling}": now + FIRST_LOCK * 2**doubling for doubling in range(MAX_DOUBLINGS + 1)}
    about = {"election": election_id, "which": scope.value, "whose": subject, "now": now}
    transaction.execute(_count(transaction.backend), {**about, **waits, "limit": scope.limit})
    return locked_until(transaction.connection, election_id, scope, subject, now)


def lift(transaction: WriteTransaction, election_id: int, code: str, now: datetime) -> bool:
    """Lifts the lock of a bureau's code and forgets its failures, with an audit row. Returns False if it was not locked."""
    until = locked_until(transaction.connection, election_id, Scope.BUREAU, code, now)
    if until is None:
        return False
    clear(transaction, election_id, code)
    detail = {"election": election_id, "was locked until": until.isoformat()}
    subject = f"code {code}"
    audit.record(
        transaction,
        at=now,
        actor="command line",
        action=DecisionKind.PIN_UNLOCKED.value,
        subject=subject,
        detail=detail,
    )
    return True


def clear(transaction: WriteTransaction, election_id: int, code: str) -> None:
    """Lifts any lock of a bureau's code, and forgets its failures. The caller records why."""
    transaction.lock(Lock.PIN_ATTEMPTS)
    key = {"election": election_id, "which": Scope.BUREAU.value, "whose": code}
    transaction.execute(update(lockout).where(_mine).values(failures=0, locks=0, locked_until=None), key)


def bar(transaction: WriteTransaction, election_id: int, code: str) -> None:
    """Locks a bureau's code for good. The caller records why."""
    transaction.lock(Lock.PIN_ATTEMPTS)
    values = {"election_id": election_id, "scope": Scope.BUREAU.value, "subject": code}
    first = transaction.backend.insert(lockout).values(**values, failures=0, total=0, locks=0, locked_until=FOR_GOOD)
    transaction.execute(first.on_conflict_do_update(index_elements=_KEY, set_={"locked_until": FOR_GOOD}))


def count_wrong(connection: Connection, election_id: int, code: str) -> int:
    """The wrong PINs of the whole evening that were keyed for one code."""
    key = {"election": election_id, "which": Scope.BUREAU.value, "whose": code}
    return int(connection.execute(select(lockout.c.total).where(_mine), key).scalar_one_or_none() or 0)


def failures(connection: Connection, election_id: int, scope: Scope) -> int:
    """The wrong PINs of the whole evening, by bureau or by caller."""
    total = select(func.coalesce(func.sum(lockout.c.total), 0)).where(
        lockout.c.election_id == election_id, lockout.c.scope == scope.value
    )
    return int(connection.execute(total).scalar_one())
