"""The rules: what may be strange about a tally. They are a table; a new rule is one function and one row (and its sentences).

A rule finds something, finds nothing, or cannot be checked. If it cannot, it says so. The rules that compare figures have
their mathematics in `statistics`. `docs/flags.md` lists all rules, with formulas and with what they find.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from flows.arithmetic import balance, valid_votes
from flows.ballot import VOTERS, Election
from reporting.anomalies import statistics
from reporting.anomalies.statistics import MIN_ELECTORS, MIN_SAMPLE, MIN_VALID, Norm

BALLOTS_A_MINUTE = 60
"""No bureau counts faster: a ballot a second, without the time to open the urn and the envelopes."""
PROMPTS_PART = 4
"""A call shorter than a quarter of what it heard, spoken in full, was not listened to."""
MANY_PIN_FAILURES = 3
MANY_VERSIONS = 3


class Severity(StrEnum):
    """How much a flag matters to the result."""

    SERIOUS = "serious"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules may look at.

    `caller` and `president` are numbers in E.164, or None where there is none to compare; `caller_bureaux` counts the bureaux
    for which the caller's number has stored a tally. `previous` are the figures of the version before, `other` those of another
    channel. `turnout_norm` and `share_norms` are the department's, None and empty before it has any; `twins` are the codes of
    other bureaux whose figures are the same. `call_seconds` is how long the call had lasted when it stored the tally,
    `prompt_seconds` what its prompts take when spoken in full, both None where there was no call. `minutes` are since the polls
    closed. `pin_failures` are those of the bureau, before. `last_digits` is there when the norms have just been renewed.
    """

    election: Election
    figures: Mapping[str, int]
    version: int
    electorate: int | None
    caller: str | None
    president: str | None
    caller_bureaux: int
    by_phone: bool = True
    previous: Mapping[str, int] | None = None
    other: Mapping[str, int] | None = None
    turnout_norm: Norm | None = None
    share_norms: Mapping[str, Norm] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    call_seconds: float | None = None
    prompt_seconds: float | None = None
    minutes: float | None = None
    pin_failures: int = 0
    last_digits: Mapping[int, int] | None = None


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
    """There are no voters."""
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


def several_versions(facts: Facts) -> Finding:
    """The third version, or a later one."""
    return Found({"version": facts.version}) if facts.version >= MANY_VERSIONS else None


def caller_not_president(facts: Facts) -> Finding:
    """The number that called is not the president's."""
    if not facts.by_phone:
        return None
    if facts.president is None:
        return Unchecked("no-president-number")
    if facts.caller is None:
        return Unchecked("caller-withheld")
    return None if facts.caller == facts.president else Found({"caller": facts.caller, "president": facts.president})


def caller_several_bureaux(facts: Facts) -> Finding:
    """The number that called has reported for other bureaux too (a town hall does so with good reason)."""
    if not facts.by_phone:
        return None
    if facts.caller is None:
        return Unchecked("caller-withheld")
    return Found({"caller": facts.caller, "bureaux": facts.caller_bureaux}) if facts.caller_bureaux > 1 else None


def turnout_outlier(facts: Facts) -> Finding:
    """The turnout is far from the department's (`statistics.turnout_outlier`)."""
    if facts.electorate is None:
        return Unchecked("no-electorate")
    if facts.electorate < MIN_ELECTORS:
        return Unchecked("few-electors")
    if facts.turnout_norm is None or facts.turnout_norm.sample < MIN_SAMPLE:
        return Unchecked(SMALL_SAMPLE)
    return _found(facts, statistics.turnout_outlier(facts.figures, facts.electorate, facts.turnout_norm))


def share_outlier(facts: Facts) -> Finding:
    """A candidate's share is far from the department's (`statistics.share_outlier`)."""
    if valid_votes(facts.election, facts.figures) < MIN_VALID:
        return Unchecked("few-votes")
    candidates = facts.election.candidate_fields
    if any(each not in facts.share_norms or facts.share_norms[each].sample < MIN_SAMPLE for each in candidates):
        return Unchecked(SMALL_SAMPLE)
    return _found(facts, statistics.share_outlier(facts.figures, candidates, facts.share_norms))


def same_figures(facts: Facts) -> Finding:
    """Another bureau of the election has reported the very same figures (`statistics.tells_apart`)."""
    if not facts.twins or not statistics.tells_apart(facts.figures):
        return None
    return Found({"bureau": facts.twins[0], "others": len(facts.twins)})


def channels_differ(facts: Facts) -> Finding:
    """Another channel has other figures."""
    if facts.other is None:
        return None
    differing = sum(facts.figures[each] != facts.other.get(each) for each in facts.figures)
    return Found({"fields": differing}) if differing else None


def swapped(facts: Facts) -> Finding:
    """Two figures are exchanged in another channel, or in the version before (`statistics.swapped`)."""
    return _beside_others(facts, statistics.swapped)


def digit_slip(facts: Facts) -> Finding:
    """A figure has one digit more or less in another channel, or in the version before (`statistics.digit_slip_between`)."""
    return _beside_others(facts, statistics.digit_slip_between)


def digit_slip_sum(facts: Facts) -> Finding:
    """The sum does not hold, and would with one digit more or less in one figure (`statistics.digit_slip`)."""
    return _found(facts, statistics.digit_slip(facts.figures))


def round_numbers(facts: Facts) -> Finding:
    """More of the tally's figures end in 0 than chance allows (`statistics.round_numbers`)."""
    return _found(facts, statistics.round_numbers(facts.figures))


def round_department(facts: Facts) -> Finding:
    """More of the whole department's figures end in 0 or 5 than chance allows (`statistics.round_department`)."""
    return None if facts.last_digits is None else _found(facts, statistics.round_department(facts.last_digits))


def too_soon(facts: Facts) -> Finding:
    """The tally came too soon after the polls closed for so many ballots to be counted: minutes < voters / 60."""
    voters = facts.figures[VOTERS]
    if facts.minutes is None or not 0 <= facts.minutes < voters / BALLOTS_A_MINUTE:
        return None
    return Found({"minutes": int(facts.minutes), "voters": voters})


def call_too_short(facts: Facts) -> Finding:
    """The call lasted less than a quarter of what it heard, spoken in full."""
    if facts.call_seconds is None or facts.prompt_seconds is None:
        return None
    if facts.call_seconds * PROMPTS_PART >= facts.prompt_seconds:
        return None
    return Found({"seconds": round(facts.call_seconds), "prompts": round(facts.prompt_seconds)})


def pin_failures(facts: Facts) -> Finding:
    """Three or more wrong PINs were keyed for this bureau before."""
    return Found({"failures": facts.pin_failures}) if facts.pin_failures >= MANY_PIN_FAILURES else None


def _beside_others(
    facts: Facts, check: Callable[[Mapping[str, int], Mapping[str, int]], statistics.Values | None]
) -> Finding:
    for figures in (facts.other, facts.previous):
        found = None if figures is None else check(facts.figures, figures)
        if found is not None:
            return _found(facts, found)
    return None


def _found(facts: Facts, values: statistics.Values | None) -> Finding:
    """The finding, with candidates by their names instead of their numbers."""
    if values is None:
        return None
    names = {each.field: each.name for each in facts.election.candidates}
    fields = {name: names.get(str(value), value) for name, value in values.items() if name in ("field", "other_field")}
    return Found({**values, **fields})


SMALL_SAMPLE = "small-sample"
"""The reason of a flag that will be checked once the department has reported enough."""

RULES = (
    Rule("voters-over-electorate", Severity.SERIOUS, voters_over_electorate),
    Rule("sum-mismatch", Severity.SERIOUS, sum_mismatch),
    Rule("digit-slip-sum", Severity.SERIOUS, digit_slip_sum),
    Rule("channels-differ", Severity.SERIOUS, channels_differ),
    Rule("swapped", Severity.SERIOUS, swapped),
    Rule("digit-slip", Severity.SERIOUS, digit_slip),
    Rule("turnout-outlier", Severity.SERIOUS, turnout_outlier),
    Rule("share-outlier", Severity.SERIOUS, share_outlier),
    Rule("same-figures", Severity.SERIOUS, same_figures),
    Rule("no-voters", Severity.WARNING, no_voters),
    Rule("single-candidate", Severity.WARNING, single_candidate),
    Rule("round-numbers", Severity.WARNING, round_numbers),
    Rule("round-department", Severity.WARNING, round_department),
    Rule("too-soon", Severity.WARNING, too_soon),
    Rule("call-too-short", Severity.WARNING, call_too_short),
    Rule("pin-failures", Severity.WARNING, pin_failures),
    Rule("several-versions", Severity.WARNING, several_versions),
    Rule("rectified", Severity.NOTICE, rectified),
    Rule("caller-not-president", Severity.NOTICE, caller_not_president),
    Rule("caller-several-bureaux", Severity.NOTICE, caller_several_bureaux),
)
AWAITING = {rule.code: rule for rule in RULES if rule.check in (turnout_outlier, share_outlier)}
"""The rules that wait for the department's norms."""
