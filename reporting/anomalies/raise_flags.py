"""Raises the flags of a stored tally, in its transaction. They are never deleted; people resolve them (`db.decisions`)."""

import json
import logging
from collections.abc import Mapping
from itertools import groupby

from sqlalchemy import Connection, bindparam, column, func, insert, select, update

from db import audit
from db.audit import Chain
from db.elections import ElectionCache
from db.phone_numbers import is_number
from db.provisional_results import PRECEDENCE, digest, read_figures
from db.schema import Channel, FlagState, Origin, bureau, call, flag, lockout, standing, tally
from db.tallies import TallyArrival, read_counts
from db.transactions import WriteTransaction
from flows.ballot import Election
from flows.catalogue import prompts
from flows.speech import CHARACTERS_PER_SECOND
from reporting.anomalies import norms
from reporting.anomalies.norms import Norms
from reporting.anomalies.rules import AWAITING, RULES, SMALL_SAMPLE, Facts, Finding, Found, Rule, Severity, Unchecked

log = logging.getLogger(__name__)

SAME_CALLER = 500
"""How many tallies of one caller are searched. Without a limit, a switchboard that phones for a whole country would make each
tally cost more than the one before."""

_suspicions = select(
    select(func.count(column("bureau_id").distinct()))
    .select_from(
        select(tally.c.bureau_id)
        .select_from(call.join(tally, tally.c.call_id == call.c.id))
        .where(
            call.c.caller == bindparam("caller"),
            # The sum keeps SQLite from the index on the election: with it, SQLite read every tally of the election.
            tally.c.election_id + 0 == bindparam("election"),
            tally.c.origin == bindparam("kind"),
        )
        .limit(SAME_CALLER)
        .subquery()
    )
    .scalar_subquery()
    .label("caller_bureaux"),
    select(func.coalesce(func.sum(lockout.c.total), 0))
    .where(
        lockout.c.election_id == bindparam("election"),
        lockout.c.scope == "bureau",
        lockout.c.subject == bindparam("keyed"),
    )
    .scalar_subquery()
    .label("wrong_pins"),
    select(func.aggregate_strings(bureau.c.code, ","))
    .select_from(bureau.join(standing))
    .where(
        standing.c.election_id == bindparam("election"),
        standing.c.digest == bindparam("hash"),
        standing.c.bureau_id != bindparam("bureau"),
    )
    .scalar_subquery()
    .label("twins"),
)
_siblings = (
    select(tally.c.id, tally.c.channel, tally.c.version)
    .where(
        tally.c.bureau_id == bindparam("bureau"),
        tally.c.origin == bindparam("kind"),
        tally.c.channel.in_(PRECEDENCE),
        tally.c.id != bindparam("which"),
    )
    .order_by(tally.c.version.desc())
)
_insert = insert(flag)
_settle = update(flag).where(flag.c.id == bindparam("which")).values(state=bindparam("now"), facts=bindparam("found"))
_said_before = (
    select(flag.c.id)
    .select_from(flag.join(tally).join(bureau, bureau.c.id == tally.c.bureau_id))
    .where(flag.c.code == bindparam("rule"), bureau.c.department_id == bindparam("department"))
    .limit(1)
)
EVERY_RULE = Rule("rules", Severity.SERIOUS, lambda facts: None)
"""Stands for all rules, where they could not even begin."""
BROKEN = "broken"
"""The reason of what was not checked because of a mistake of ours."""
BROKEN_BY = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What a mistake in a rule raises. Errors of the database are not caught: they would have failed the tally, too."""
DEPARTMENT_RULE = "round-department"
"""Rules about a whole department. Such a flag is raised once, with the tally that caused it."""


class FlagRaiser:
    """Raises the flags of a stored tally: a consequence of storing it."""

    def __init__(self) -> None:
        self._elections = ElectionCache()

    def __call__(self, transaction: WriteTransaction, stored: TallyArrival, chain: Chain) -> None:
        """Checks every rule, and stores what they find or cannot check, in the tally's own transaction.

        When the department's norms are renewed, it also checks the tallies that waited for them. If a rule breaks, the tally is
        stored all the same, with a flag that says which rule was not checked. Statements and ink are not checked here: they are
        compared with what was reported (`reconciliation`).
        """
        if stored.channel not in PRECEDENCE:
            return
        department_id = stored.place.department_id
        connection = transaction.connection
        election = self._elections.take(connection, stored.election_id, stored.place.revision)
        try:
            usual = _usual(transaction, election, stored)
            facts = _facts(connection, election, stored, usual)
        except BROKEN_BY:
            log.exception("what the rules look at broke on tally %s", stored.id)
            transaction.execute(_insert, [_row(stored, EVERY_RULE, Unchecked(BROKEN))])
            return
        findings = [(rule, finding) for rule in RULES if (finding := _check(rule, facts, stored)) is not None]
        findings = [each for each in findings if not _said(connection, each[0], department_id)]
        if findings:
            transaction.execute(_insert, [_row(stored, rule, finding) for rule, finding in findings])
            _record(chain, stored, [rule.code for rule, finding in findings if isinstance(finding, Found)])
        if usual.last_digits is not None:
            _check_what_waited(transaction, stored, facts, chain)


def _usual(transaction: WriteTransaction, election: Election, stored: TallyArrival) -> Norms:
    if stored.stands:
        return norms.keep(transaction, election, stored.place.department_id, stored.at)
    return norms.read(transaction.connection, stored.place.department_id) if stored.origin is Origin.LIVE else Norms()


def _facts(connection: Connection, election: Election, stored: TallyArrival, usual: Norms) -> Facts:
    place = stored.place
    caller = stored.caller if is_number(stored.caller) else None
    key = {"election": stored.election_id, "kind": stored.origin.value, "caller": caller, "keyed": place.code}
    key |= {"hash": digest(stored.figures), "bureau": stored.bureau_id}
    suspicions = connection.execute(_suspicions, key).one()
    previous, other = _siblings_of(connection, stored)
    heard = _listened(election, stored)
    live = stored.origin is Origin.LIVE
    return Facts(
        election=election,
        figures=stored.figures,
        version=stored.version,
        electorate=place.electorate,
        caller=caller,
        president=place.phone,
        caller_bureaux=suspicions.caller_bureaux,
        by_phone=stored.channel is Channel.PHONE,
        previous=previous,
        other=other,
        turnout_norm=usual.turnout,
        share_norms=usual.shares,
        twins=tuple(sorted((suspicions.twins or "").split(","))) if stored.stands and suspicions.twins else (),
        call_seconds=heard[0] if heard else None,
        prompt_seconds=heard[1] if heard else None,
        minutes=(stored.at - place.polls_close).total_seconds() / 60 if live else None,
        pin_failures=suspicions.wrong_pins,
        last_digits=usual.last_digits,
    )


def _siblings_of(
    connection: Connection, stored: TallyArrival
) -> tuple[Mapping[str, int] | None, Mapping[str, int] | None]:
    """The figures of the version before, and those of another channel's newest version."""
    if not stored.place.tallies:
        return None, None
    key = {"bureau": stored.bureau_id, "kind": stored.origin.value, "which": stored.id}
    previous = other = None
    for row in connection.execute(_siblings, key):
        if row.channel == stored.channel.value and previous is None:
            previous = read_counts(connection, row.id)
        elif row.channel != stored.channel.value and other is None:
            other = read_counts(connection, row.id)
    return previous, other


def _listened(election: Election, stored: TallyArrival) -> tuple[float, float] | None:
    """How long the call has lasted, and how long all that it heard takes to say; None where the tally came by no call."""
    if stored.call is None:
        return None
    catalogue = prompts(election.locale)
    characters = sum(len(catalogue.text(line)) for line in stored.call.heard)
    return (stored.at - stored.call.started_at).total_seconds(), characters / CHARACTERS_PER_SECOND


def _check(rule: Rule, facts: Facts, stored: TallyArrival) -> Finding:
    """What the rule finds; if it breaks, that it could not be checked."""
    try:
        return rule.check(facts)
    except BROKEN_BY:
        log.exception("rule %s broke on tally %s", rule.code, stored.id)
        return Unchecked(BROKEN)


def _said(connection: Connection, rule: Rule, department_id: int) -> bool:
    """True if a flag about the whole department has been raised already."""
    if rule.code != DEPARTMENT_RULE:
        return False
    key = {"rule": rule.code, "department": department_id}
    return connection.execute(_said_before, key).one_or_none() is not None


def _check_what_waited(transaction: WriteTransaction, stored: TallyArrival, facts: Facts, chain: Chain) -> None:
    """Checks the tallies that came before the department had norms: their `unchecked` flags become `open` or `passed`."""
    waiting = transaction.execute(
        select(flag.c.id, flag.c.code, flag.c.tally_id, standing.c.figures, bureau.c.electorate)
        .select_from(flag.join(standing, standing.c.tally_id == flag.c.tally_id).join(bureau))
        .where(
            standing.c.department_id == stored.place.department_id,
            flag.c.code.in_(AWAITING),
            flag.c.state == FlagState.UNCHECKED.value,
            flag.c.facts == json.dumps({"reason": SMALL_SAMPLE}),
        )
        .order_by(flag.c.tally_id)
    ).all()
    for tally_id, flags in groupby(waiting, key=lambda row: row.tally_id):
        raised = []
        for row in flags:
            late = Facts(
                election=facts.election,
                figures=read_figures(row.figures),
                version=1,
                electorate=row.electorate,
                caller=None,
                president=None,
                caller_bureaux=0,
                turnout_norm=facts.turnout_norm,
                share_norms=facts.share_norms,
            )
            finding = _check(AWAITING[row.code], late, stored)
            state, values = _state(finding) if finding else (FlagState.PASSED, {})
            settled = {"which": row.id, "now": state.value, "found": json.dumps(values, ensure_ascii=False)}
            transaction.execute(_settle, settled)
            if state is FlagState.OPEN:
                raised.append(row.code)
        _record(chain, stored, raised, tally_id)


def _record(chain: Chain, stored: TallyArrival, raised: list[str], tally_id: int | None = None) -> None:
    if not raised:
        return
    chain.record(
        at=stored.at,
        actor="the rules",
        action=audit.FLAGS_RAISED,
        subject=f"tally {tally_id or stored.id}",
        detail={"flags": raised},
    )


def _state(finding: Finding) -> tuple[FlagState, Mapping[str, int | str]]:
    if isinstance(finding, Found):
        return FlagState.OPEN, finding.values
    assert finding is not None
    return FlagState.UNCHECKED, {"reason": finding.reason}


def _row(stored: TallyArrival, rule: Rule, finding: Finding) -> dict[str, object]:
    state, values = _state(finding)
    return {
        "tally_id": stored.id,
        "code": rule.code,
        "severity": rule.severity.value,
        "state": state.value,
        "facts": json.dumps(values, ensure_ascii=False),
        "at": stored.at,
    }
