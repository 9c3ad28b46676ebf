"""Flags: what is strange about a stored tally. The rules are a table; a new rule is one function and one row.

A rule finds something, finds nothing, or cannot be checked; then the flag says so, instead of passing for checked. Flags are
raised in the transaction that stores the tally, and never deleted. `docs/flags.md` lists them.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, bindparam, func, insert, select

from db import audit
from db.elections import ElectionShelf
from db.phone_numbers import is_number
from db.schema import FlagState, Origin, bureau, call, department, flag, standing, tally
from db.schema import election as election_table
from db.tallies import StoredTally
from flows.arithmetic import balance, valid_votes
from flows.ballot import VOTERS, Election
from flows.catalogue import Catalogue
from flows.vocabulary import Line

CATALOGUES = Path(__file__).parent / "catalogues"


class Severity(StrEnum):
    """How much a flag matters to the result."""

    SERIOUS = "serious"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules may look at. `caller` and `president` are numbers in E.164, or None where there is none to compare;
    `caller_bureaux` counts the bureaux for which the caller's number has stored a tally."""

    election: Election
    figures: Mapping[str, int]
    version: int
    electorate: int | None
    caller: str | None
    president: str | None
    caller_bureaux: int


@dataclass(frozen=True, slots=True)
class Found:
    """The rule fired; `values` go into its sentence."""

    values: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The rule could not be checked, for a `reason` that the catalogue words."""

    reason: str


Finding = Found | Unchecked | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its stable code."""

    code: str
    severity: Severity
    check: Callable[[Facts], Finding]


def voters_over_electorate(facts: Facts) -> Finding:
    """More voters than the register has electors."""
    if facts.electorate is None:
        return Unchecked("no-electorate")
    voters = facts.figures[VOTERS]
    return Found({"voters": voters, "electorate": facts.electorate}) if voters > facts.electorate else None


def sum_mismatch(facts: Facts) -> Finding:
    """The candidates' votes and the invalid ballots do not make the voters."""
    sums = balance(facts.election, facts.figures)
    if sums.holds:
        return None
    return Found({"ballots": sums.ballots, "voters": sums.voters, "difference": abs(sums.difference)})


def no_voters(facts: Facts) -> Finding:
    """Nobody voted."""
    return None if facts.figures[VOTERS] else Found({})


def single_candidate(facts: Facts) -> Finding:
    """One of several candidates has all the valid votes."""
    valid = valid_votes(facts.election, facts.figures)
    for candidate in facts.election.candidates:
        if valid and facts.figures[candidate.field] == valid and len(facts.election.candidates) > 1:
            return Found({"candidate": candidate.name, "votes": valid})
    return None


def rectified(facts: Facts) -> Finding:
    """The tally replaces an earlier version."""
    return Found({"version": facts.version}) if facts.version > 1 else None


def caller_not_president(facts: Facts) -> Finding:
    """The number that called is not the president's."""
    if facts.president is None:
        return Unchecked("no-president-number")
    if facts.caller is None:
        return Unchecked("caller-withheld")
    return None if facts.caller == facts.president else Found({"caller": facts.caller, "president": facts.president})


def caller_several_bureaux(facts: Facts) -> Finding:
    """The number that called has reported for other bureaux too (a town hall does so with good reason)."""
    if facts.caller is None:
        return Unchecked("caller-withheld")
    return Found({"caller": facts.caller, "bureaux": facts.caller_bureaux}) if facts.caller_bureaux > 1 else None


RULES = (
    Rule("voters-over-electorate", Severity.SERIOUS, voters_over_electorate),
    Rule("sum-mismatch", Severity.SERIOUS, sum_mismatch),
    Rule("no-voters", Severity.WARNING, no_voters),
    Rule("single-candidate", Severity.WARNING, single_candidate),
    Rule("rectified", Severity.NOTICE, rectified),
    Rule("caller-not-president", Severity.NOTICE, caller_not_president),
    Rule("caller-several-bureaux", Severity.NOTICE, caller_several_bureaux),
)

# --- raising ---------------------------------------------------------------------------------------------------------

_about = (
    select(bureau.c.electorate, bureau.c.phone, election_table.c.revision)
    .select_from(bureau.join(election_table))
    .where(bureau.c.id == bindparam("bureau"))
)
_caller_bureaux = (
    select(func.count(tally.c.bureau_id.distinct()))
    .select_from(call.join(tally, tally.c.call_id == call.c.id))
    .where(
        call.c.caller == bindparam("caller"),
        tally.c.election_id == bindparam("election"),
        tally.c.origin == bindparam("kind"),
    )
)
_insert = insert(flag)


class FlagRaiser:
    """Raises the flags of a stored tally: a consequence of storing it."""

    def __init__(self) -> None:
        self._elections = ElectionShelf()

    def __call__(self, connection: Connection, stored: StoredTally) -> None:
        """Checks every rule, and stores what they find or cannot check, in the tally's own transaction."""
        facts = self._facts(connection, stored)
        findings = [(rule, finding) for rule in RULES if (finding := rule.check(facts)) is not None]
        if not findings:
            return
        connection.execute(_insert, [_row(stored, rule, finding) for rule, finding in findings])
        raised = [rule.code for rule, finding in findings if isinstance(finding, Found)]
        if raised:
            audit.record(
                connection,
                at=stored.at,
                actor="the rules",
                action=audit.FLAGS_RAISED,
                subject=f"tally {stored.id}",
                detail={"flags": raised},
            )

    def _facts(self, connection: Connection, stored: StoredTally) -> Facts:
        about = connection.execute(_about, {"bureau": stored.bureau_id}).one()
        caller = stored.caller if is_number(stored.caller) else None
        others = 0
        if caller is not None:
            key = {"caller": caller, "election": stored.election_id, "kind": stored.origin.value}
            others = connection.execute(_caller_bureaux, key).scalar_one()
        return Facts(
            election=self._elections.take(connection, stored.election_id, about.revision),
            figures=stored.figures,
            version=stored.version,
            electorate=about.electorate,
            caller=caller,
            president=about.phone,
            caller_bureaux=others,
        )


def _row(stored: StoredTally, rule: Rule, finding: Found | Unchecked) -> dict[str, object]:
    found = isinstance(finding, Found)
    facts = finding.values if isinstance(finding, Found) else {"reason": finding.reason}
    return {
        "tally_id": stored.id,
        "code": rule.code,
        "severity": rule.severity.value,
        "state": (FlagState.OPEN if found else FlagState.UNCHECKED).value,
        "facts": json.dumps(facts, ensure_ascii=False),
        "at": stored.at,
    }


# --- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """A flag with the bureau and the version of the tally that it is about, and its sentence in words."""

    code: str
    severity: Severity
    state: FlagState
    bureau: str
    department: str
    commune: str
    name: str
    version: int
    at: datetime
    sentence: str


@lru_cache
def sentences(locale: str) -> Catalogue:
    """The flags' sentences in `locale`."""
    return Catalogue(locale, CATALOGUES)


def word(locale: str, code: str, state: FlagState, facts: Mapping[str, int | str]) -> str:
    """A flag's sentence: what the rule found, or why it could not be checked."""
    catalogue = sentences(locale)
    if state is FlagState.UNCHECKED:
        return catalogue.text(
            Line("unchecked", {"rule": Line(f"rule-{code}"), "reason": Line(f"reason-{facts['reason']}")})
        )
    return catalogue.text(Line(code, dict(facts)))


def read_flags(
    connection: Connection, election: Election, *, open_only: bool = False, locale: str = ""
) -> Iterator[RaisedFlag]:
    """The flags of the evening (not of rehearsals), oldest first, in the election's language or in `locale`.

    `open_only` leaves out what could not be checked, and what an older version of a tally raised.
    """
    query = (
        select(flag, tally.c.version, bureau.c.code.label("bureau"), bureau.c.commune, bureau.c.name)
        .add_columns(department.c.code.label("department"))
        .select_from(flag.join(tally).join(bureau, bureau.c.id == tally.c.bureau_id).join(department))
        .where(tally.c.election_id == election.id, tally.c.origin == Origin.LIVE.value)
        .order_by(flag.c.id)
    )
    if open_only:
        query = query.where(flag.c.state == FlagState.OPEN.value, tally.c.id.in_(select(standing.c.tally_id)))
    for row in connection.execution_options(yield_per=2000).execute(query):
        state = FlagState(row.state)
        yield RaisedFlag(
            code=row.code,
            severity=Severity(row.severity),
            state=state,
            bureau=row.bureau,
            department=row.department,
            commune=row.commune,
            name=row.name,
            version=row.version,
            at=row.at,
            sentence=word(locale or election.locale, row.code, state, json.loads(row.facts)),
        )
