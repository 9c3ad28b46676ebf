"""Flags: each rule finds what it should, leaves the rest alone, and says what it could not check."""

import json

import pytest

from db import audit as chain
from db import elections
from db.audit.verify import verify
from db.schema import FlagState, audit, flag
from flows.ballot import Candidate, CheckDigit, Election, Invalid
from flows.catalogue import LOCALES
from ivr.simulator.phone import Phone, send_to
from reporting.anomalies.flag_list import FlagFilter, read_flags, sentences, word
from reporting.anomalies.rules import RULES, Facts, Found, Rule, Severity, Unchecked
from reporting.anomalies.statistics import Norm
from tests.support.primary_2011 import CODE, FIGURES, PRESIDENT
from tests.support.settings import PUBLIC_URL

ELECTION = Election(
    1,
    "Primaire",
    1,
    "fr",
    Invalid.COMBINED,
    CheckDigit.DAMM,
    tuple(Candidate(number, f"C{number}", f"C{number}") for number in range(1, 7)),
    8,
)
OTHER = "+33639981002"
RULE = {rule.code: rule.check for rule in RULES}


def facts(**changes):
    usual = {
        "election": ELECTION,
        "figures": FIGURES,
        "version": 1,
        "electorate": 598,
        "caller": PRESIDENT,
        "president": PRESIDENT,
        "caller_bureaux": 1,
    }
    return Facts(**{**usual, **changes})


def sheet(**changes):
    return {**FIGURES, **changes}


def test_an_ordinary_tally_raises_nothing():
    usual = facts(turnout_norm=Norm(0.52, 0.03, 60), share_norms=SHARES)
    assert [rule.code for rule in RULES if rule.check(usual) is not None] == []


@pytest.mark.parametrize(
    ("code", "changes", "finding"),
    [
        ("voters-over-electorate", {"electorate": 311}, Found({"voters": 312, "electorate": 311})),
        ("voters-over-electorate", {"electorate": 312}, None),
        ("voters-over-electorate", {"electorate": None}, Unchecked("no-electorate")),
        (
            "sum-mismatch",
            {"figures": sheet(voters=315)},
            Found({"ballots": 312, "voters": 315, "difference": 3}),
        ),
        ("no-voters", {"figures": dict.fromkeys(FIGURES, 0)}, Found({})),
        (
            "single-candidate",
            {"figures": {**dict.fromkeys(FIGURES, 0), "voters": 10, "3": 10}},
            Found({"candidate": "C3", "votes": 10}),
        ),
        ("single-candidate", {"figures": dict.fromkeys(FIGURES, 0)}, None),
        ("single-candidate", {"figures": {**dict.fromkeys(FIGURES, 0), "voters": 11, "3": 10, "4": 1}}, None),
        ("rectified", {"version": 2}, Found({"version": 2})),
        ("caller-not-president", {"caller": OTHER}, Found({"caller": OTHER, "president": PRESIDENT})),
        ("caller-not-president", {"caller": None}, Unchecked("caller-withheld")),
        ("caller-not-president", {"president": None}, Unchecked("no-president-number")),
        ("caller-several-bureaux", {"caller_bureaux": 2}, Found({"caller": PRESIDENT, "bureaux": 2})),
        ("caller-several-bureaux", {"caller": None}, Unchecked("caller-withheld")),
    ],
)
def test_a_rule_finds_what_it_should(code, changes, finding):
    assert RULE[code](facts(**changes)) == finding


def raised(line, state=FlagState.OPEN, code=None):
    """The codes of the flags in a state, those apart that wait for a department's fiftieth bureau."""
    rows = [row for row in line.rows(flag) if row.state == state and "small-sample" not in row.facts]
    return [row.code for row in rows if code is None or row.code == code]


def test_flags_are_raised_when_a_tally_is_stored(line):
    line.identified().keys("612#").keys("1").keys("4*100*2*120*40*30*16#").keys("3").keys("1")
    assert raised(line) == ["voters-over-electorate", "sum-mismatch"]
    assert raised(line, FlagState.UNCHECKED) == []
    assert [row.action for row in line.rows(audit)][-2:] == ["flags raised", "tally stored"]
    assert json.loads(line.rows(audit)[-2].detail) == {"flags": ["voters-over-electorate", "sum-mismatch"]}


def test_a_register_without_electorate_or_number_is_said(line):
    line.reported("00100038")
    unchecked = ["voters-over-electorate", "turnout-outlier", "caller-not-president"]
    assert raised(line, FlagState.UNCHECKED) == unchecked


def test_a_withheld_number_is_said(line):
    line.reported(caller="anonymous")
    assert raised(line, FlagState.UNCHECKED) == ["caller-not-president", "caller-several-bureaux"]


def test_a_rectification_is_flagged(line):
    line.reported()
    line.identified().keys("2").keys("8").keys("15#").keys("3").keys("1")
    assert "rectified" in raised(line)


def test_one_number_for_several_bureaux_is_flagged_from_the_second_on(line):
    line.reported()
    assert raised(line) == []
    line.reported("00100046", caller=PRESIDENT, voters=311, invalid=3)
    assert raised(line) == ["caller-not-president", "caller-several-bureaux"]


def test_one_number_twice_for_one_bureau_is_not_several(line):
    line.reported()
    line.identified().keys("2").keys("8").keys("15#").keys("3").keys("1")
    assert "caller-several-bureaux" not in raised(line)


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [
        ("fr", "Bulletins, 312, et votants, 315 : différence de 3."),
        ("en", "Ballots, 312, and voters, 315: a difference of 3."),
    ],
)
def test_flags_are_listed_with_their_bureau_and_a_sentence(line, locale, sentence):
    line.identified().keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    with line.engine.connect() as connection:
        election, _ = elections.find(connection)
        (found,) = read_flags(connection, election, FlagFilter(state="open", newest=True), locale=locale)
    assert isinstance(verify(line.engine), chain.Head)
    assert (found.code, found.severity, found.bureau, found.version) == ("sum-mismatch", Severity.SERIOUS, CODE, 1)
    assert found.sentence == sentence


VALUES = {
    "voters": 2,
    "electorate": 1,
    "ballots": 3,
    "difference": 1,
    "candidate": "C1",
    "votes": 10,
    "version": 2,
    "caller": PRESIDENT,
    "president": OTHER,
    "bureaux": 2,
    "turnout": 934,
    "usual": 702,
    "share": 12,
    "z": -93,
    "sample": 60,
    "field": "C1",
    "other_field": "null",
    "count": 12,
    "other_count": 13,
    "would_be": 120,
    "fields": 2,
    "bureau": CODE,
    "others": 2,
    "round": 7,
    "counts": 8,
    "expected": 3,
    "minutes": 4,
    "seconds": 10,
    "prompts": 60,
    "failures": 3,
}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_rule_has_a_sentence_in_every_language(locale):
    for rule in RULES:
        assert word(locale, rule.code, FlagState.OPEN, VALUES).endswith(".")
        assert word(locale, rule.code, FlagState.PASSED, {}).endswith(").")
        for reason in (
            "no-electorate",
            "no-president-number",
            "caller-withheld",
            "few-electors",
            "few-votes",
            "small-sample",
        ):
            assert word(locale, rule.code, FlagState.UNCHECKED, {"reason": reason}).endswith(".")
    assert set(sentences("fr")) == set(sentences("en"))


def test_parts_are_said_in_percent_with_the_decimal_sign_of_the_language():
    assert "93,4 %, contre 70,2 %" in word("fr", "turnout-outlier", FlagState.OPEN, VALUES)
    assert "93.4 %, where 70.2 %" in word("en", "turnout-outlier", FlagState.OPEN, VALUES)


# --- the serious set -------------------------------------------------------------------------------------------------

NORM = Norm(0.70, 0.03, 60)
SHARES = {candidate.field: Norm(FIGURES[candidate.field] / 308, 0.02, 60) for candidate in ELECTION.candidates}


@pytest.mark.parametrize(
    ("code", "changes", "values"),
    [
        (
            "turnout-outlier",
            {"turnout_norm": Norm(0.7, 0.01, 60), "electorate": 316},
            {"turnout": 987, "usual": 700, "sample": 60},
        ),
        ("share-outlier", {"share_norms": {**SHARES, "3": Norm(0.02, 0.005, 60)}}, {"field": "C3", "votes": 120}),
        ("same-figures", {"twins": ("00100046", "00200015")}, {"bureau": "00100046", "others": 2}),
        ("channels-differ", {"other": sheet(voters=311, invalid=3)}, {"fields": 2}),
        ("swapped", {"other": sheet(**{"1": 120, "3": 100})}, {"field": "C1", "other_field": "C3", "count": 100}),
        ("swapped", {"previous": sheet(**{"1": 120, "3": 100})}, {"field": "C1"}),
        ("digit-slip", {"other": sheet(**{"3": 12})}, {"field": "C3", "count": 120, "would_be": 12}),
        ("digit-slip-sum", {"figures": sheet(**{"3": 1200})}, {"field": "C3", "would_be": 120}),
        (
            "round-numbers",
            {"figures": sheet(**{"1": 100, "2": 20, "3": 120, "4": 40, "5": 30, "6": 10})},
            {"round": 6, "counts": 6},
        ),
        ("round-department", {"last_digits": {9: 100, 0: 400, 1: 100}}, {"round": 400, "expected": 200}),
        ("too-soon", {"minutes": 2.5}, {"minutes": 2, "voters": 312}),
        ("call-too-short", {"call_seconds": 10.0, "prompt_seconds": 60.0}, {"seconds": 10, "prompts": 60}),
        ("pin-failures", {"pin_failures": 3}, {"failures": 3}),
        ("several-versions", {"version": 3}, {"version": 3}),
    ],
)
def test_a_serious_rule_finds_what_it_should(code, changes, values):
    found = RULE[code](facts(**changes))
    assert isinstance(found, Found)
    assert {name: found.values[name] for name in values} == values


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("turnout-outlier", {"turnout_norm": NORM, "electorate": 446}),
        ("share-outlier", {"share_norms": SHARES}),
        ("same-figures", {"twins": ("00100046",), "figures": sheet(voters=49)}),
        ("channels-differ", {"other": dict(FIGURES)}),
        ("swapped", {"other": sheet(**{"1": 120, "3": 101})}),
        ("digit-slip", {"other": sheet(**{"3": 121})}),
        ("digit-slip-sum", {"figures": sheet(**{"3": 121})}),
        ("round-numbers", {}),
        ("round-department", {"last_digits": {9: 200, 0: 210, 1: 205}}),
        ("too-soon", {"minutes": 5.3}),
        ("too-soon", {"minutes": -1.0}),
        ("call-too-short", {"call_seconds": 15.0, "prompt_seconds": 60.0}),
        ("pin-failures", {"pin_failures": 2}),
        ("several-versions", {"version": 2}),
        ("caller-not-president", {"caller": None, "by_phone": False}),
    ],
)
def test_a_serious_rule_leaves_the_rest_alone(code, changes):
    assert RULE[code](facts(**changes)) is None


@pytest.mark.parametrize(
    ("code", "changes", "reason"),
    [
        ("turnout-outlier", {"electorate": None}, "no-electorate"),
        ("turnout-outlier", {"electorate": 49}, "few-electors"),
        ("turnout-outlier", {"turnout_norm": Norm(0.7, 0.03, 49)}, "small-sample"),
        ("share-outlier", {"figures": dict.fromkeys(FIGURES, 7)}, "few-votes"),
        ("share-outlier", {"share_norms": {}}, "small-sample"),
    ],
)
def test_a_rule_that_lacks_a_basis_says_which(code, changes, reason):
    assert RULE[code](facts(**changes)) == Unchecked(reason)


def test_wrong_pins_before_a_tally_are_flagged(line):
    for _ in range(3):
        line.phone().dial().keys(CODE).keys("000001#")
    line.reported()
    assert "pin-failures" in raised(line)


def test_two_bureaux_of_the_same_figures_are_flagged_with_each_other(line):
    line.reported()
    line.reported("00100046", caller="+33639981003")
    assert raised(line, code="same-figures") == ["same-figures"]


def test_a_call_that_hears_nothing_out_is_flagged(line):
    phone = Phone(send_to(line.app, line.carrier), PUBLIC_URL, PRESIDENT)
    phone.dial().keys(CODE).keys(f"{line.pins[CODE]}#").keys("*".join(map(str, FIGURES.values())) + "#").keys("1")
    assert "call-too-short" in raised(line)


def test_a_rectification_with_a_digit_more_is_flagged_beside_the_version_before(line):
    line.reported()
    line.identified().keys("2").keys("5").keys("1200#").keys("3").keys("1")
    assert "digit-slip" in raised(line)


def test_a_rule_that_breaks_loses_no_tally_stops_no_other_rule_and_is_said(line, monkeypatch):
    def broken(facts):
        raise ZeroDivisionError

    monkeypatch.setattr("reporting.anomalies.raise_flags.RULES", (Rule("swapped", Severity.SERIOUS, broken), *RULES))
    phone = line.identified().keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    assert phone.hears("C'est enregistré")
    assert line.tallies() == [{**FIGURES, "voters": 315}]
    assert "sum-mismatch" in raised(line)
    assert "swapped" in raised(line, FlagState.UNCHECKED)
    assert isinstance(verify(line.engine), chain.Head)


def test_where_the_rules_cannot_even_begin_the_tally_is_stored_and_that_is_said(line, monkeypatch):
    def broken(*_arguments):
        raise ValueError

    monkeypatch.setattr("reporting.anomalies.raise_flags.norms.keep", broken)
    assert line.reported().hears("C'est enregistré")
    assert raised(line, FlagState.UNCHECKED) == ["rules"]
