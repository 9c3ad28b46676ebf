"""Statements of the count (*procès-verbaux*, PV), entered twice, by two clerks. The second does not see the first entry.

Two equal entries make a tally of the channel `pv`. Where they differ, a third person looks at the paper. The next entry after
that begins the next version. The refusals are here; the page and the command line only word them.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from db import audit, decisions, elections, tallies
from db.decisions import Decider, NewDecision
from db.elections import PollsOpen, Schedule
from db.provisional_results import encode_figures, read_figures
from db.refusals import Refusal
from db.schema import Channel, DecisionKind, Origin, bureau, department, pv_entry, user
from db.tallies import Consequence, NewTally, StoredTally, TallyArrival
from db.transactions import WriteTransaction
from flows.arithmetic import Balance, balance
from flows.ballot import Election

ENTERED = "PV entered"
FIRST, SECOND = 1, 2


class DoesNotAddUp(Refusal):
    """The figures do not make the voters. They can be taken as the paper has them, if that is said."""

    key = "does-not-add-up"

    def __init__(self, sums: Balance) -> None:
        super().__init__(
            f"{sums.ballots} ballots for {sums.voters} voters",
            ballots=sums.ballots,
            voters=sums.voters,
            difference=abs(sums.difference),
        )


class SameClerkTwice(Refusal):
    """The second entry, or the third look, must be another person's."""

    key = "same-clerk-twice"
    reason = "this clerk has made the first entry: the second must be another's"


class FirstEntryThere(Refusal):
    """Another clerk has made the first entry: this one can only be the second."""

    key = "first-entry-there"
    reason = "another clerk has made the first entry"


class NoFirstEntry(Refusal):
    """There is no first entry yet."""

    key = "no-first-entry"
    reason = "there is no first entry yet"


class ThirdLookWanted(Refusal):
    """Both entries are there and differ: the chair must look at the paper."""

    key = "third-look-wanted"
    reason = "both entries are there and differ: the chair must look at the paper"


class NothingDiffers(Refusal):
    """There are no two entries that differ."""

    key = "nothing-differs"
    reason = "there are no two entries that differ"


class PvSettled(Refusal):
    """The statement was entered twice already: `figures` are its. Entering it again has to be asked for."""

    key = "pv-settled"
    reason = "the statement of the count was entered twice already, with other figures"

    def __init__(self, figures: Mapping[str, int]) -> None:
        super().__init__()
        self.figures = figures


@dataclass(frozen=True, slots=True)
class Entry:
    """One clerk's reading of the statement."""

    user_id: int
    email: str
    attempt: int
    figures: Mapping[str, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """How far the statement of a bureau is: the newest settled tally, and the entries of the version after it."""

    settled: StoredTally | None
    first: Entry | None
    second: Entry | None

    @property
    def version(self) -> int:
        """The version that the next entries make."""
        return self.settled.version + 1 if self.settled else 1

    @property
    def next_entry(self) -> int | None:
        """The entry that is wanted next; None where it is the third look."""
        if self.second is not None:
            return None
        return FIRST if self.first is None else SECOND


def read_statement(connection: Connection, bureau_id: int) -> Statement:
    """The statement of a bureau."""
    settled = tallies.find_newest(connection, bureau_id, Origin.LIVE, Channel.PV)
    version = settled.version + 1 if settled else 1
    entries = read_entries(connection, bureau_id, version)
    newest = {entry: Entry(r.user_id, r.email, r.attempt, read_figures(r.figures), r.at) for entry, r in entries}
    return Statement(settled, newest.get(FIRST), newest.get(SECOND))


def read_entries(connection: Connection, bureau_id: int, version: int) -> list[tuple[int, Row[Any]]]:
    """The entries for one version, 1 or 2 with the row, oldest first."""
    query = (
        select(pv_entry, user.c.email)
        .join(user)
        .where(pv_entry.c.bureau_id == bureau_id, pv_entry.c.version == version)
        .order_by(pv_entry.c.id)
    )
    return [(row.entry, row) for row in connection.execute(query)]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry that is no secret any more."""

    entry: int
    email: str
    figures: Mapping[str, int]
    at: datetime


def read_shown(connection: Connection, bureau_id: int, statement: Statement) -> list[ShownEntry]:
    """The newest two entries that may be shown: both of them are there. A first entry alone is not shown."""
    version = statement.version if statement.second else statement.version - 1
    newest = dict(read_entries(connection, bureau_id, version))
    return [ShownEntry(entry, row.email, read_figures(row.figures), row.at) for entry, row in sorted(newest.items())]


def enter(
    transaction: WriteTransaction,
    election: Election,
    schedule: Schedule,
    bureau_id: int,
    by: Decider,
    figures: Mapping[str, int],
    *,
    at: datetime,
    entry: int | None = None,
    as_written: bool = False,
    again: bool = False,
    from_file: bool = False,
    consequences: Sequence[Consequence] = (),
) -> Statement:
    """Stores one clerk's reading, and the tally if it is the second and the same.

    `entry` is 1 or 2, or None for the one that is wanted. `again` begins another version of a statement that is
    settled. `from_file` says in the audit that the command line entered it: it trusts its user. A clerk may
    key their own first entry again until there is a second; the same figures again change nothing. Raises `NotTheirs`,
    `PollsOpen`, `ThirdLookWanted`, `PvSettled`, `SameClerkTwice`, `FirstEntryThere`, `NoFirstEntry`, and `DoesNotAddUp` unless
    the figures are `as_written` on the paper.
    """
    elections.hold_register(transaction, election.id)
    audit.lock(transaction)
    code = _commissioned(transaction.connection, bureau_id, by)
    if not schedule.polls_closed(at):
        raise PollsOpen
    statement = read_statement(transaction.connection, bureau_id)
    entry = _which(statement, by, entry, again)
    sums = balance(election, figures)
    if not sums.holds and not as_written:
        raise DoesNotAddUp(sums)
    if entry == FIRST and statement.first is not None and dict(statement.first.figures) == dict(figures):
        return statement
    attempt = statement.first.attempt + 1 if entry == FIRST and statement.first else 1
    row: dict[str, Any] = {
        "bureau_id": bureau_id,
        "version": statement.version,
        "entry": entry,
        "attempt": attempt,
        "user_id": by.user_id,
        "figures": encode_figures(figures),
        "salt": secrets.token_hex(16),
    }
    transaction.execute(insert(pv_entry).values({**row, "election_id": election.id, "at": at}))
    actor = f"command line for {by.actor}" if from_file else by.actor
    audit.record(transaction, at=at, actor=actor, action=ENTERED, subject=f"code {code}", detail=entry_detail(row))
    if entry == SECOND and statement.first is not None and dict(statement.first.figures) == dict(figures):
        new = _tally(election, bureau_id, statement, by, figures)
        tallies.store(transaction, new, at=at, consequences=consequences)
    return read_statement(transaction.connection, bureau_id)


def entry_detail(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain binds of an entry: its figures by a salted digest, because the audit can be read before the
    second entry."""
    names = {"bureau_id": "bureau", "version": "version", "entry": "entry", "attempt": "attempt", "user_id": "account"}
    digest = hashlib.sha256(f"{row['salt']}{row['figures']}".encode()).hexdigest()
    return {**{said: row[column] for column, said in names.items()}, "digest": digest}


def look(
    transaction: WriteTransaction,
    election: Election,
    bureau_id: int,
    by: Decider,
    figures: Mapping[str, int],
    reason: str,
    *,
    at: datetime,
    as_written: bool = False,
    consequences: Sequence[Consequence] = (),
) -> TallyArrival:
    """The third look: settles two entries that differ with what the paper says.

    Raises `NotTheirs` (it is the chair's, or the High Authority's), `SameClerkTwice`, `NothingDiffers`, `NoReason`, and
    `DoesNotAddUp` unless the figures are `as_written` on the paper.
    """
    elections.hold_register(transaction, election.id)
    audit.lock(transaction)
    row = _register(transaction.connection, bureau_id)
    by.must_be_chair_or_authority(row.department)
    statement = read_statement(transaction.connection, bureau_id)
    if statement.first is None or statement.second is None:
        raise NothingDiffers
    if by.user_id in (statement.first.user_id, statement.second.user_id):
        raise SameClerkTwice
    sums = balance(election, figures)
    if not sums.holds and not as_written:
        raise DoesNotAddUp(sums)
    detail = {"version": statement.version, "figures": dict(figures)}
    about = {"bureau_id": bureau_id}
    taken = NewDecision(DecisionKind.THIRD_LOOK, election.id, f"code {row.code}", reason, about, detail)
    decisions.take(transaction, taken, by, at=at)
    new = _tally(election, bureau_id, statement, by, figures)
    return tallies.store(transaction, new, at=at, consequences=consequences)


def _commissioned(connection: Connection, bureau_id: int, by: Decider) -> str:
    """The bureau's code, if it is of the commission's own department."""
    row = _register(connection, bureau_id)
    by.must_be_of_commission(row.department)
    return str(row.code)


def _register(connection: Connection, bureau_id: int) -> Row[Any, Any]:
    query = select(bureau.c.code, department.c.code.label("department")).join(department)
    return connection.execute(query.where(bureau.c.id == bureau_id)).one()


def _which(statement: Statement, by: Decider, entry: int | None, again: bool) -> int:
    """Which entry this is."""
    wanted = statement.next_entry
    if wanted is None:
        raise ThirdLookWanted
    if statement.settled is not None and statement.first is None and not again:
        raise PvSettled(statement.settled.figures)
    if statement.first is None:
        if entry == SECOND:
            raise NoFirstEntry
        return FIRST
    own = statement.first.user_id == by.user_id
    if entry == FIRST:
        if not own:
            raise FirstEntryThere
        return FIRST
    if own:
        raise SameClerkTwice
    return SECOND


def _tally(
    election: Election, bureau_id: int, statement: Statement, by: Decider, figures: Mapping[str, int]
) -> NewTally:
    return NewTally(
        election_id=election.id,
        bureau_id=bureau_id,
        channel=Channel.PV,
        origin=Origin.LIVE,
        figures=figures,
        replaces=statement.version - 1,
        caller="",
        actor=by.actor,
        user_id=by.user_id,
    )
