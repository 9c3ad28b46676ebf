"""What a call needs to know of its election: the ballot, the fields of a tally, the form of a bureau's code."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from stdnum import damm

from flows.digits import is_digits

PIN_LENGTH = 6
"""Digits of every PIN."""

MAX_FIGURE_DIGITS = 5
"""More digits are a slip of the finger: no bureau counts 100,000 ballots in an evening."""

HELP = "0"
"""The key that asks for the hot line, where it cannot be a figure."""

VOTERS = "voters"
"""The field of the voters. The other fields are counts of ballots."""


class Invalid(StrEnum):
    """How the statement of the count records ballots that name no candidate."""

    COMBINED = "combined"
    """As one figure, as in 2011."""
    SEPARATE = "separate"
    """As two: blank ballots and null ballots."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of these ballots, in the order of the statement."""
        return ("invalid",) if self is Invalid.COMBINED else ("blank", "null")


class CheckDigit(StrEnum):
    """How the last digit of a bureau's code checks the others, if it does."""

    DAMM = "damm"
    NONE = "none"

    def accepts(self, code: str) -> bool:
        """True if `code` (digits) can be a code.

        Damm's algorithm (H. M. Damm, 2004) catches every single wrong digit and every swap of two neighbours.
        """
        return self is CheckDigit.NONE or bool(damm.is_valid(code))


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the ballot."""

    number: int
    """The number on the statement of the count."""
    name: str
    """The name as it is printed."""
    spoken: str
    """The name as the voice says it."""

    @property
    def field(self) -> str:
        """The candidate's field in every file and table: the number as text."""
        return str(self.number)


@dataclass(frozen=True)
class Election:
    """What a conversation knows of its election."""

    id: int
    """Its id in the database."""
    name: str
    """Its name, as the voice says it."""
    round: int
    """1 or 2."""
    locale: str
    """The language of its calls (`catalogue.LOCALES`)."""
    invalid: Invalid
    """How invalid ballots are counted."""
    check_digit: CheckDigit
    """How the last digit of a code checks the others."""
    candidates: tuple[Candidate, ...]
    """The candidates in the order of the ballot."""
    code_length: int | None
    """The digits of every code. None: codes differ in length."""
    revision: int = 1
    """Counts how often the register was loaded."""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields of a tally, in the order of the statement and of the phone's questions."""
        return (VOTERS, *self.invalid.fields, *(candidate.field for candidate in self.candidates))

    @cached_property
    def candidate_fields(self) -> tuple[str, ...]:
        """The fields of the candidates, in ballot order."""
        return tuple(candidate.field for candidate in self.candidates)

    @cached_property
    def _spoken(self) -> dict[str, str]:
        return {candidate.field: candidate.spoken for candidate in self.candidates}

    def code_for_log(self, keys: str) -> str:
        """What the log keeps of `keys` that were keyed where a code was asked for.

        A caller may key the PIN there by mistake, and a PIN must not reach the log. So keys that do not have the form of a
        code are replaced by keys of the same length that are refused for the same reason.
        """
        if not is_digits(keys):
            return "*" * len(keys)
        fits = self.check_digit.accepts(keys) and self.code_length in (None, len(keys))
        return keys if fits or keys == HELP else "0" * (len(keys) - 1) + "1"

    def spoken(self, field: str) -> str | None:
        """How the voice names the candidate of `field`. None if the field is not a candidate's."""
        return self._spoken.get(field)
