"""A file of statements, entered as one clerk's first or second entry, with the function and the refusals of the page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from db import elections, users
from db.decisions import Decider, NotTheirs
from db.refusals import Refusal
from db.register_files import BadFile, Fault
from db.results_files import ResultsFile
from db.schema import bureau
from db.tallies import Consequence
from db.transactions import begin_write
from db.users import NoAccount
from flows.arithmetic import balance
from flows.ballot import MAX_FIGURE_DIGITS, Election
from reporting.verification import statement_entries
from reporting.verification.statement_entries import PvSettled

BATCH = 25
"""Entries stored at once: the line waits no longer than for these."""

OTHER_DEPARTMENT = "the bureau is not of this clerk's department"


@dataclass(slots=True)
class Imported:
    """What became of a file: entries made, statements settled by them, entries that differ, rows that were there already."""

    entered: int = 0
    settled: int = 0
    differing: int = 0
    there: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One line of the file: a bureau and its figures."""

    line: int
    code: str
    bureau_id: int
    figures: Mapping[str, int]


def find_clerk(engine: Engine, email: str) -> Decider:
    """The account that enters. Raises `NoAccount`, for one that is closed, too."""
    with engine.connect() as connection:
        account = users.find(connection, email)
    if not account.active:
        raise NoAccount(f"the account {account.email} is closed")
    return Decider.of(account)


def import_statements(
    engine: Engine,
    election_id: int | None,
    path: Path,
    file: ResultsFile,
    entry: int,
    by: Decider,
    *,
    clock: Callable[[], datetime],
    consequences: Sequence[Consequence],
    progress: Callable[[int], None],
) -> Imported:
    """Enters a whole file, some rows at a time, so that the line goes on meanwhile; what is refused is among the faults.

    Entering the same file again changes nothing. Raises `BadFile`, having stored nothing, where the file itself is wrong: other
    figures than the ballot's, unknown bureaux, or figures that do not add up.
    """
    with engine.connect() as connection:
        election, schedule = elections.find(connection, election_id)
        rows = _check(connection, election, path, file)
    done = Imported()
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        with begin_write(engine) as transaction:
            for row in batch:
                at = clock()
                try:
                    statement = statement_entries.enter(
                        transaction,
                        election,
                        schedule,
                        row.bureau_id,
                        by,
                        row.figures,
                        at=at,
                        entry=entry,
                        from_file=True,
                        consequences=consequences,
                    )
                except Refusal as refusal:
                    _refuse(done, row, refusal)
                    continue
                if statement.first is not None and statement.first.user_id == by.user_id and statement.first.at < at:
                    done.there += 1
                    continue
                done.entered += 1
                done.settled += statement.first is None
                done.differing += statement.second is not None
        progress(len(batch))
    return done


def _refuse(done: Imported, row: FileRow, refusal: Refusal) -> None:
    """Counts a row that is there already, as after an import that was cut off; else writes down why it is refused."""
    if isinstance(refusal, PvSettled) and dict(refusal.figures) == dict(row.figures):
        done.there += 1
        return
    reason = OTHER_DEPARTMENT if isinstance(refusal, NotTheirs) else str(refusal)
    done.faults.append(Fault(row.line, "code", f"{row.code}: {reason}"))


def _check(connection: Connection, election: Election, path: Path, file: ResultsFile) -> list[FileRow]:
    if set(file.fields) != set(election.fields):
        reason = f"has the figures {', '.join(file.fields)}; the ballot has {', '.join(election.fields)}"
        raise BadFile(path, [Fault(1, "", reason)])
    query = select(bureau.c.code, bureau.c.id).where(bureau.c.election_id == election.id)
    known: dict[str, int] = dict(connection.execute(query).all())
    rows, faults = [], []
    for code, counts in file.figures.items():
        line = file.lines[code]
        figures = dict(zip(file.fields, counts, strict=True))
        faults += [Fault(line, column, reason) for column, reason in _faults(election, known.get(code), figures)]
        if code in known:
            rows.append(FileRow(line, code, known[code], {each: figures[each] for each in election.fields}))
    if faults:
        raise BadFile(path, faults)
    return rows


def _faults(election: Election, bureau_id: int | None, figures: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    if bureau_id is None:
        yield "code", "there is no such bureau"
        return
    for name, count in figures.items():
        if count >= 10**MAX_FIGURE_DIGITS:
            yield name, f"{count} is impossible"
    sums = balance(election, figures)
    if not sums.holds:
        yield (
            "voters",
            f"{sums.ballots} ballots for {sums.voters} voters: {abs(sums.difference)} too {_way(sums.difference)}",
        )


def _way(difference: int) -> str:
    return "many" if difference > 0 else "few"
