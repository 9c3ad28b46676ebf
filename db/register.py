"""Loading a register: an election with its candidates, departments and bureaux."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select, update

from db import audit
from db.locks import Lock
from db.refusals import Refusal
from db.register_files import BureauRow, ElectionFile
from db.schema import (
    Origin,
    bureau,
    call,
    candidate,
    department,
    election,
    pen_document,
    pin,
    publication,
    pv_entry,
    reconciliation,
    scan,
    tally,
)
from db.transactions import WriteTransaction
from flows.ballot import Candidate


class ElectionUnderWay(Refusal):
    """The election has tallies that count; its register is closed."""


class BureauInUse(Refusal):
    """A bureau that the new file leaves out has phoned already."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` did. `updated` is False for a new election."""

    election_id: int
    updated: bool
    bureaux: int
    departments: int
    electorate: int
    without_electorate: int


def load(transaction: WriteTransaction, file: ElectionFile, rows: Sequence[BureauRow], *, at: datetime) -> Loaded:
    """Creates the election, or updates it while it has no tally that counts (rehearsals do not).

    Bureaux keep their identity, and so their PIN, by their code. Raises `ElectionUnderWay`, or `BureauInUse`.
    """
    transaction.lock(Lock.REGISTER)
    known = transaction.execute(
        select(election.c.id, election.c.revision)
        .with_for_update()
        .where(election.c.name == file.name, election.c.round == file.round)
    ).one_or_none()
    if known is not None:
        _refuse_if_counted(transaction, known.id)
    lengths = {len(row.code) for row in rows}
    offset = file.polls_close.utcoffset() or timedelta()
    values = {
        "name": file.name,
        "round": file.round,
        "polls_close": file.polls_close.astimezone(UTC),
        "utc_offset": int(offset.total_seconds() // 60),
        "locale": file.locale,
        "invalid": file.invalid.value,
        "check_digit": file.check_digit.value,
        "code_length": lengths.pop() if len(lengths) == 1 else None,
        "revision": known.revision + 1 if known else 1,
        "loaded_at": at,
    }
    if known is None:
        key = transaction.execute(insert(election).values(values)).inserted_primary_key
        assert key is not None
        election_id = int(key[0])
    else:
        election_id = known.id
        transaction.execute(update(election).where(election.c.id == election_id).values(values))
    _replace_candidates(transaction, election_id, file.candidates)
    _replace_bureaux(transaction, election_id, rows)
    loaded = Loaded(
        election_id=election_id,
        updated=known is not None,
        bureaux=len(rows),
        departments=len({row.department for row in rows}),
        electorate=sum(row.electorate or 0 for row in rows),
        without_electorate=sum(row.electorate is None for row in rows),
    )
    audit.record(
        transaction,
        at=at,
        actor="command line",
        action=audit.ELECTION_UPDATED if known else audit.ELECTION_CREATED,
        subject=f"election {election_id}",
        detail={
            "name": file.name,
            "round": file.round,
            "bureaux": loaded.bureaux,
            "electorate": loaded.electorate,
            "candidates": [[each.number, each.name] for each in file.candidates],
        },
    )
    return loaded


def _refuse_if_counted(transaction: WriteTransaction, election_id: int) -> None:
    counted = select(tally.c.id).where(tally.c.election_id == election_id, tally.c.origin == Origin.LIVE.value).limit(1)
    if transaction.execute(counted).one_or_none() is not None:
        raise ElectionUnderWay("this election has tallies already: its register is closed")
    for table in (pv_entry, scan, pen_document, reconciliation, publication):
        begun = select(table.c.election_id).where(table.c.election_id == election_id).limit(1)
        if transaction.execute(begun).one_or_none() is not None:
            raise ElectionUnderWay("this election has minutes or decisions already: its register is closed")


def _replace_candidates(transaction: WriteTransaction, election_id: int, candidates: Sequence[Candidate]) -> None:
    transaction.execute(delete(candidate).where(candidate.c.election_id == election_id))
    transaction.execute(
        insert(candidate),
        [
            {
                "election_id": election_id,
                "number": each.number,
                "position": position,
                "name": each.name,
                "spoken": each.spoken,
            }
            for position, each in enumerate(candidates)
        ],
    )


def _replace_bureaux(transaction: WriteTransaction, election_id: int, rows: Sequence[BureauRow]) -> None:
    departments = _departments(transaction, election_id, sorted({row.department for row in rows}))
    known = dict(
        transaction.connection.execute(
            select(bureau.c.code, bureau.c.id).where(bureau.c.election_id == election_id)
        ).all()
    )
    new, changed = [], []
    for row in rows:
        values = {
            "election_id": election_id,
            "department_id": departments[row.department],
            "code": row.code,
            "commune": row.commune,
            "name": row.name,
            "electorate": row.electorate,
            "president": row.president,
            "phone": row.phone,
        }
        if row.code in known:
            changed.append({**values, "which": known.pop(row.code)})
        else:
            new.append(values)
    for code, bureau_id in known.items():
        _remove(transaction, code, bureau_id)
    if changed:
        transaction.execute(
            update(bureau).where(bureau.c.id == bindparam("which")),
            changed,
        )
    if new:
        transaction.execute(insert(bureau), new)
    mine = bureau.c.department_id == department.c.id
    transaction.execute(
        update(department)
        .where(department.c.election_id == election_id)
        .values(
            bureaux=select(func.count()).where(mine).scalar_subquery(),
            electorate=select(func.coalesce(func.sum(bureau.c.electorate), 0)).where(mine).scalar_subquery(),
        )
    )


def _departments(transaction: WriteTransaction, election_id: int, codes: Sequence[str]) -> dict[str, int]:
    known = select(department.c.code, department.c.id).where(department.c.election_id == election_id)
    present = {code for code, _ in transaction.connection.execute(known)}
    absent = [{"election_id": election_id, "code": code} for code in codes if code not in present]
    if absent:
        transaction.execute(insert(department), absent)
    return dict(transaction.connection.execute(known).all())


def _remove(transaction: WriteTransaction, code: str, bureau_id: int) -> None:
    for table in (call, tally):
        used = select(table.c.id).where(table.c.bureau_id == bureau_id).limit(1)
        if transaction.execute(used).one_or_none() is not None:
            raise BureauInUse(f"bureau {code} has phoned already: the new file must keep it")
    transaction.execute(delete(pin).where(pin.c.bureau_id == bureau_id))
    transaction.execute(delete(bureau).where(bureau.c.id == bureau_id))
