"""A catalogue caches worded sentences, and the cache is bounded: a line that runs for years does not grow."""

from flows import catalogue
from flows.catalogue import Catalogue
from flows.vocabulary import Line


def test_worded_sentences_are_cached_and_the_cache_is_bounded(monkeypatch):
    monkeypatch.setattr(catalogue, "KEPT", 3)
    french = Catalogue("fr")
    said = [french.text(Line("receipt", {"number": number})) for number in range(10)]
    assert len(set(said)) == 10
    assert len(french._worded) <= 3
    assert french.text(Line("receipt", {"number": 9})) is said[9]
