"""Replays a log into a conversation, and takes it one answer further."""

from collections.abc import Iterable, Mapping

from flows.ballot import Election
from flows.report import report_tally
from flows.vocabulary import FLOW_VERSION, AnyAnswer, Ask, AskPin, Errand, Line, Outcome, Say, Transfer, Turn

MAX_STEPS = 200
"""Answers after which any call says goodbye: no loop without an end."""


def flow_version(election: Election) -> str:
    """Under what a call begins, and must go on: the flow's version and the register's."""
    return f"{FLOW_VERSION}.{election.revision}"


class Conversation:
    """One call's conversation, at one place.

    `pending` is the request that waits for an answer, None when the call is over; then `outcome` says how it ended.
    `said` are the lines since the caller's last answer, `heard` all since the call began, `figures` what would be kept
    if the call dropped here.
    `steps` counts the answers so far, and is the number of the pending one.
    """

    def __init__(self, election: Election, answers: Iterable[AnyAnswer] = ()) -> None:
        self._flow = report_tally(election)
        self.said: list[Line] = []
        self.heard: list[Line] = []
        self.figures: Mapping[str, int] = {}
        self.outcome: Outcome | None = None
        self.pending: Turn | Errand | None = None
        self.steps = 0
        self._advance(None)
        for answer in answers:
            self.answer(answer)

    def answer(self, answer: AnyAnswer) -> None:
        """Gives the pending request its answer. Raises ValueError if the call is over."""
        if self.pending is None:
            raise ValueError("the call is over")
        if isinstance(self.pending, Turn):
            self.said = []
        self.steps += 1
        self._advance(answer)
        if self.waits:
            self.heard += self.lines

    @property
    def waits(self) -> bool:
        """True if the caller is heard next; False while an errand is run, or when the call is over."""
        return isinstance(self.pending, Turn)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All that the caller hears now: what was said, and the pending question."""
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
