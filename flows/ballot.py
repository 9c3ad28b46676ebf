"""The election as a call needs to know it: its ballot, its fields, the form of its bureau codes."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from stdnum import damm

PIN_LENGTH = 6
"""Digits of every PIN."""

MAX_FIGURE_DIGITS = 5
"""A figure keyed with more digits is a slip of the finger: no bureau counts 100,000 ballots in an evening."""

HELP = "0"
"""The key that asks for the hot line, wherever it cannot be a figure."""

VOTERS = "voters"


class Invalid(StrEnum):
    """How the minutes count the ballots that name nobody."""

    COMBINED = "combined"
    SEPARATE = "separate"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that such ballots take, in the order of the minutes."""
        return ("invalid",) if self is Invalid.COMBINED else ("blank", "null")


class CheckDigit(StrEnum):
    """Whether the last digit of a bureau's code checks the others."""

    DAMM = "damm"
    NONE = "none"

    def accepts(self, code: str) -> bool:
        """True if `code` (digits) can be a code at all: Damm's algorithm (H. M. Damm, 2004) catches every
        single wrong digit and every swap of neighbours."""
        return self is CheckDigit.NONE or bool(damm.is_valid(code))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the ballot: the number that the minutes give it, the name as printed, the name as the voice says it."""

    number: int
    name: str
    spoken: str

    @property
    def field(self) -> str:
        """The candidate's column in every file and table: the number, as text."""
        return str(self.number)


@dataclass(frozen=True)
class Election:
    """What a conversation knows of its election. `code_length` is None where codes differ in length;
    `revision` grows each time the register is loaded again."""

    id: int
    name: str
    round: int
    locale: str
    invalid: Invalid
    check_digit: CheckDigit
    candidates: tuple[Candidate, ...]
    code_length: int | None
    revision: int = 1

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Every figure of a tally, in the order of the minutes and of the phone's questions."""
        return (VOTERS, *self.invalid.fields, *(candidate.field for candidate in self.candidates))

    @cached_property
    def candidate_fields(self) -> tuple[str, ...]:
        """The fields of the candidates, in ballot order."""
        return tuple(candidate.field for candidate in self.candidates)

    @cached_property
    def _spoken(self) -> dict[str, str]:
        return {candidate.field: candidate.spoken for candidate in self.candidates}

    def code_for_log(self, keys: str) -> str:
        """What the log keeps of `keys`, keyed where a code was asked for.

        Who keys a PIN there by mistake must not leave it in the log: what has not the form of a code is replaced by keys of
        the same length that are refused for the same reason.
        """
        if not keys.isdigit():
            return "*" * len(keys)
        fits = self.check_digit.accepts(keys) and self.code_length in (None, len(keys))
        return keys if fits or keys == HELP else "0" * (len(keys) - 1) + "1"

    def spoken(self, field: str) -> str | None:
        """How the voice names the candidate of `field`, or None for a field that is no candidate's."""
        return self._spoken.get(field)
