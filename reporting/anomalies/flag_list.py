"""Reads the flags: lists them, puts them into words, and says who resolved them and why."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, exists, func, select

from db.schema import FlagState, Origin, bureau, decision, department, flag, standing, tally, user
from flows.ballot import VOTERS, Election
from flows.catalogue import Catalogue
from flows.vocabulary import Line
from reporting.anomalies.rules import Severity

CATALOGUES = Path(__file__).parent / "catalogues"
RESOLVED = "resolved"
"""The state in which a resolved flag is listed. In the database the flag stays as it was raised, beside the decision."""
TENTHS = frozenset({"turnout", "usual", "share", "z"})
"""Values that are kept as integers, in tenths (of a percent, or of a deviation)."""
FIELDS = frozenset({VOTERS, "blank", "null", "invalid"})
SEVERITIES = (Severity.SERIOUS, Severity.WARNING, Severity.NOTICE)


@dataclass(frozen=True, slots=True)
class FlagFilter:
    """Which flags: all of these hold, None stands for any. `newest`: of the newest version by each channel only."""

    state: str | None = None
    severity: str | None = None
    department: str | None = None
    bureau: str | None = None
    code: str | None = None
    newest: bool = False


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag with the bureau and the version of the tally that it is about, and its sentence in words.

    `resolved_by`, `reason` and `resolved_at` are "", "" and None while the flag is not resolved.
    """

    id: int
    code: str
    severity: Severity
    state: str
    bureau: str
    department: str
    commune: str
    name: str
    channel: str
    version: int
    tally_id: int
    call_id: int | None
    at: datetime
    sentence: str
    resolved_by: str
    reason: str
    resolved_at: datetime | None


@lru_cache
def sentences(locale: str) -> Catalogue:
    """The flags' sentences in `locale`."""
    return Catalogue(locale, CATALOGUES)


def word(locale: str, code: str, state: FlagState, facts: Mapping[str, int | str]) -> str:
    """A flag's sentence: what the rule found, why it could not be checked, or that it was in order after all."""
    catalogue = sentences(locale)
    rule = Line(f"rule-{code}")
    if state is FlagState.UNCHECKED:
        return catalogue.text(Line("unchecked", {"rule": rule, "reason": Line(f"reason-{facts['reason']}")}))
    if state is FlagState.PASSED:
        return catalogue.text(Line("passed", {"rule": rule}))
    return catalogue.text(Line(code, {name: _localised(locale, name, value) for name, value in facts.items()}))


def rule_name(locale: str, code: str) -> str:
    """A rule's name in words."""
    return sentences(locale).text(Line(f"rule-{code}"))


def _localised(locale: str, name: str, value: int | str) -> int | str | Line:
    if name in TENTHS and isinstance(value, int):
        text = f"{value / 10:.1f}"
        return text.replace(".", ",") if locale == "fr" else text
    return Line(f"field-{value}") if value in FIELDS else value


def read_flags(
    connection: Connection,
    election: Election,
    which: FlagFilter | None = None,
    *,
    locale: str = "",
    limit: int | None = None,
    offset: int = 0,
    urgent_first: bool = False,
) -> Iterator[RaisedFlag]:
    """The flags of the evening (not of rehearsals), oldest first, in the election's language or in `locale`.

    `urgent_first` sorts by severity, then the newest first.
    """
    which = which or FlagFilter()
    if urgent_first and which.severity is None:
        most = None if limit is None else offset + limit
        by_severity = (
            read_flags(
                connection,
                election,
                replace(which, severity=severity.value),
                locale=locale,
                limit=most,
                urgent_first=True,
            )
            for severity in SEVERITIES
        )
        yield from islice(chain.from_iterable(by_severity), offset, most)
        return
    query = _narrowed(_joined(select(*_COLUMNS), election.id), election.id, which)
    query = query.order_by(flag.c.id.desc() if urgent_first else flag.c.id).limit(limit).offset(offset)
    for row in connection.execution_options(yield_per=2000).execute(query):
        yield _raised(row, locale or election.locale)


def find_flag(connection: Connection, election: Election, flag_id: int, locale: str) -> RaisedFlag | None:
    """One flag, or None if the election has none of this id."""
    row = connection.execute(_joined(select(*_COLUMNS), election.id).where(flag.c.id == flag_id)).one_or_none()
    return None if row is None else _raised(row, locale)


def count_flags(
    connection: Connection, election: Election, which: FlagFilter, most: int | None = None
) -> dict[Severity, int]:
    """How many flags there are, by severity. Each count stops at `most`."""
    tables = flag.join(tally).outerjoin(decision, decision.c.flag_id == flag.c.id)
    if which.department is not None:
        tables = tables.join(bureau, bureau.c.id == tally.c.bureau_id).join(department)
    query = select(flag.c.id).select_from(tables).where(*_of_the_evening(election.id)).limit(most)

    def count(severity: Severity) -> int:
        counted = _narrowed(query, election.id, replace(which, severity=severity.value)).subquery()
        return connection.execute(select(func.count()).select_from(counted)).scalar_one()

    return {severity: count(severity) for severity in SEVERITIES}


_later = tally.alias()
_OVERTAKEN = exists().where(
    _later.c.bureau_id == tally.c.bureau_id,
    _later.c.origin == tally.c.origin,
    _later.c.channel == tally.c.channel,
    _later.c.version > tally.c.version,
)
"""There is a later version by the same channel."""


def _bureau_id(election_id: int, code: str) -> ScalarSelect[int]:
    query = select(bureau.c.id).where(bureau.c.election_id == election_id, bureau.c.code == code)
    return query.scalar_subquery()


def read_doubtful(connection: Connection, election: Election, department_code: str | None = None) -> set[str]:
    """The codes of the bureaux whose standing figures carry an open flag that is serious."""
    query = (
        select(bureau.c.code)
        .distinct()
        .select_from(
            flag.join(standing, standing.c.tally_id == flag.c.tally_id)
            .join(bureau, bureau.c.id == standing.c.bureau_id)
            .join(department)
            .outerjoin(decision, decision.c.flag_id == flag.c.id)
        )
        .where(
            flag.c.severity == Severity.SERIOUS.value,
            flag.c.state == FlagState.OPEN.value,
            decision.c.id.is_(None),
            standing.c.election_id == election.id,
        )
    )
    if department_code is not None:
        query = query.where(department.c.code == department_code)
    return set(connection.scalars(query))


def _of_the_evening(election_id: int) -> tuple[ColumnElement[bool], ...]:
    return tally.c.election_id == election_id, tally.c.origin == Origin.LIVE.value


_COLUMNS = (
    flag,
    tally.c.version,
    tally.c.channel,
    tally.c.call_id,
    bureau.c.code.label("bureau"),
    bureau.c.commune,
    bureau.c.name,
    department.c.code.label("department"),
    user.c.email,
    decision.c.reason,
    decision.c.at.label("resolved_at"),
)


def _joined(query: Select[Any], election_id: int) -> Select[Any]:
    tables = (
        flag.join(tally)
        .join(bureau, bureau.c.id == tally.c.bureau_id)
        .join(department)
        .outerjoin(decision, decision.c.flag_id == flag.c.id)
        .outerjoin(user, user.c.id == decision.c.user_id)
    )
    return query.select_from(tables).where(*_of_the_evening(election_id))


def _narrowed(query: Select[Any], election_id: int, which: FlagFilter) -> Select[Any]:
    conditions: dict[str, Callable[[Any], ColumnElement[bool]]] = {
        "severity": lambda value: flag.c.severity == value,
        "department": lambda value: department.c.code == value,
        "bureau": lambda value: tally.c.bureau_id == _bureau_id(election_id, value),
        "code": lambda value: flag.c.code == value,
        "state": lambda value: {
            RESOLVED: decision.c.id.is_not(None),
            FlagState.OPEN.value: (flag.c.state == value) & decision.c.id.is_(None),
        }.get(value, flag.c.state == value),
    }
    if which.newest:
        query = query.where(~_OVERTAKEN)
    for name, condition in conditions.items():
        value = getattr(which, name)
        if value is not None:
            query = query.where(condition(value))
    return query


def _raised(row: Row[Any], locale: str) -> RaisedFlag:
    state = FlagState(row.state)
    return RaisedFlag(
        id=row.id,
        code=row.code,
        severity=Severity(row.severity),
        state=RESOLVED if row.resolved_at else state.value,
        bureau=row.bureau,
        department=row.department,
        commune=row.commune,
        name=row.name,
        channel=row.channel,
        version=row.version,
        tally_id=row.tally_id,
        call_id=row.call_id,
        at=row.at,
        sentence=word(locale, row.code, state, json.loads(row.facts)),
        resolved_by=row.email or "",
        reason=row.reason or "",
        resolved_at=row.resolved_at,
    )
