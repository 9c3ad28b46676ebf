"""The vocabulary of a call: what a conversation says, what it asks for, and the answers that it gets.

Theory of operation
===================

A conversation is a generator (`report.report_tally`). It yields **requests** and is sent **answers**. It holds no
connection, reads no clock and draws no random number, so the same answers always lead to the same place.

The line keeps the answers in a log, one `Step` each, and only ever appends to it. To take the next step, it feeds the log to
a fresh generator, and then the new answer. `replay` does this. It does not know where the log is kept.

A log leads a changed conversation astray: the keys that chose one thing now choose another. So a call goes on only under the
`FLOW_VERSION` that it began under. If somebody forgets to raise the version, replay notices: each step of the log says what was
asked, and the conversation must ask the same again. Replay cannot replace the version, though: the question that the caller is
just answering is not in the log yet.

There are three kinds of request:

* `Say` has no answer. Its line is heard before the next question.
* A **turn** (`Ask`, `AskPin`, `Transfer`) needs the caller. It becomes a TwiML document, and its answer comes with the next
  webhook.
* An **errand** (`OpenLine`, `LookUp`, `StoreTally`) needs the database. The line answers it at once, in the same webhook and
  in the same transaction as the caller's answer that led to it.

The generator returns the call's `Outcome`.

`AskPin` asks for a PIN, and its answer is a verdict. A conversation never gets the keys of a PIN, so they cannot reach its log.
If a caller keys a PIN where a code is asked for, `Election.code_for_log` keeps it out of the log.

A line is named, not worded: a catalogue puts `Line("receipt", {"number": Spelled("1234567")})` into French or English.
"""

from collections.abc import Generator, Mapping
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct, field

FLOW_VERSION = 2
"""The version of the conversation.

Raise it by one when a log of the old code would not lead the new code to the same place: when a question is added, dropped,
renamed or moved, when a key comes to mean something else, when an answer gets other fields, when `asked` is written in another
way. Other words for the same sentence do not count. Then run `python -m tools.record_calls`, and leave the recordings of the
older versions where they are: a test fails until that is done.

* 2: figures that are keyed all at once are checked before they are taken. Ballots beyond the voters are left to the sum check
  where it follows at once. Silences and mistakes over code and PIN count over the whole call. The log says in full what was
  asked. (The first commit's conversation was version 1, and so was all that changed until version 2.)
"""

# --- what is said ----------------------------------------------------------------------------------------------------


class Spelled(Struct, frozen=True):
    """A code or a receipt: read digit by digit, in groups of three."""

    digits: str
    """The digits, without spaces."""


class Line(Struct, frozen=True):
    """One sentence of a catalogue. A line may stand inside another: "312. Martine Aubry ?"."""

    key: str
    """The sentence's name in the catalogue."""
    values: "Mapping[str, Value]" = field(default_factory=dict)
    """What the sentence's variables stand for."""


Value = int | str | Spelled | Line
"""A value in a line. The voice reads an `int` as a number, a `Spelled` digit by digit, a `str` as it stands."""


# --- requests --------------------------------------------------------------------------------------------------------


class Say(Struct, frozen=True):
    """Says a line before the next question, or before hanging up. Has no answer."""

    line: Line
    """What is said."""


class Ask(Struct, frozen=True):
    """Asks a question. Answered with `Keyed` or `Silent`."""

    name: str
    """What is asked, for the log: `code`, `figure voters`, `read-back` …"""
    lines: tuple[Line, ...]
    """The question as it is said."""
    digits: int | None = None
    """The number of keys after which the answer ends by itself. None: `#` ends it."""
    figures: Mapping[str, int] = field(default_factory=dict)
    """The figures taken so far. They are kept if the call drops here."""

    @property
    def asked(self) -> str:
        """The request as the log keeps it: "ask figure 1: voters=312 invalid=4"."""
        return f"ask {self.name}{_written(self.figures)}"


class AskPin(Struct, frozen=True):
    """Asks for a bureau's PIN.

    Answered with a verdict (`Identified`, `Refused`, `Locked`), with `Malformed`, with `Silent`, or with `Keyed` if the caller
    pressed a key that cannot be a PIN: `*` to go back, `0` for the hot line.
    """

    code: str
    """The code that the caller keyed."""
    lines: tuple[Line, ...]
    """The question as it is said."""

    @property
    def asked(self) -> str:
        """The request as the log keeps it."""
        return "ask pin"


class Transfer(Struct, frozen=True):
    """Puts the caller through to the hot line. Answered with `Returned` when that call is over."""

    @property
    def asked(self) -> str:
        """The request as the log keeps it."""
        return "transfer"


class OpenLine(Struct, frozen=True):
    """Asks whether the polls are closed. Answered with `Opened`."""

    @property
    def asked(self) -> str:
        """The request as the log keeps it."""
        return "open line"


class LookUp(Struct, frozen=True):
    """Asks how far the identified bureau has come. Answered with `Fresh`, `Interrupted` or `Reported`."""

    @property
    def asked(self) -> str:
        """The request as the log keeps it."""
        return "look up"


class StoreTally(Struct, frozen=True):
    """Stores the figures that the caller has just confirmed.

    Answered with `Stored`, or with `Overtaken` if another call has stored that version meanwhile.
    """

    figures: Mapping[str, int]
    """The confirmed figures, by field."""
    replaces: int
    """The version that this tally follows. 0: it is the bureau's first."""

    @property
    def asked(self) -> str:
        """The request as the log keeps it: "store tally 1: voters=312 invalid=4 1=308"."""
        return f"store tally {self.replaces + 1}{_written(self.figures)}"


def _written(figures: Mapping[str, int]) -> str:
    """The figures as they follow what is asked, nothing if there are none."""
    return ": " + " ".join(f"{field}={count}" for field, count in figures.items()) if figures else ""


Turn = Ask | AskPin | Transfer
Errand = OpenLine | LookUp | StoreTally
Request = Say | Turn | Errand

# --- answers ---------------------------------------------------------------------------------------------------------


class Answer(Struct, frozen=True, tag=str.lower):
    """An answer as the log keeps it: JSON, tagged with its name."""


class Keyed(Answer, frozen=True, tag=str.lower):
    """The caller pressed keys."""

    keys: str
    """Digits and `*`. Never a PIN."""


class Silent(Answer, frozen=True, tag=str.lower):
    """The caller pressed no key, or `#` alone."""

    immediate: bool = False
    """True if the answer came sooner than a time-out can. Then it was a stray `#`, not silence."""


class Opened(Answer, frozen=True, tag=str.lower):
    """The line has taken the call."""

    polls_closed: bool
    """False before the polls close: the call is a rehearsal."""
    hotline: bool
    """True if there is a hot line to put the caller through to."""


class Identified(Answer, frozen=True, tag=str.lower):
    """Code and PIN are right. The call speaks for this bureau."""

    code: str
    """The bureau's code."""
    bureau: str
    """The bureau's name."""
    commune: str
    """The commune that it lies in."""
    electorate: int | None
    """The number of its electors, None if the register does not say."""


class Refused(Answer, frozen=True, tag=str.lower):
    """The code or the PIN is wrong. The caller is not told which."""


class Malformed(Answer, frozen=True, tag=str.lower):
    """The keys do not have the form of a PIN, and were not tried."""


class Locked(Answer, frozen=True, tag=str.lower):
    """The PIN is locked. The caller is not told whether it was right."""

    minutes: int
    """How long the lock-out still lasts, rounded up. 0: a supervisor locked the PIN."""


class Fresh(Answer, frozen=True, tag=str.lower):
    """Nothing has come from this bureau yet."""


class Interrupted(Answer, frozen=True, tag=str.lower):
    """An earlier call of this bureau has taken figures that were not confirmed."""

    figures: dict[str, int]
    """The figures that it came to."""


class Reported(Answer, frozen=True, tag=str.lower):
    """The bureau's tally is stored already."""

    figures: dict[str, int]
    """The stored figures, by field."""
    version: int
    """The tally's version."""
    receipt: str
    """Its receipt."""
    hour: int
    """The hour at which it was stored, in the election's time zone."""
    minute: int
    """The minute."""


class Stored(Answer, frozen=True, tag=str.lower):
    """The tally is in the database."""

    receipt: str
    """Its receipt, to be spoken."""
    version: int
    """Its version."""


class Overtaken(Answer, frozen=True, tag=str.lower):
    """The tally was not stored: another call was faster."""


class Returned(Answer, frozen=True, tag=str.lower):
    """The call to the hot line is over."""

    reached: bool
    """True if the hot line picked up."""


AnyAnswer = (
    Keyed
    | Silent
    | Opened
    | Identified
    | Refused
    | Malformed
    | Locked
    | Fresh
    | Interrupted
    | Reported
    | Stored
    | Overtaken
    | Returned
)


class Step(Struct, frozen=True):
    """One step of a call, as the log keeps it."""

    asked: str
    """The request that was pending, in the log's words (`Ask.asked`)."""
    answer: AnyAnswer
    """Its answer."""


# --- how a call ends -------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a call ended. A call that the caller dropped has none."""

    CONFIRMED = "confirmed"
    """The caller confirmed the figures, and they are stored."""
    LISTENED = "listened"
    """The caller heard what was reported before, and changed nothing."""
    DECLINED = "declined"
    """The polls were open, and the caller did not want to rehearse."""
    REFUSED = "refused"
    """Code or PIN was wrong three times."""
    LOCKED = "locked"
    """The PIN was locked."""
    SILENT = "silent"
    """A question got no answer three times."""
    MISTAKEN = "mistaken"
    """A question got an answer that it does not take, three times."""
    TRANSFERRED = "transferred"
    """The hot line took over."""
    TOO_LONG = "too-long"
    """The call had too many steps (`replay.MAX_STEPS`)."""


Result = TypeVar("Result")
Flow = Generator[Request, AnyAnswer | None, Result]
"""A conversation, or a part of one, that ends with a `Result`."""
