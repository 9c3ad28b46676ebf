"""Replays the log of a call, and takes the call one answer further.

A log is never replayed on a guess. If it was made under another version, or has an answer to a question that this conversation
does not ask there, replay refuses, and the caller is asked to phone again. What was confirmed is stored, and stays.
"""

from collections.abc import Iterable, Mapping

from flows.ballot import Election
from flows.report import report_tally
from flows.vocabulary import FLOW_VERSION, AnyAnswer, Ask, AskPin, Errand, Line, Outcome, Say, Step, Transfer, Turn

MAX_STEPS = 200
"""Answers after which every call ends: no conversation can loop for ever."""


def flow_version(election: Election) -> str:
    """The version of the conversation and of the register. A call goes on only under the one that it began under."""
    return f"{FLOW_VERSION}.{election.revision}"


class CannotReplay(Exception):
    """The log of a call does not fit this conversation, so the call cannot go on."""


class OutdatedLog(CannotReplay):
    """The call began under another version of the conversation or of the register."""

    def __init__(self, logged: str, current: str) -> None:
        super().__init__(f"the call began under version {logged}, now it is {current}")
        self.logged = logged
        self.current = current


class ReplayMismatch(CannotReplay):
    """The log has an answer to one request where the conversation has another.

    Either the conversation was changed and `FLOW_VERSION` was not raised, or the log was altered.
    The message names no figure, so it may go to any log.
    """

    def __init__(self, step: int, logged: str, expected: str | None) -> None:
        super().__init__(f"step {step}: {_difference(logged, expected)}")
        self.step = step
        """The number of the step."""
        self.logged = logged
        """What was asked, as the log has it."""
        self.expected = expected
        """What this conversation asks. None: it is over."""


def _difference(logged: str, expected: str | None) -> str:
    was = logged.partition(":")[0]
    if expected is None:
        return f"the log has {was!r}, but the conversation is over"
    asked = expected.partition(":")[0]
    if was == asked:
        return f"{asked!r} over other figures than the log has"
    return f"the log has {was!r}, but the conversation expects {asked!r}"


class Conversation:
    """The conversation of one call, as far as its `answers` have come."""

    def __init__(self, election: Election, answers: Iterable[AnyAnswer] = ()) -> None:
        self._flow = report_tally(election)
        self.said: list[Line] = []
        """The lines since the caller's last answer."""
        self.heard: list[Line] = []
        """All lines since the call began."""
        self.figures: Mapping[str, int] = {}
        """The figures that are kept if the call drops here."""
        self.outcome: Outcome | None = None
        """How the call ended, None while it goes on."""
        self.pending: Turn | Errand | None = None
        """The request that waits for an answer, None when the call is over."""
        self.steps = 0
        """The answers so far. It is also the number of the pending step."""
        self._advance(None)
        for answer in answers:
            self.answer(answer)

    def answer(self, answer: AnyAnswer) -> None:
        """Answers the pending request. Raises ValueError if the call is over."""
        if self.pending is None:
            raise ValueError("the call is over")
        if isinstance(self.pending, Turn):
            self.said = []
        self.steps += 1
        self._advance(answer)
        if self.waits:
            self.heard += self.lines

    def repeat(self, step: Step) -> None:
        """Answers the pending request from the log. Raises `ReplayMismatch` if the log's answer is to another request."""
        expected = None if self.pending is None else self.pending.asked
        if step.asked != expected:
            raise ReplayMismatch(self.steps, step.asked, expected)
        self.answer(step.answer)

    @property
    def waits(self) -> bool:
        """True if the caller's turn is next. False while an errand is pending, and when the call is over."""
        return isinstance(self.pending, Turn)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything that the caller hears now: what was said, and the pending question."""
        asked = self.pending.lines if isinstance(self.pending, (Ask, AskPin)) else ()
        return (*self.said, *asked)

    def _advance(self, answer: AnyAnswer | None) -> None:
        try:
            request = self._flow.send(answer)
            while isinstance(request, Say):
                self.said.append(request.line)
                request = next(self._flow)
        except StopIteration as end:
            self.pending, self.outcome = None, end.value
            return
        if self.steps >= MAX_STEPS and isinstance(request, (Ask, AskPin, Transfer)):
            self._flow.close()
            self.said = [Line("goodbye-too-long")]
            self.pending, self.outcome = None, Outcome.TOO_LONG
            return
        self.pending = request
        if isinstance(request, Ask):
            self.figures = request.figures


def replay(election: Election, version: str, steps: Iterable[Step]) -> Conversation:
    """The conversation of a call that began under `version`, as far as its log has come.

    Raises `OutdatedLog` or `ReplayMismatch`.
    """
    current = flow_version(election)
    if version != current:
        raise OutdatedLog(version, current)
    conversation = Conversation(election)
    for step in steps:
        conversation.repeat(step)
    return conversation
