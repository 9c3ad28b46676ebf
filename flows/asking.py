"""How anything is asked: silence, wrong keys and impossible figures are three mistakes, and none goes on for ever."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec import Struct, field

from flows.ballot import HELP, Election
from flows.vocabulary import Ask, Flow, Keyed, Line, Outcome, Returned, Say, Silent, Transfer

TRIES = 3
"""Silences, or mistakes, before a question gives up."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a conversation knows of the call it is: its election, and whether there is a hot line to turn to."""

    election: Election
    hotline: bool


class Ended(Exception):
    """The conversation is over, with `outcome`; `reason` is said if there is one, then the `farewell`."""

    def __init__(self, outcome: Outcome, reason: Line | None = None, farewell: str = "goodbye") -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.reason = reason
        self.farewell = Line(farewell)


class GaveUp(Ended):
    """The caller could not go on; a hot line should take over."""


class Question(Struct, frozen=True):
    """What is asked: the lines of the first time, those of every further time, and how to answer, for who stays silent."""

    name: str
    lines: tuple[Line, ...]
    again: tuple[Line, ...]
    explanation: Line
    digits: int | None = None


@dataclass(slots=True)
class Patience:
    """What a question has borne so far. Questions that are one step to the caller (code and PIN) share theirs."""

    silences: int = 0
    mistakes: int = 0

    def silence(self, question: Question, figures: Mapping[str, int]) -> tuple[Line, ...]:
        """What to say after one more silence: ask again, then explain and warn. Raises `GaveUp` on the third."""
        self.silences += 1
        if self.silences == TRIES:
            raise GaveUp(Outcome.SILENT, farewell=_farewell(figures))
        if self.silences == 1:
            return (Line("nothing-heard"), *question.again)
        return (question.explanation, Line("last-time"), *question.again)

    def mistake(self, complaint: Line, figures: Mapping[str, int], outcome: Outcome = Outcome.MISTAKEN) -> None:
        """One more mistake. Raises `GaveUp` on the third, with the complaint to be said."""
        self.mistakes += 1
        if self.mistakes == TRIES:
            raise GaveUp(outcome, complaint, _farewell(figures))


def _farewell(figures: Mapping[str, int]) -> str:
    return "goodbye-kept" if figures else "goodbye"


def ask(
    question: Question,
    complain: Callable[[str], Line | None],
    figures: Mapping[str, int] | None = None,
    patience: Patience | None = None,
) -> Flow[str]:
    """Asks until the caller keys something that `complain` has nothing to say about, and returns it.

    A stray `#` from the field before is forgiven once. Raises `GaveUp` after three silences or three mistakes.
    """
    figures = figures or {}
    patience = patience or Patience()
    lines = question.lines
    forgiven = False
    while True:
        answer = yield Ask(question.name, lines, question.digits, dict(figures))
        if isinstance(answer, Keyed):
            complaint = complain(answer.keys)
            if complaint is None:
                patience.silences = 0
                return answer.keys
            patience.mistake(complaint, figures)
            lines = (complaint, *question.again)
        elif isinstance(answer, Silent) and answer.immediate and not forgiven:
            forgiven = True
            lines = question.again
        else:
            lines = patience.silence(question, figures)


class Menu(Struct, frozen=True):
    """A choice by one key. `before` is said once, `keys` (the options) each time."""

    name: str
    options: str
    keys: Line
    before: tuple[Line, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)


def choose(call: Call, menu: Menu) -> Flow[str]:
    """Lets the caller choose, and returns the option's key; `0` turns to the hot line where there is one."""
    keys = (menu.keys, Line("help-key")) if call.hotline else (menu.keys,)
    question = Question(menu.name, (*menu.before, *keys), again=keys, explanation=Line("explain-menu"), digits=1)

    def complain(key: str) -> Line | None:
        offered = (len(key) == 1 and key in menu.options) or (key == HELP and call.hotline)
        return None if offered else Line("not-offered")

    while True:
        key = yield from ask(question, complain, menu.figures)
        if key != HELP:
            return key
        yield from turn_to_hot_line()
        question = Question(menu.name, keys, again=keys, explanation=Line("explain-menu"), digits=1)


def turn_to_hot_line() -> Flow[None]:
    """Puts the caller through. Raises `Ended` when somebody took the call; returns when nobody did."""
    yield Say(Line("connecting"))
    answer = yield Transfer()
    if isinstance(answer, Returned) and answer.reached:
        raise Ended(Outcome.TRANSFERRED)
    yield Say(Line("hot-line-busy"))
