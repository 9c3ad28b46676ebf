"""The papers' sentences: the same in both languages, and each said somewhere."""

import re
from pathlib import Path

import reporting.exports
import reporting.papers
import reporting.wording
from flows.catalogue import LOCALES
from reporting.wording.paper_wording import catalogue

SOURCES = [
    *Path(reporting.wording.__file__).parent.glob("*.py"),
    *Path(reporting.papers.__file__).parent.glob("*.py"),
    Path(reporting.exports.__file__).parent / "nist.py",
]
BUILT = ("figure-", "column-", "status-", "signer-", "nist-")
"""Begin keys that are put together."""


def test_every_language_has_the_same_sentences():
    assert len({tuple(catalogue(locale)) for locale in LOCALES}) == 1


def test_every_sentence_is_said_somewhere():
    code = "\n".join(source.read_text() for source in SOURCES)
    said = set(re.findall(r'"([a-z-]+)"', code))
    assert {key for key in catalogue("fr") if not key.startswith(BUILT)} <= said
