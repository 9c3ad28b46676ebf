"""The vocabulary of a call.

Theory of operation
===================

A conversation is a generator (`report.report_tally`). It yields **requests** and is sent **answers**; it holds
no connection, reads no clock and draws no random number, so that the same answers always lead to the same place.
Whoever runs it keeps the answers in an append-only log, one row each; to take the next step, a fresh generator is
fed the log, and then the new answer. `replay.Conversation` does this, without knowing where the log is kept.

There are three kinds of request:

* `Say` has no answer. Its line is heard before the next question.
* A **turn** (`Ask`, `AskPin`, `Transfer`) needs the caller: it becomes a TwiML document, and its answer comes with the
  next webhook.
* An **errand** (`OpenLine`, `LookUp`, `StoreTally`) is answered at once by the house, in the same webhook and in the same
  transaction as the answer that led to it.

What the flow returns is the call's `Outcome`.

A PIN is asked for with `AskPin`, whose answer is a verdict. The keys of a PIN never come near a conversation, and so
cannot come near its log; what was keyed for a code and cannot be one is not logged either (`Election.code_for_log`).

Lines are named, not worded: `Line("receipt", {"number": Spelled("1234567")})` is put into French or English by a catalogue.
"""

from collections.abc import Generator, Mapping
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct, field

FLOW_VERSION = 1
"""Changed whenever a log of the old code would not lead the new code to the same place."""

# --- what is said ----------------------------------------------------------------------------------------------------


class Spelled(Struct, frozen=True):
    """A code or a receipt: said digit by digit, in groups of three."""

    digits: str


class Line(Struct, frozen=True):
    """One sentence of a catalogue, with its values. A line may stand inside another ("312. Martine Aubry ?")."""

    key: str
    values: "Mapping[str, Value]" = field(default_factory=dict)


Value = int | str | Spelled | Line
"""An `int` is read by the voice as a number, a `Spelled` digit by digit, a `str` as it stands, a `Line` as worded."""


# --- requests --------------------------------------------------------------------------------------------------------


class Say(Struct, frozen=True):
    """Say `line` before the next question, or before hanging up. Has no answer."""

    line: Line


class Ask(Struct, frozen=True):
    """A question, answered with `Keyed` or `Silent`.

    `name` says what is asked, for the call log (`code`, `figure:voters`, `read-back` …). `digits` ends the answer by
    itself after so many keys, None waits for `#`. `figures` is what would be kept if the call dropped here.
    """

    name: str
    lines: tuple[Line, ...]
    digits: int | None = None
    figures: Mapping[str, int] = field(default_factory=dict)


class AskPin(Struct, frozen=True):
    """Asks for the PIN of the bureau `code`, answered with `Identified`, `Refused`, `Locked`, `Malformed`, `Silent`,
    or `Keyed` with one of the keys that no PIN is (`*`, `0`)."""

    code: str
    lines: tuple[Line, ...]
    name: str = "pin"


class Transfer(Struct, frozen=True):
    """Puts the caller through to the hot line, answered with `Returned` when that call is over."""

    name: str = "hot-line"


class OpenLine(Struct, frozen=True):
    """Asks whether the polls are closed, answered with `Opened`."""

    name: str = "opening"


class LookUp(Struct, frozen=True):
    """Asks how far the bureau is, answered with `Fresh`, `Interrupted` or `Reported`."""

    name: str = "progress"


class StoreTally(Struct, frozen=True):
    """Stores what the caller has just confirmed, as the version that follows `replaces` (0: the first),
    answered with `Stored`, or with `Overtaken` if another call has stored that version meanwhile."""

    figures: Mapping[str, int]
    replaces: int
    name: str = "tally"


Turn = Ask | AskPin | Transfer
Errand = OpenLine | LookUp | StoreTally
Request = Say | Turn | Errand

# --- answers ---------------------------------------------------------------------------------------------------------


class Answer(Struct, frozen=True, tag=str.lower):
    """An answer, as the call log keeps it (JSON, tagged with its name)."""


class Keyed(Answer, frozen=True, tag=str.lower):
    """The caller keyed `keys` (digits and `*`; never a PIN)."""

    keys: str


class Silent(Answer, frozen=True, tag=str.lower):
    """Nothing was keyed. `immediate`: it came sooner than a time-out can, so it was a stray `#` and no silence."""

    immediate: bool = False


class Opened(Answer, frozen=True, tag=str.lower):
    """The call was taken, before or after the polls closed, with or without a `hotline` to turn to."""

    polls_closed: bool
    hotline: bool


class Identified(Answer, frozen=True, tag=str.lower):
    """Code and PIN are right: this is the bureau. `electorate` is None where the register has none."""

    code: str
    bureau: str
    commune: str
    electorate: int | None


class Refused(Answer, frozen=True, tag=str.lower):
    """The code, or the PIN, is wrong; nobody is told which."""


class Malformed(Answer, frozen=True, tag=str.lower):
    """What was keyed has not the form of a PIN, and was not tried."""


class Locked(Answer, frozen=True, tag=str.lower):
    """Too many wrong PINs, and the lock-out lasts `minutes` more (rounded up), or 0 where a supervisor locked the PIN.
    Whether this one was right, nobody is told."""

    minutes: int


class Fresh(Answer, frozen=True, tag=str.lower):
    """Nothing has come from this bureau yet."""


class Interrupted(Answer, frozen=True, tag=str.lower):
    """An earlier call for this bureau has not been confirmed, and came as far as these figures."""

    figures: dict[str, int]


class Reported(Answer, frozen=True, tag=str.lower):
    """The bureau's tally is stored: its figures, version and receipt, and the local time (election's offset)."""

    figures: dict[str, int]
    version: int
    receipt: str
    hour: int
    minute: int


class Stored(Answer, frozen=True, tag=str.lower):
    """The tally is in the database."""

    receipt: str
    version: int


class Overtaken(Answer, frozen=True, tag=str.lower):
    """The tally was not stored: another call was faster."""


class Returned(Answer, frozen=True, tag=str.lower):
    """The transfer is over; `reached` if somebody took the call."""

    reached: bool


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

# --- how a call ends -------------------------------------------------------------------------------------------------


class Outcome(StrEnum):
    """How a call ended, for the call log. A call that the caller dropped has none."""

    CONFIRMED = "confirmed"
    LISTENED = "listened"
    DECLINED = "declined"
    REFUSED = "refused"
    LOCKED = "locked"
    SILENT = "silent"
    MISTAKEN = "mistaken"
    TRANSFERRED = "transferred"
    TOO_LONG = "too-long"
    OUTDATED = "outdated"


Result = TypeVar("Result")
Flow = Generator[Request, AnyAnswer | None, Result]
"""A conversation, or a part of one, that ends with a `Result`."""
