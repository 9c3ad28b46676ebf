"""Validation by the High Authority: two different members, one bureau or a department at once; refusals; and taking back.

The second validation publishes, and the second take-back takes off the public page, each in its own transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, exists, func, insert, select, update

from db import audit, decisions
from db.decisions import Decider, NewDecision
from db.elections import PollsOpen, Schedule
from db.provisional_results import read_figures
from db.refusals import Refusal
from db.schema import (
    DecisionKind,
    FlagState,
    Origin,
    bureau,
    decision,
    department,
    flag,
    pv_entry,
    reconciliation,
    tally,
    user,
    validated,
    validation,
)
from db.transactions import WriteTransaction
from flows.ballot import Election
from reporting.anomalies.rules import Severity
from reporting.publication.publish import encode, publish, sha256
from reporting.publication.signature import Signer
from reporting.verification.comparison import ComparisonState
from reporting.verification.reconciliation import Overtaken, open_case, settle
from reporting.verification.reconciliation_stages import Event, NotAtThisStage, Stage, follow

VALIDATED_NOTE = "validated"
"""The reason of a validation, which needs none."""


class Step(StrEnum):
    """What a member did about one bureau."""

    FIRST = "first"
    SECOND = "second"
    TAKE_BACK_FIRST = "take-back-first"
    TAKE_BACK_SECOND = "take-back-second"


class SameMemberTwice(Refusal):
    """The second member must be another."""

    key = "same-member-twice"
    reason = "the second member must be another"


class NothingToValidate(Refusal):
    """No bureau of the department can be validated at once by this member."""

    key = "nothing-to-validate"
    reason = "there is nothing that this member can validate at once"


class EntryOpen(Refusal):
    """The bureau's statement is being entered again: it cannot be validated until that is settled."""

    key = "minutes-open"
    reason = "the statement of the count is being entered again"


class NotValidated(Refusal):
    """The bureau is not validated, so that nothing can be taken back."""

    key = "not-validated-yet"
    reason = "the bureau is not validated"


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """Where validation takes place: the election, when its polls close, and who signs what is published."""

    election: Election
    schedule: Schedule
    signer: Signer


_EVENTS = {Step.FIRST: Event.FIRST_VALIDATION, Step.SECOND: Event.SECOND_VALIDATION}
_move = (
    update(reconciliation)
    .where(reconciliation.c.bureau_id == bindparam("bureau"))
    .values(stage=bindparam("to"), validation_id=bindparam("by"))
)


def validate_bureau(
    transaction: WriteTransaction,
    context: ValidationContext,
    bureau_id: int,
    by: Decider,
    *,
    version: int,
    at: datetime,
) -> Stage:
    """Validates one bureau as the page of this `version` showed it, and returns its stage.

    Raises `NotTheirs`, `PollsOpen`, `Overtaken`, `NotAtThisStage`, `SameMemberTwice`, or
    `EntryOpen`.
    """
    _begin(transaction, context, by, at)
    row = transaction.connection.execute(_candidates().where(reconciliation.c.bureau_id == bureau_id)).one_or_none()
    if row is None:
        raise NotAtThisStage(Stage.INCOMPLETE)
    if row.version != version:
        raise Overtaken
    if row.stage == Stage.HALF_VALIDATED and row.first_user_id == by.user_id:
        raise SameMemberTwice
    stage = follow(Stage(row.stage), _EVENTS[_step(row)])
    if row.entered_again:
        raise EntryOpen
    _validate(transaction, context, [row], by, f"code {row.code}", {"bureau_id": bureau_id}, at)
    return stage


def validate_department(
    transaction: WriteTransaction,
    context: ValidationContext,
    department_id: int,
    by: Decider,
    *,
    seen: int,
    at: datetime,
) -> int:
    """Validates all of a department that is agreed and has no serious flag open, and returns how many.

    `seen` is the audit's newest row when the page was made: what has changed since is left out.
    Raises `NotTheirs`, `PollsOpen`, or `NothingToValidate`.
    """
    _begin(transaction, context, by, at)
    rows = transaction.connection.execute(
        at_once(department_id, by.user_id).where(reconciliation.c.changed <= seen)
    ).all()
    if not rows:
        raise NothingToValidate
    subject = f"department {rows[0].department}"
    _validate(transaction, context, rows, by, subject, {"department_id": department_id}, at)
    return len(rows)


def refuse(
    transaction: WriteTransaction,
    context: ValidationContext,
    bureau_id: int,
    by: Decider,
    reason: str,
    *,
    version: int,
    at: datetime,
) -> None:
    """Refuses to validate a bureau, which must be looked at again.

    Raises `NotTheirs`, `Overtaken`, `NotAtThisStage`, `PollsOpen`, or `NoReason`.
    """
    audit.lock(transaction)
    by.must_be_authority()
    case = open_case(transaction.connection, context.election, bureau_id)
    if case.version != version:
        raise Overtaken
    stage = follow(case.stage, Event.REFUSED)
    case.must_be_closed(at)
    about, detail = {"bureau_id": bureau_id}, {"figures": case.settled}
    new = NewDecision(DecisionKind.REFUSED, context.election.id, f"code {case.code}", reason, about, detail)
    settle(transaction, case, context.election, stage, decisions.take(transaction, new, by, at=at), case.settled, at)


def take_back(
    transaction: WriteTransaction,
    context: ValidationContext,
    bureau_id: int,
    by: Decider,
    reason: str,
    *,
    version: int,
    at: datetime,
) -> bool:
    """Takes a validation back, and returns whether it is gone: the second member's does it, and takes it off the public page.

    `version` is that of what the page showed as published. Raises `NotTheirs`,
    `PollsOpen`, `NotValidated`, `Overtaken`, `SameMemberTwice`, or `NoReason`.
    """
    _begin(transaction, context, by, at)
    query = (
        select(validated, validation.c.user_id.label("asked_by"), bureau.c.code)
        .select_from(
            validated.join(bureau, bureau.c.id == validated.c.bureau_id).outerjoin(
                validation, validation.c.id == validated.c.take_back_id
            )
        )
        .where(validated.c.bureau_id == bureau_id)
    )
    row = transaction.connection.execute(query).one_or_none()
    if row is None:
        raise NotValidated
    if row.version != version:
        raise Overtaken
    if row.asked_by == by.user_id:
        raise SameMemberTwice
    step = Step.TAKE_BACK_FIRST if row.asked_by is None else Step.TAKE_BACK_SECOND
    detail = {"step": step.value, "digest": _digest([row]), "figures": read_figures(row.figures)}
    about = {"bureau_id": bureau_id}
    new = NewDecision(DecisionKind.TAKEN_BACK, context.election.id, f"code {row.code}", reason, about, detail)
    decision_id = decisions.take(transaction, new, by, at=at)
    (kept,) = _keep(transaction, [row], by, decision_id, [step])
    if step is Step.TAKE_BACK_FIRST:
        transaction.execute(update(validated).where(validated.c.bureau_id == bureau_id).values(take_back_id=kept))
        return False
    transaction.execute(delete(validated).where(validated.c.bureau_id == bureau_id))
    case = open_case(transaction.connection, context.election, bureau_id)
    if case.stage is Stage.VALIDATED:
        settle(transaction, case, context.election, follow(case.stage, Event.TAKEN_BACK), decision_id, case.settled, at)
    publish(transaction, context.election, context.schedule, [row.department_id], context.signer, at)
    return True


@dataclass(frozen=True, slots=True)
class ValidatedBureau:
    """What is validated of a bureau: by which two members, when, and which member wants to take it back, if any."""

    version: int
    figures: dict[str, int]
    first: str
    second: str
    at: datetime
    asked_back: str | None


def read_validated(connection: Connection, bureau_id: int) -> ValidatedBureau | None:
    """What is validated of a bureau now, or None."""
    first, second, asking = user.alias(), user.alias(), user.alias()
    query = (
        select(validated.c.version, validated.c.figures, validated.c.at)
        .add_columns(first.c.email.label("first"), second.c.email.label("second"), asking.c.email.label("asked_back"))
        .select_from(
            validated.join(first, first.c.id == validated.c.first_user_id)
            .join(second, second.c.id == validated.c.second_user_id)
            .outerjoin(validation, validation.c.id == validated.c.take_back_id)
            .outerjoin(asking, asking.c.id == validation.c.user_id)
        )
        .where(validated.c.bureau_id == bureau_id)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    figures = read_figures(row.figures)
    return ValidatedBureau(row.version, figures, row.first, row.second, row.at, row.asked_back)


def at_once(department_id: int, user_id: int) -> Select[Any]:
    """The bureaux of a department that a member may validate in one action: agreed, and without a serious flag open."""
    later = tally.alias()
    serious = exists().where(
        flag.c.tally_id == tally.c.id,
        tally.c.bureau_id == reconciliation.c.bureau_id,
        tally.c.origin == Origin.LIVE.value,
        flag.c.severity == Severity.SERIOUS.value,
        flag.c.state == FlagState.OPEN.value,
        ~exists().where(decision.c.flag_id == flag.c.id),
        ~exists().where(
            later.c.bureau_id == tally.c.bureau_id,
            later.c.origin == tally.c.origin,
            later.c.channel == tally.c.channel,
            later.c.version > tally.c.version,
        ),
    )
    mine = validation.c.user_id.is_not_distinct_from(user_id)
    return _candidates().where(
        reconciliation.c.department_id == department_id,
        reconciliation.c.state == ComparisonState.AGREED.value,
        reconciliation.c.decision_id.is_(None),
        reconciliation.c.stage.in_((Stage.AGREED.value, Stage.HALF_VALIDATED.value)),
        ~mine,
        ~serious,
        ~_entered_again(),
    )


def _entered_again() -> ColumnElement[bool]:
    """True of a bureau whose statement is being entered again: what was settled is in doubt."""
    settled = select(tally.c.version).where(tally.c.id == reconciliation.c.pv_id).correlate(reconciliation)
    return exists().where(
        pv_entry.c.bureau_id == reconciliation.c.bureau_id,
        pv_entry.c.version > func.coalesce(settled.scalar_subquery(), 0),
    )


def _candidates() -> Select[Any]:
    """Bureaux with what is settled, and which member validated it first, if any."""
    return (
        select(reconciliation.c.bureau_id, reconciliation.c.department_id, reconciliation.c.stage)
        .add_columns(reconciliation.c.version, reconciliation.c.settled.label("figures"))
        .add_columns(_entered_again().label("entered_again"))
        .add_columns(validation.c.user_id.label("first_user_id"), bureau.c.code, department.c.code.label("department"))
        .select_from(
            reconciliation.join(bureau, bureau.c.id == reconciliation.c.bureau_id)
            .join(department, department.c.id == reconciliation.c.department_id)
            .outerjoin(validation, validation.c.id == reconciliation.c.validation_id)
        )
        .order_by(bureau.c.code)
    )


def _begin(transaction: WriteTransaction, context: ValidationContext, by: Decider, at: datetime) -> None:
    audit.lock(transaction)
    by.must_be_authority()
    if not context.schedule.polls_closed(at):
        raise PollsOpen


def _validate(
    transaction: WriteTransaction,
    context: ValidationContext,
    rows: Sequence[Row[Any]],
    by: Decider,
    subject: str,
    about: dict[str, int],
    at: datetime,
) -> None:
    """One action of one member about these bureaux: the first validation of some, the second of others, which publishes."""
    detail = {"bureaux": len(rows), "digest": _digest(rows)}
    new = NewDecision(DecisionKind.VALIDATED, context.election.id, subject, VALIDATED_NOTE, about, detail)
    decision_id = decisions.take(transaction, new, by, at=at)
    steps = [_step(row) for row in rows]
    kept = _keep(transaction, rows, by, decision_id, steps)
    moves = []
    for row, step, validation_id in zip(rows, steps, kept, strict=True):
        stage = follow(Stage(row.stage), _EVENTS[step])
        moves.append({"bureau": row.bureau_id, "to": stage.value, "by": validation_id})
    transaction.execute(_move, moves)
    complete = [row for row, step in zip(rows, steps, strict=True) if step is Step.SECOND]
    if complete:
        _complete(transaction, context, complete, by, at)


def _step(row: Row[Any]) -> Step:
    return Step.FIRST if row.first_user_id is None else Step.SECOND


def _complete(
    transaction: WriteTransaction, context: ValidationContext, rows: Sequence[Row[Any]], by: Decider, at: datetime
) -> None:
    """Two members have validated these bureaux: what was published of them before is replaced."""
    transaction.execute(delete(validated).where(validated.c.bureau_id.in_([row.bureau_id for row in rows])))
    transaction.execute(
        insert(validated),
        [
            {
                "bureau_id": row.bureau_id,
                "election_id": context.election.id,
                "department_id": row.department_id,
                "version": row.version,
                "figures": row.figures,
                "first_user_id": row.first_user_id,
                "second_user_id": by.user_id,
                "take_back_id": None,
                "at": at,
            }
            for row in rows
        ],
    )
    publish(transaction, context.election, context.schedule, {row.department_id for row in rows}, context.signer, at)


def _keep(
    transaction: WriteTransaction, rows: Sequence[Row[Any]], by: Decider, decision_id: int, steps: Sequence[Step]
) -> list[int]:
    """Writes down what the member did about each bureau; returns the rows' ids, in their order."""
    values = [
        {
            "bureau_id": row.bureau_id,
            "decision_id": decision_id,
            "user_id": by.user_id,
            "step": step.value,
            "version": row.version,
            "figures": row.figures,
        }
        for row, step in zip(rows, steps, strict=True)
    ]
    transaction.execute(insert(validation), values)
    written = select(validation.c.bureau_id, validation.c.id).where(validation.c.decision_id == decision_id)
    ids = dict(transaction.connection.execute(written).all())
    return [ids[row.bureau_id] for row in rows]


def _digest(rows: Sequence[Row[Any]]) -> str:
    """Binds which figures of which bureaux an action was about: SHA-256 over code, version and figures of each, by code."""
    bound = {row.code: [row.version, read_figures(row.figures)] for row in rows}
    return sha256(encode(bound))
