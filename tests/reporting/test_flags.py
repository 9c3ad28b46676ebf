"""Flags: each rule finds what it should, leaves the rest alone, and says what it could not check."""

import json

import pytest
from conftest import CODE, FIGURES, PRESIDENT

from db import audit as chain
from db import elections
from db.schema import FlagState, audit, flag
from flows.ballot import Candidate, CheckDigit, Election, Invalid
from flows.catalogue import LOCALES
from reporting.flags import RULES, Facts, Found, Severity, Unchecked, read_flags, sentences, word

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
    assert [rule.code for rule in RULES if rule.check(facts()) is not None] == []


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


def raised(line, state=FlagState.OPEN):
    return [row.code for row in line.rows(flag) if row.state == state]


def test_flags_are_raised_when_a_tally_is_stored(line):
    line.identified().keys("612#").keys("1").keys("4*100*2*120*40*30*16#").keys("3").keys("1")
    assert raised(line) == ["voters-over-electorate", "sum-mismatch"]
    assert raised(line, FlagState.UNCHECKED) == []
    assert [row.action for row in line.rows(audit)][-2:] == ["flags raised", "tally stored"]
    assert json.loads(line.rows(audit)[-2].detail) == {"flags": ["voters-over-electorate", "sum-mismatch"]}


def test_a_register_without_electorate_or_number_is_said(line):
    line.reported("00100038")
    assert raised(line, FlagState.UNCHECKED) == ["voters-over-electorate", "caller-not-president"]


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
    line.reported("00100046", caller=PRESIDENT)
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
        (found,) = read_flags(connection, election, open_only=True, locale=locale)
    assert isinstance(chain.verify(line.engine), chain.Head)
    assert (found.code, found.severity, found.bureau, found.version) == ("sum-mismatch", Severity.SERIOUS, CODE, 1)
    assert found.sentence == sentence


@pytest.mark.parametrize("locale", LOCALES)
def test_every_rule_has_a_sentence_in_every_language(locale):
    values = {
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
    }
    for rule in RULES:
        assert word(locale, rule.code, FlagState.OPEN, values).endswith(".")
    for code in ("voters-over-electorate", "caller-not-president", "caller-several-bureaux"):
        for reason in ("no-electorate", "no-president-number", "caller-withheld"):
            assert word(locale, code, FlagState.UNCHECKED, {"reason": reason}).endswith(".")
    assert set(sentences("fr")) == set(sentences("en"))
