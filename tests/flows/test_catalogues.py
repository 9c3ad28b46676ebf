"""The catalogues: complete in both languages, short, plural where there are several."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import flows
from flows.catalogue import LOCALES, Catalogue, UnknownLine, prompts, spell
from flows.vocabulary import Line, Spelled

USED = {
    key
    for file in Path(flows.__file__).parent.glob("*.py")
    for key in re.findall(r'Line\(\s*f?"([a-z-]+)"', file.read_text())
}
VALUES = {
    "election": "Primaire citoyenne 2011",
    "round": 1,
    "length": 8,
    "minutes": 15,
    "name": "Bureau 1",
    "commune": "L'Abergement-Clémenciat",
    "hour": 20,
    "minute": "41",
    "number": Spelled("1234567"),
    "field": Line("field-candidate", {"name": "Jean-Michel Baylet"}),
    "question": Line("ask-figure", {"field": Line("field-candidate", {"name": "Jean-Michel Baylet"})}),
    "count": 12345,
    "limit": 12344,
    "remaining": 8,
    "digits": 5,
    "ballots": 12345,
    "voters": 12344,
    "difference": 2,
}


def test_every_language_has_every_sentence():
    french, english = (set(prompts(locale)) for locale in LOCALES)
    assert french == english
    assert french >= USED


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sentence_is_longer_than_twenty_words(locale):
    catalogue = prompts(locale)
    for key in catalogue:
        words = re.findall(r"\w[\w'-]*", catalogue.text(Line(key, VALUES)))
        assert len(words) <= 20, (key, words)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_sentence_can_be_worded(locale):
    catalogue = prompts(locale)
    for key in catalogue:
        text = catalogue.text(Line(key, VALUES))
        assert "{" not in text
        assert text == text.strip()


def test_numbers_are_numbers_and_codes_are_digits():
    assert prompts("fr").text(Line("figure", {"field": Line("field-voters"), "count": 12345})) == "Votants, 12345."
    assert prompts("fr").text(Line("receipt-again", {"number": Spelled("1200567")})) == "Je répète : 1 2 0, 0 5 6, 7."


@pytest.mark.parametrize(
    ("locale", "difference", "said"),
    [
        ("fr", 1, "Il manque un bulletin : bulletins, 311"),
        ("fr", 2, "Il manque 2 bulletins : bulletins, 311"),
        ("en", 1, "One ballot is missing: ballots, 311"),
        ("en", 2, "2 ballots are missing: ballots, 311"),
    ],
)
def test_there_are_plural_forms(locale, difference, said):
    values = {"difference": difference, "ballots": 311, "voters": 311 + difference}
    assert prompts(locale).text(Line("sum-missing", values)).startswith(said)


def test_an_unknown_sentence_and_a_missing_value_are_errors():
    with pytest.raises(UnknownLine):
        prompts("fr").text(Line("no-such-line"))
    with pytest.raises(ValueError, match="figure"):
        prompts("fr").text(Line("figure", {"count": 1}))


def test_there_is_no_third_language():
    with pytest.raises(ValueError, match="choose fr or en"):
        prompts("tlh")


def test_a_catalogue_may_lie_anywhere(tmp_path):
    (tmp_path / "fr.ftl").write_text("hello = bonjour\n")
    assert Catalogue("fr", tmp_path).text(Line("hello")) == "Bonjour"


@given(st.text("0123456789", min_size=1, max_size=20))
def test_spelled_digits_are_all_there_in_order(digits):
    assert re.sub(r"\D", "", spell(digits)) == digits
    assert all(len(group.split()) <= 3 for group in spell(digits).split(", "))
