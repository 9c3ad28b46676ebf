"""How a question is asked until it is answered.

A caller may stay silent, or key something that the question does not take. Each is allowed twice; the third time, the question
gives up, so no question is asked for ever.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msgspec import Struct, field

from flows.ballot import HELP, Election
from flows.vocabulary import AnyAnswer, Ask, Flow, Keyed, Line, Outcome, Returned, Say, Silent, Transfer

TRIES = 3
"""Silences, or mistakes, after which a question gives up."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a conversation knows of its call."""

    election: Election
    """The election that the call reports to."""
    hotline: bool
    """True if there is a hot line to put the caller through to."""


class Ended(Exception):
    """The conversation is over. Its last sentences are the `reason`, if there is one, and the `farewell`."""

    def __init__(self, outcome: Outcome, reason: Line | None = None, farewell: str = "goodbye") -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.reason = reason
        self.farewell = Line(farewell)


class GaveUp(Ended):
    """The caller cannot go on. The hot line takes over, if there is one."""


class Question(Struct, frozen=True):
    """A question, and how it is repeated."""

    name: str
    """What is asked, for the log (`Ask.name`)."""
    lines: tuple[Line, ...]
    """What is said the first time."""
    again: tuple[Line, ...]
    """What is said every further time: usually shorter."""
    explanation: Line
    """How to answer. Said after the second silence."""
    digits: int | None = None
    """The number of keys after which the answer ends by itself. None: `#` ends it."""


@dataclass(slots=True)
class Patience:
    """How many silences and mistakes there were. The code and the PIN share one: to the caller they are one step."""

    silences: int = 0
    mistakes: int = 0

    def count_mistake(self, complaint: Line, outcome: Outcome = Outcome.MISTAKEN, farewell: str = "goodbye") -> None:
        """Counts a mistake. Raises `GaveUp` after the third, which then says the complaint."""
        self.mistakes += 1
        if self.mistakes == TRIES:
            raise GaveUp(outcome, complaint, farewell)

    def count_silence(self, farewell: str = "goodbye") -> None:
        """Counts a silence. Raises `GaveUp` after the third."""
        self.silences += 1
        if self.silences == TRIES:
            raise GaveUp(Outcome.SILENT, farewell=farewell)


class Repetition:
    """One question while it is asked again and again: what to say after a silence, and after a mistake.

    A `#` that was pressed too late for the question before is forgiven once. It counts as neither.
    """

    def __init__(self, question: Question, figures: Mapping[str, int], patience: Patience) -> None:
        self._question = question
        self._farewell = "goodbye-kept" if figures else "goodbye"
        self._patience = patience
        self._forgiven = False

    def after_silence(self, answer: AnyAnswer | None) -> tuple[Line, ...]:
        """The question again; after the second silence, with its explanation and a warning.

        Raises `GaveUp` after the third.
        """
        again = self._question.again
        if isinstance(answer, Silent) and answer.immediate and not self._forgiven:
            self._forgiven = True
            return again
        self._patience.count_silence(self._farewell)
        if self._patience.silences == 1:
            return (Line("nothing-heard"), *again)
        return (self._question.explanation, Line("last-time"), *again)

    def after_mistake(self, complaint: Line, outcome: Outcome = Outcome.MISTAKEN) -> tuple[Line, ...]:
        """The complaint and the question again. Raises `GaveUp`, with `outcome`, after the third mistake."""
        self._patience.count_mistake(complaint, outcome, self._farewell)
        return (complaint, *self._question.again)


def ask(
    question: Question,
    complain: Callable[[str], Line | None],
    figures: Mapping[str, int] | None = None,
    patience: Patience | None = None,
) -> Flow[str]:
    """Asks until the caller keys something that `complain` accepts (returns None for), and returns the keys.

    Raises `GaveUp` after three silences or three mistakes.
    """
    figures = figures or {}
    patience = patience or Patience()
    repetition = Repetition(question, figures, patience)
    lines = question.lines
    while True:
        answer = yield Ask(question.name, lines, question.digits, dict(figures))
        if isinstance(answer, Keyed):
            complaint = complain(answer.keys)
            if complaint is None:
                patience.silences = 0
                return answer.keys
            lines = repetition.after_mistake(complaint)
        else:
            lines = repetition.after_silence(answer)


class Menu(Struct, frozen=True):
    """A choice by one key."""

    name: str
    """What is asked, for the log (`Ask.name`)."""
    options: str
    """The keys that the menu takes."""
    keys: Line
    """The sentence that names the options. Said every time."""
    before: tuple[Line, ...] = ()
    """What is said before it, the first time only."""
    figures: Mapping[str, int] = field(default_factory=dict)
    """The figures taken so far."""


def choose(call: Call, menu: Menu) -> Flow[str]:
    """Asks until the caller presses one of the menu's keys, and returns it. `0` turns to the hot line, if there is one."""
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
    """Puts the caller through. Raises `Ended` if the hot line picked up, returns if it did not."""
    yield Say(Line("connecting"))
    answer = yield Transfer()
    if isinstance(answer, Returned) and answer.reached:
        raise Ended(Outcome.TRANSFERRED)
    yield Say(Line("hot-line-busy"))
