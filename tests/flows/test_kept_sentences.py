"""A catalogue keeps what it has worded, and never more than it may: a line that serves for years does not grow."""

from flows import catalogue
from flows.catalogue import Catalogue
from flows.vocabulary import Line


def test_sentences_are_kept_and_however_many_are_said_their_number_is_bounded(monkeypatch):
    monkeypatch.setattr(catalogue, "KEPT", 3)
    french = Catalogue("fr")
    said = [french.text(Line("receipt", {"number": number})) for number in range(10)]
    assert len(set(said)) == 10
    assert len(french._worded) <= 3
    assert french.text(Line("receipt", {"number": 9})) is said[9]
