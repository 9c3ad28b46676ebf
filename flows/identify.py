"""Who calls: the code of the bureau, and its PIN."""

from dataclasses import dataclass

from flows.asking import Call, GaveUp, Patience, Question, Repetition, ask, turn_to_hot_line
from flows.ballot import HELP, PIN_LENGTH
from flows.digits import is_digits
from flows.vocabulary import (
    AskPin,
    Flow,
    Identified,
    Keyed,
    Line,
    Locked,
    Malformed,
    Outcome,
    Refused,
    Say,
)

BACK = "*"
"""The key that goes back to the question before."""
CODE = "code"
"""The name of the question for the bureau's code."""


@dataclass(frozen=True, slots=True)
class Bureau:
    """The bureau that the call speaks for, as code and PIN have proved."""

    code: str
    """Its code."""
    name: str
    """Its name, as the voice says it."""
    commune: str
    """The commune that it lies in."""
    electorate: int | None
    """The number of its electors, None if the register does not say."""


def identify(call: Call, patience: Patience) -> Flow[Bureau]:
    """Asks for code and PIN until both are right, and says whose bureau it is, so that the caller notices a mistake.

    The caller is never told which of the two was wrong. `patience` counts over the whole call. Raises `GaveUp` after the third
    refusal, and at once if the PIN is locked.
    """
    ask_code, ask_code_again = _code_lines(call)
    opening = (ask_code,)
    while True:
        code = yield from _ask_code(call, opening, patience)
        answer = yield from _ask_pin(call, code, patience)
        if isinstance(answer, Identified):
            yield Say(Line("bureau", {"name": answer.bureau, "commune": answer.commune}))
            return Bureau(answer.code, answer.bureau, answer.commune, answer.electorate)
        if isinstance(answer, Locked):
            by_supervisor = answer.minutes == 0
            reason = Line("barred") if by_supervisor else Line("locked", {"minutes": answer.minutes})
            raise GaveUp(Outcome.LOCKED, reason)
        if isinstance(answer, Refused):
            patience.count_mistake(Line("refused"), Outcome.REFUSED)
            yield Say(Line("refused"))
        opening = (ask_code_again,)


def _code_lines(call: Call) -> tuple[Line, Line]:
    """The question for the code, the first time and again. If codes differ in length, it says that `#` ends one."""
    if call.election.code_length is None:
        return Line("ask-code-hash"), Line("ask-code-hash-again")
    return Line("ask-code"), Line("ask-code-again")


def _ask_code(call: Call, lines: tuple[Line, ...], patience: Patience) -> Flow[str]:
    """Keys that have the form of a code. `0` turns to the hot line, if there is one."""
    election = call.election
    question = Question(
        CODE,
        lines,
        again=(_code_lines(call)[1],),
        explanation=Line("explain-code-help" if call.hotline else "explain-code"),
        digits=election.code_length,
    )

    def complain(keys: str) -> Line | None:
        if keys == HELP and call.hotline:
            return None
        if not is_digits(keys):
            return Line("code-digits-only")
        if election.code_length is not None and len(keys) != election.code_length:
            return Line("code-length", {"length": election.code_length})
        return None if election.check_digit.accepts(keys) else Line("no-such-code")

    while True:
        keys = yield from ask(question, complain, patience=patience)
        if keys != HELP or not call.hotline:
            return keys
        yield from turn_to_hot_line()


def _ask_pin(call: Call, code: str, patience: Patience) -> Flow[Identified | Locked | Refused | None]:
    """The verdict on the PIN, or None if the caller goes back to the code."""
    question = Question("pin", (Line("ask-pin"),), (Line("ask-pin"),), Line("explain-pin", {"length": PIN_LENGTH}))
    repetition = Repetition(question, {}, patience)
    lines = question.lines
    while True:
        answer = yield AskPin(code, lines)
        if isinstance(answer, (Identified, Locked, Refused)):
            return answer
        if isinstance(answer, Keyed):
            if answer.keys == BACK:
                return None
            yield from turn_to_hot_line()
            lines = question.again
        elif isinstance(answer, Malformed):
            lines = repetition.after_mistake(Line("pin-form", {"length": PIN_LENGTH}), Outcome.REFUSED)
        else:
            lines = repetition.after_silence(answer)
