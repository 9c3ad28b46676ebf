"""Many documents in one go: each is parsed and read outside any transaction, then a few are stored in one short transaction.

A transaction waits for the disk once, however few rows it has, and the documents of a batch share that wait. A batch is small,
so that calls, which need the same write lock, hardly wait for it. Each document is taken within a savepoint: a refused one
leaves no trace.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Engine

from db.decisions import Decider
from db.elections import Schedule
from db.tallies import Consequence
from db.transactions import WriteTransaction, begin_write
from flows.ballot import Election
from reporting.pen.import_ink import Prepared, keep, prepare, printable
from reporting.pen.refusals import PenRefusal
from reporting.pen.sources import PenSource

BATCH = 20
"""Documents of one transaction."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: its bureau, if known, and why it was refused, in words and by the refusal's key.

    The reason is empty if the document was taken.
    """

    name: str
    bureau: str
    reason: str
    read: int = 0
    unread: int = 0
    refusal: str = ""


def import_all(
    engine: Engine,
    election: Election,
    schedule: Schedule,
    sources: Iterable[PenSource],
    *,
    clock: Callable[[], datetime],
    consequences: Sequence[Consequence],
    by: Decider | None = None,
) -> Iterator[Outcome]:
    """Takes every document, and tells what became of each as soon as it is committed.

    `by` is None on the command line. An account that has a department may only bring that department's documents.
    """
    ready = (_prepare(election, source) for source in sources)
    while batch := list(islice(ready, BATCH)):
        with begin_write(engine) as transaction:
            outcomes = [
                each
                if isinstance(each, Outcome)
                else _keep(transaction, election, schedule, each, clock(), by, consequences)
                for each in batch
            ]
        yield from outcomes


def _prepare(election: Election, source: PenSource) -> Prepared | Outcome:
    try:
        return prepare(election, source.read(), source.name)
    except PenRefusal as refusal:
        return Outcome(printable(source.name), "", refusal.reason, refusal=refusal.key)


def _keep(
    transaction: WriteTransaction,
    election: Election,
    schedule: Schedule,
    prepared: Prepared,
    at: datetime,
    by: Decider | None,
    consequences: Sequence[Consequence],
) -> Outcome:
    try:
        with transaction.connection.begin_nested():
            taken = keep(
                transaction,
                election,
                schedule,
                prepared,
                at=at,
                by=by,
                department_code=by.department if by else None,
                consequences=consequences,
            )
    except PenRefusal as refusal:
        return Outcome(prepared.name, printable(prepared.bureau), refusal.reason, refusal=refusal.key)
    read = sum(each.count is not None for each in taken.readings)
    return Outcome(prepared.name, taken.bureau, "", read, len(taken.readings) - read)
