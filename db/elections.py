"""Loading a register, and finding the election that a call, a command or a page is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from db import audit
from db.prepared import Read
from db.refusals import Refusal
from db.register_files import BureauRow, ElectionFile
from db.result_schema import pen_document, publication, pv_entry, reconciliation, scan
from db.schema import Origin, bureau, call, candidate, department, election, pin, tally
from flows.ballot import Candidate, CheckDigit, Election, Invalid


class ElectionUnderWay(Refusal):
    """The election has tallies that count; its register is closed."""


class BureauInUse(Refusal):
    """A bureau that the new file leaves out has phoned already."""


class NoElection(Refusal):
    """There is no such election, or none at all."""


class PollsOpen(Refusal):
    """The polls are still open: no statement of the count exists yet, and nothing is validated or published."""

    key = "polls-open"
    reason = "the polls are still open"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` did. `updated` is False for a new election."""

    election_id: int
    updated: bool
    bureaux: int
    departments: int
    electorate: int
    without_electorate: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the election's polls close, and how its local time differs from UTC."""

    polls_close: datetime
    zone: timezone

    def polls_closed(self, now: datetime) -> bool:
        """True once the polls are closed."""
        return now >= self.polls_close


def load(connection: Connection, file: ElectionFile, rows: Sequence[BureauRow], *, at: datetime) -> Loaded:
    """Creates the election, or updates it while it has no tally that counts (rehearsals do not); the caller commits.

    Call `begin_write` first. Bureaux keep their identity, and so their PIN, by their code. Raises `ElectionUnderWay`,
    or `BureauInUse`.
    """
    known = connection.execute(
        select(election.c.id, election.c.revision)
        .with_for_update()
        .where(election.c.name == file.name, election.c.round == file.round)
    ).one_or_none()
    if known is not None:
        _refuse_if_counted(connection, known.id)
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
        key = connection.execute(insert(election).values(values)).inserted_primary_key
        assert key is not None
        election_id = int(key[0])
    else:
        election_id = known.id
        connection.execute(update(election).where(election.c.id == election_id).values(values))
    _replace_candidates(connection, election_id, file.candidates)
    _replace_bureaux(connection, election_id, rows)
    loaded = Loaded(
        election_id=election_id,
        updated=known is not None,
        bureaux=len(rows),
        departments=len({row.department for row in rows}),
        electorate=sum(row.electorate or 0 for row in rows),
        without_electorate=sum(row.electorate is None for row in rows),
    )
    audit.record(
        connection,
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


def _refuse_if_counted(connection: Connection, election_id: int) -> None:
    counted = select(tally.c.id).where(tally.c.election_id == election_id, tally.c.origin == Origin.LIVE.value).limit(1)
    if connection.execute(counted).one_or_none() is not None:
        raise ElectionUnderWay("this election has tallies already: its register is closed")
    for table in (pv_entry, scan, pen_document, reconciliation, publication):
        begun = select(table.c.election_id).where(table.c.election_id == election_id).limit(1)
        if connection.execute(begun).one_or_none() is not None:
            raise ElectionUnderWay("this election has minutes or decisions already: its register is closed")


def _replace_candidates(connection: Connection, election_id: int, candidates: Sequence[Candidate]) -> None:
    connection.execute(delete(candidate).where(candidate.c.election_id == election_id))
    connection.execute(
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


def _replace_bureaux(connection: Connection, election_id: int, rows: Sequence[BureauRow]) -> None:
    departments = _departments(connection, election_id, sorted({row.department for row in rows}))
    known = dict(
        connection.execute(select(bureau.c.code, bureau.c.id).where(bureau.c.election_id == election_id)).all()
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
        _remove(connection, code, bureau_id)
    if changed:
        connection.execute(
            update(bureau).where(bureau.c.id == bindparam("which")),
            changed,
        )
    if new:
        connection.execute(insert(bureau), new)
    mine = bureau.c.department_id == department.c.id
    connection.execute(
        update(department)
        .where(department.c.election_id == election_id)
        .values(
            bureaux=select(func.count()).where(mine).scalar_subquery(),
            electorate=select(func.coalesce(func.sum(bureau.c.electorate), 0)).where(mine).scalar_subquery(),
        )
    )


def _departments(connection: Connection, election_id: int, codes: Sequence[str]) -> dict[str, int]:
    known = select(department.c.code, department.c.id).where(department.c.election_id == election_id)
    present = {code for code, _ in connection.execute(known)}
    absent = [{"election_id": election_id, "code": code} for code in codes if code not in present]
    if absent:
        connection.execute(insert(department), absent)
    return dict(connection.execute(known).all())


def _remove(connection: Connection, code: str, bureau_id: int) -> None:
    for table in (call, tally):
        used = select(table.c.id).where(table.c.bureau_id == bureau_id).limit(1)
        if connection.execute(used).one_or_none() is not None:
            raise BureauInUse(f"bureau {code} has phoned already: the new file must keep it")
    connection.execute(delete(pin).where(pin.c.bureau_id == bureau_id))
    connection.execute(delete(bureau).where(bureau.c.id == bureau_id))


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


class ElectionShelf:
    """Keeps the elections that were read, each as of one revision of its register, for those who need one at every step."""

    def __init__(self) -> None:
        self._read: dict[tuple[int, int], Election] = {}
        self.newest: tuple[Election, Schedule] | None = None
        """What `latest` last found, if anything: whoever relies on it must prove it in the statement that does."""

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


_revision = Read(select(election.c.revision).where(election.c.id == bindparam("which")).with_for_update(read=True))


def hold_revision(connection: Connection, election_id: int) -> int:
    """How often the register has been loaded; it cannot be loaded again before this transaction ends."""
    return int(_revision.first(connection, {"which": election_id}).revision)
