"""A simulated president: hears a question, and knows which key answers it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flows.catalogue import LOCALES, prompts
from flows.vocabulary import Line


class Style(StrEnum):
    """How a president phones: listens to each question, interrupts it, or keys all figures at once."""

    GUIDED = "guided"
    PRACTISED = "practised"
    AT_ONCE = "at-once"

    @property
    def patience(self) -> float | None:
        """Seconds listened to a question before keying; None: to its end."""
        return None if self is Style.GUIDED else 0.8


class Lost(Exception):
    """The president does not know what to answer."""


CODE, CODE_HASH, PIN = "code", "code#", "pin#"
"""What is on the worksheet, with the `#` that the question asks for: a code of fixed length ends by itself."""
_ANSWERS = {
    "ask-code": CODE,
    "ask-code-again": CODE,
    "ask-pin": PIN,
    "rehearsal-keys": "1",
    "resume-keys": "2",
    "keep-keys": "1",
    "mismatch-keys": "3",
    "read-back-keys": "1",
    "ask-code-hash": CODE_HASH,
    "ask-code-hash-again": CODE_HASH,
}
_BY_SENTENCE = {prompts(locale).text(Line(key)): answer for locale in LOCALES for key, answer in _ANSWERS.items()}
_ALREADY = {prompts(locale).text(Line("reported-keys")) for locale in LOCALES}
_REFUSED = {prompts(locale).text(Line("refused")) for locale in LOCALES}
_READ_BACK = {prompts(locale).text(Line("read-back")) for locale in LOCALES}
_REHEARSAL = {prompts(locale).text(Line("rehearsal-keys")) for locale in LOCALES}
_COUNT = re.compile(r", (\d+)\.$")
_RECEIPT = re.compile(r"\d \d \d, \d \d \d, \d")


@dataclass
class President:
    """Speaks for the bureau `code`, and has `figures` on the statement, in the order of the questions.

    Everything but a known menu is taken for the question after the next figure.
    """

    code: str
    pin: str
    figures: Sequence[int]
    style: Style = Style.PRACTISED
    _next: int = 0

    def keys(self, heard: Sequence[str]) -> str | None:
        """The keys that answer what was heard, or None: nothing more to do, hang up. Raises `Lost`."""
        if any(sentence in _REFUSED for sentence in heard):
            raise Lost("code or PIN refused")
        if any(sentence in _ALREADY for sentence in heard):
            return None
        self._compare(heard)
        known = next((_BY_SENTENCE[sentence] for sentence in heard if sentence in _BY_SENTENCE), None)
        if known in (CODE, CODE_HASH):
            self._next = 0
            return self.code if known == CODE else f"{self.code}#"
        if known == PIN:
            return f"{self.pin}#"
        return known or self._figures(heard)

    def _compare(self, heard: Sequence[str]) -> None:
        """Compares a read-back with the statement: a president who hears another figure does not confirm."""
        begins = next((place for place, sentence in enumerate(heard, 1) if sentence in _READ_BACK), None)
        if begins is None:
            return
        lines = heard[begins : begins + len(self.figures)]
        counts = [int(found.group(1)) for sentence in lines if (found := _COUNT.search(sentence))]
        if counts != list(self.figures):
            raise Lost(f"the read-back is not what the statement says: {' '.join(heard)}")

    def _figures(self, heard: Sequence[str]) -> str:
        first, last = self._next, len(self.figures) if self.style is Style.AT_ONCE else self._next + 1
        if first >= len(self.figures):
            raise Lost(f"more figures asked for than there are: {' '.join(heard)}")
        self._next = last
        return "*".join(str(figure) for figure in self.figures[first:last]) + "#"


def asks_for_rehearsal(heard: Sequence[str]) -> bool:
    """True if the pending question is whether this shall be a rehearsal: the polls are still open."""
    return any(sentence in _REHEARSAL for sentence in heard)


def asks_for_pin(heard: Sequence[str]) -> bool:
    """True if the pending question is the one for the PIN: what is keyed now must not be shown."""
    return any(_BY_SENTENCE.get(sentence) == PIN for sentence in heard)


def receipt_in(heard: Sequence[str]) -> str | None:
    """The receipt that was said, if one was: seven digits, one by one."""
    for sentence in heard:
        found = _RECEIPT.search(sentence)
        if found is not None:
            return re.sub(r"\D", "", found.group())
    return None
