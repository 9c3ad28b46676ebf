"""Reconciliation: keeps each bureau's comparison up to date, and takes decisions where channels differ.

Nothing is averaged and nothing is silent: a figure is settled because the channels agree on it, or because a person with the
right to decide took one channel's, or read it from the scan, and said why. A later version in any channel asks again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from db import audit, decisions
from db.audit import Chain
from db.decisions import Decider, NewDecision
from db.elections import ElectionCache, PollsOpen
from db.provisional_results import encode_figures, read_figures
from db.refusals import Refusal
from db.schema import Channel, DecisionKind, Origin, bureau, decision, department, reconciliation, scan, sign_off, user
from db.schema import election as election_table
from db.tallies import TallyArrival, read_counts
from db.transactions import WriteTransaction
from db.users import Role
from flows.arithmetic import balance
from flows.ballot import MAX_FIGURE_DIGITS, Election
from reporting.verification.comparison import ComparedField, Comparison, Figures, compare
from reporting.verification.reconciliation_stages import COMPARED, Event, Stage, follow
from reporting.verification.statement_entries import (
    DoesNotAddUp,
    SameClerkTwice,
    ThirdLookWanted,
    read_entries,
    read_statement,
)

SIGN_OFF_REOPENED = "sign-off reopened"
"""What the audit says when a signed department changes."""


class FigureSource(StrEnum):
    """Where a decided figure is taken from."""

    PHONE = "phone"
    PV = "pv"
    PEN = "pen"
    SCAN = "scan"


class Overtaken(Refusal):
    """Something has changed since the page that this was decided on."""

    key = "overtaken"
    reason = "something has changed since: look again"


class NoScan(Refusal):
    """A figure was to be read from a scan, and none is kept."""

    key = "no-scan-kept"
    reason = "there is no scan to read the figure from"


class Undecided(Refusal):
    """A field about which the channels differ was left open, or taken from a channel that has nothing."""

    key = "undecided"

    def __init__(self, field: str) -> None:
        super().__init__(f"the field {field} is undecided", field=field)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided for one field; `count` is the figure read from the scan, and None for the channels' own."""

    source: FigureSource
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A bureau under reconciliation: its row (None while nothing has come), its register's entry, and its channels compared."""

    row: Row[Any] | None
    bureau_id: int
    code: str
    polls_close: datetime
    department_id: int
    department: str
    comparison: Comparison

    @property
    def stage(self) -> Stage:
        """How far it is."""
        return Stage(self.row.stage) if self.row else Stage.INCOMPLETE

    @property
    def version(self) -> int:
        """What a page must name to decide about what it showed."""
        return self.row.version if self.row else 0

    @property
    def settled(self) -> dict[str, int] | None:
        """The figures that were agreed on or decided."""
        return read_figures(self.row.settled) if self.row and self.row.settled else None

    def must_be_closed(self, at: datetime) -> None:
        """Raises `PollsOpen` while the polls are open."""
        if at < self.polls_close:
            raise PollsOpen


_row = select(reconciliation).where(reconciliation.c.bureau_id == bindparam("bureau"))
_row_and_sign_off = (
    select(reconciliation, sign_off.c.department_id.label("signed_off"))
    .select_from(
        bureau.outerjoin(reconciliation, reconciliation.c.bureau_id == bureau.c.id).outerjoin(
            sign_off, sign_off.c.department_id == bureau.c.department_id
        )
    )
    .where(bureau.c.id == bindparam("bureau"))
)
_about = (
    select(bureau.c.code, bureau.c.electorate, bureau.c.department_id, department.c.code.label("department"))
    .add_columns(bureau.c.election_id, election_table.c.revision, election_table.c.polls_close)
    .select_from(bureau.join(department).join(election_table, election_table.c.id == bureau.c.election_id))
    .where(bureau.c.id == bindparam("bureau"))
)
_insert = insert(reconciliation)
_update = update(reconciliation).where(reconciliation.c.bureau_id == bindparam("bureau"))
_COLUMN = {Channel.PHONE: "phone_id", Channel.OPERATOR: "phone_id", Channel.PV: "pv_id", Channel.PEN: "pen_id"}
_IDS = ("phone_id", "pv_id", "pen_id")


class Reconciler:
    """Compares a bureau's channels again when one of them has a new version: a consequence of storing a tally."""

    def __init__(self) -> None:
        self._elections = ElectionCache()

    def __call__(self, transaction: WriteTransaction, stored: TallyArrival, chain: Chain) -> None:
        """Moves the bureau's row, in the tally's own transaction, and reopens what the new version puts in doubt."""
        told = stored.channel in (Channel.PHONE, Channel.OPERATOR)
        if stored.origin is not Origin.LIVE or (told and not stored.stands):
            return
        connection, number = transaction.connection, chain.lock()
        found = connection.execute(_row_and_sign_off, {"bureau": stored.bureau_id}).one()
        before = None if found.bureau_id is None else found
        place = stored.place
        election = self._elections.take(connection, stored.election_id, place.revision)
        ids = {each: getattr(before, each) if before else None for each in _IDS}
        ids[_COLUMN[stored.channel]] = stored.id
        figures = {
            name: dict(stored.figures) if which == stored.id else _figures(connection, which)
            for name, which in ids.items()
        }
        compared = compare(election, figures["phone_id"], figures["pv_id"], figures["pen_id"], place.electorate)
        row = {**ids, "state": compared.state.value, "at_stake": compared.at_stake}
        row["changed"] = number
        if before is not None and _still_holds(before, compared):
            transaction.execute(_update, {**row, "bureau": stored.bureau_id})
            return
        event = Event(f"compared-{compared.state}")
        row |= {
            "stage": COMPARED[event].value,
            "settled": encode_figures(compared.agreed) if compared.agreed else None,
            "version": before.version + 1 if before else 1,
            "decision_id": None,
            "validation_id": None,
        }
        _write(transaction, before, stored.bureau_id, stored.election_id, place.department_id, row)
        if found.signed_off is not None:
            _reopen_sign_off(transaction, place.department_id, place.department, stored.at, chain)


def _still_holds(before: Row[Any], compared: Comparison) -> bool:
    """True if all channels still agree on the very figures that they agreed on: what was decided stands.

    What was refused, or taken back, stays so: saying it again does not bring it back.
    """
    undecided = before.stage in (Stage.AGREED, Stage.HALF_VALIDATED, Stage.VALIDATED) and before.decision_id is None
    if not undecided and before.stage != Stage.REFUSED:
        return False
    return compared.agreed is not None and encode_figures(compared.agreed) == before.settled


def _figures(connection: Connection, tally_id: int | None) -> dict[str, int] | None:
    return None if tally_id is None else read_counts(connection, tally_id)


def _write(
    transaction: WriteTransaction,
    before: Row[Any] | None,
    bureau_id: int,
    election_id: int,
    department_id: int,
    row: Mapping[str, Any],
) -> None:
    if before is not None:
        transaction.execute(_update, {**row, "bureau": bureau_id})
        return
    place = {"bureau_id": bureau_id, "election_id": election_id, "department_id": department_id}
    transaction.execute(_insert, {**dict.fromkeys(_IDS), **place, **row})


def _reopen_sign_off(transaction: WriteTransaction, department_id: int, code: str, at: datetime, chain: Chain) -> None:
    gone = delete(sign_off).where(sign_off.c.department_id == department_id).returning(sign_off.c.department_id)
    if transaction.connection.execute(gone).one_or_none() is not None:
        subject, detail = f"department {code}", {"department": department_id}
        chain.record(at=at, actor="the reconciliation", action=SIGN_OFF_REOPENED, subject=subject, detail=detail)


def open_case(connection: Connection, election: Election, bureau_id: int) -> Case:
    """The bureau with its channels as they stand."""
    row = connection.execute(_row, {"bureau": bureau_id}).one_or_none()
    about = connection.execute(_about, {"bureau": bureau_id}).one()
    phone, pv, pen = (_figures(connection, getattr(row, each) if row else None) for each in _IDS)
    compared = compare(election, phone, pv, pen, about.electorate)
    return Case(row, bureau_id, about.code, about.polls_close, about.department_id, about.department, compared)


def decide(
    transaction: WriteTransaction,
    election: Election,
    bureau_id: int,
    by: Decider,
    choices: Mapping[str, Choice],
    reason: str,
    *,
    version: int,
    at: datetime,
    as_written: bool = False,
) -> None:
    """Settles a bureau's figures, field by field.

    `version` is that of the page on which it was decided. Fields on which all agree need no choice. A clerk does not
    decide about a statement that they entered, nor the chair where the High Authority has decided. Raises `NotTheirs`,
    `PollsOpen`, `Overtaken`, `NotAtThisStage`, `ThirdLookWanted`, `SameClerkTwice`, `NoScan`, `Undecided`, `NoReason`, and
    `DoesNotAddUp` unless they are taken `as_written`.
    """
    audit.lock(transaction)
    case = open_case(transaction.connection, election, bureau_id)
    by.must_be_chair_or_authority(case.department)
    case.must_be_closed(at)
    if case.version != version:
        raise Overtaken
    stage = follow(case.stage, Event.DECIDED)
    _must_be_free_to_decide(transaction.connection, case, by)
    _must_have_scan(transaction.connection, bureau_id, choices)
    sources = {line.field: _source(line.field, choices, case.comparison) for line in case.comparison.lines}
    figures = {line.field: _chosen(line, sources[line.field]) for line in case.comparison.lines}
    sums = balance(election, figures)
    if not sums.holds and not as_written:
        raise DoesNotAddUp(sums)
    chosen = {field: choice.source.value for field, choice in sources.items() if choice is not None}
    new = NewDecision(
        DecisionKind.FIELDS_DECIDED,
        election.id,
        f"code {case.code}",
        reason,
        {"bureau_id": bureau_id},
        {"figures": figures, "taken_from": chosen},
    )
    decision_id = decisions.take(transaction, new, by, at=at)
    settle(transaction, case, election, stage, decision_id, figures, at)


def _must_be_free_to_decide(connection: Connection, case: Case, by: Decider) -> None:
    """A clerk who entered the statement does not decide about it. While entries differ, the third look comes first."""
    statement = read_statement(connection, case.bureau_id)
    if statement.second is not None:
        raise ThirdLookWanted
    for version in (statement.version, statement.version - 1):
        if any(row.user_id == by.user_id for _, row in read_entries(connection, case.bureau_id, version)):
            raise SameClerkTwice
    if case.stage is Stage.DECIDED and case.row is not None:
        query = select(user.c.role).join(decision, decision.c.user_id == user.c.id)
        if connection.execute(query.where(decision.c.id == case.row.decision_id)).scalar_one() == Role.AUTHORITY.value:
            by.must_be_authority()


def _must_have_scan(connection: Connection, bureau_id: int, choices: Mapping[str, Choice]) -> None:
    if all(choice.source is not FigureSource.SCAN for choice in choices.values()):
        return
    if connection.execute(select(scan.c.id).where(scan.c.bureau_id == bureau_id).limit(1)).one_or_none() is None:
        raise NoScan


def settle(
    transaction: WriteTransaction,
    case: Case,
    election: Election,
    stage: Stage,
    decision_id: int,
    figures: Figures | None,
    at: datetime,
) -> None:
    """Puts a bureau at the stage that a decision leads to, with the figures that it settles; None: there are none.

    Its department, if signed off, is so no more.
    """
    row = {
        "stage": stage.value,
        "settled": encode_figures(figures) if figures is not None else None,
        "version": case.version + 1,
        "changed": audit.head(transaction.connection).row,
        "decision_id": decision_id,
        "validation_id": None,
    }
    if case.row is None:
        row |= {"state": case.comparison.state.value, "at_stake": case.comparison.at_stake}
    _write(transaction, case.row, case.bureau_id, election.id, case.department_id, row)
    chain = Chain(transaction)
    _reopen_sign_off(transaction, case.department_id, case.department, at, chain)
    chain.write()


def _source(field: str, choices: Mapping[str, Choice], compared: Comparison) -> Choice | None:
    """What was chosen for a field; None where all agree and nothing was."""
    if field in choices:
        return choices[field]
    if field in compared.differing:
        raise Undecided(field)
    return None


def _chosen(line: ComparedField, choice: Choice | None) -> int:
    """The figure that a choice takes. Raises `Undecided` where there is none."""
    counts: dict[FigureSource, int | None] = {
        FigureSource.PHONE: line.phone,
        FigureSource.PV: line.pv,
        FigureSource.PEN: line.pen,
    }
    if choice is not None and choice.source is FigureSource.SCAN:
        counts[FigureSource.SCAN] = choice.count
    count = counts[FigureSource.PV if choice is None else choice.source]
    if count is None or not 0 <= count < 10**MAX_FIGURE_DIGITS:
        raise Undecided(line.field)
    return count
