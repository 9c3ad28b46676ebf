"""A department's sign-off: its chair sends the cumulated result on, once every bureau is accounted for."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from db import audit, decisions
from db.decisions import Decider, NewDecision
from db.provisional_results import encode_figures, read_figures
from db.refusals import Refusal
from db.schema import DecisionKind, bureau, decision, department, reconciliation, sign_off, user, validated
from db.transactions import WriteTransaction
from flows.ballot import Election
from reporting.verification.reconciliation import Overtaken, open_case, settle
from reporting.verification.reconciliation_stages import READY, Event, NotAtThisStage, Stage, follow


class NotReady(Refusal):
    """Bureaux of the department are neither agreed, decided nor listed as missing."""

    key = "not-ready"

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} bureaux are not ready", count=count)


class AlreadySigned(Refusal):
    """The department is signed off, and nothing has changed since."""

    key = "already-signed"
    reason = "the department is signed off already"


@dataclass(frozen=True, slots=True)
class SignOff:
    """A department that is signed off: by whom, when, and the cumulated result that they signed."""

    email: str
    at: datetime
    note: str
    figures: dict[str, int]


def list_missing(
    transaction: WriteTransaction,
    election: Election,
    bureau_id: int,
    by: Decider,
    reason: str,
    *,
    version: int,
    at: datetime,
) -> None:
    """Lists a bureau as missing, so that its department can be signed off.

    `version` is that of the page. Raises `NotTheirs` (it is the department's chair's), `PollsOpen`, `Overtaken`,
    `NotAtThisStage`, which is also for a bureau that is published, or `NoReason`.
    """
    audit.lock(transaction)
    case = open_case(transaction.connection, election, bureau_id)
    by.must_be_of_commission(case.department, chair=True)
    case.must_be_closed(at)
    if case.version != version:
        raise Overtaken
    if transaction.connection.execute(
        select(validated.c.bureau_id).where(validated.c.bureau_id == bureau_id)
    ).one_or_none():
        raise NotAtThisStage(Stage.VALIDATED)
    stage = follow(case.stage, Event.LISTED)
    about = {"bureau_id": bureau_id}
    new = NewDecision(DecisionKind.LISTED_MISSING, election.id, f"code {case.code}", reason, about, {})
    settle(transaction, case, election, stage, decisions.take(transaction, new, by, at=at), None, at)


def sign(transaction: WriteTransaction, election: Election, code: str, by: Decider, note: str, *, at: datetime) -> None:
    """Signs off the department of this code.

    Raises `NotTheirs` (it is its chair's), `AlreadySigned`, `NotReady`, or `NoReason` without a `note`.
    """
    audit.lock(transaction)
    by.must_be_of_commission(code, chair=True)
    department_id = _find(transaction.connection, election, code)
    if read_sign_off(transaction.connection, department_id) is not None:
        raise AlreadySigned
    stages = count_stages(transaction.connection, department_id)
    unready = sum(count for stage, count in stages.items() if stage not in READY)
    if unready:
        raise NotReady(unready)
    figures = _cumulated(transaction.connection, election, department_id)
    detail = {
        "department": department_id,
        "bureaux": sum(stages.values()),
        "missing": stages[Stage.LISTED],
        "figures": figures,
    }
    about = {"department_id": department_id}
    new = NewDecision(DecisionKind.SIGNED_OFF, election.id, f"department {code}", note, about, detail)
    decision_id = decisions.take(transaction, new, by, at=at)
    row = {"department_id": department_id, "decision_id": decision_id, "figures": encode_figures(figures)}
    transaction.execute(insert(sign_off).values(row))


def count_stages(connection: Connection, department_id: int) -> Counter[Stage]:
    """How many of the department's bureaux are at each stage; those from which nothing has come are incomplete."""
    query = (
        select(func.coalesce(reconciliation.c.stage, Stage.INCOMPLETE.value), func.count())
        .select_from(bureau.outerjoin(reconciliation, reconciliation.c.bureau_id == bureau.c.id))
        .where(bureau.c.department_id == department_id)
        .group_by(reconciliation.c.stage)
    )
    found: Counter[Stage] = Counter()
    for stage, count in connection.execute(query):
        found[Stage(stage)] += count
    return found


def read_sign_off(connection: Connection, department_id: int) -> SignOff | None:
    """The department's sign-off, if it is in force."""
    query = (
        select(user.c.email, decision.c.at, decision.c.reason, sign_off.c.figures)
        .select_from(sign_off.join(decision).join(user))
        .where(sign_off.c.department_id == department_id)
    )
    row = connection.execute(query).one_or_none()
    return SignOff(row.email, row.at, row.reason, read_figures(row.figures)) if row else None


def _find(connection: Connection, election: Election, code: str) -> int:
    query = select(department.c.id).where(department.c.election_id == election.id, department.c.code == code)
    return int(connection.execute(query).scalar_one())


def _cumulated(connection: Connection, election: Election, department_id: int) -> dict[str, int]:
    """The sums of the department's settled bureaux; those listed as missing count for nothing."""
    sums: Counter[str] = Counter(dict.fromkeys(election.fields, 0))
    settled = select(reconciliation.c.settled).where(
        reconciliation.c.department_id == department_id, reconciliation.c.settled.is_not(None)
    )
    for text in connection.scalars(settled):
        sums.update(read_figures(text))
    return dict(sums)
