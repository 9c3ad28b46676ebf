"""What a dataset is: its columns, the parameters of its address, and how its rows are read.

A parameter's value that makes no sense is refused with `BadParameter`, never guessed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flows.ballot import Election
from flows.digits import is_digits
from reporting.exports.read_context import ReadContext

MAX_ID = 2**31 - 1
EARLIEST, LATEST = 1970, 2999
"""Years. Outside them a moment may have no counterpart in another zone."""


class BadParameter(Exception):
    """A parameter of the address makes no sense: `name` has `value`, or is needed and has none."""

    def __init__(self, name: str, value: str = "") -> None:
        super().__init__(f"{name}: {value!r}")
        self.name = name
        self.value = value


class Kind(StrEnum):
    """What stands in a column, or in a parameter."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    MOMENT = "moment"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a dataset; any of its values may be missing."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a dataset's address. With `choices`, only these are taken."""

    name: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False

    def read(self, text: str) -> str | int | bool | datetime:
        """The parameter's value. Raises `BadParameter`."""
        if self.choices and text not in self.choices:
            raise BadParameter(self.name, text)
        reading: Callable[[str], Any] = _READINGS.get(self.kind, _read_text)
        try:
            value: str | int | bool | datetime = reading(text)
        except ValueError as error:
            raise BadParameter(self.name, text) from error
        return value


def _read_text(text: str) -> str:
    if "\0" in text:
        raise ValueError(text)
    return text


def _read_count(text: str) -> int:
    if not is_digits(text) or int(text) > MAX_ID:
        raise ValueError(text)
    return int(text)


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError(text)
    return moment


_READINGS: Mapping[Kind, Callable[[str], Any]] = {
    Kind.COUNT: _read_count,
    Kind.MOMENT: _read_moment,
}

Values = Mapping[str, Any]
Records = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows that a page shows: their columns, the parameters that narrow them, and how they are read."""

    name: str
    parameters: tuple[Parameter, ...]
    columns: Callable[[Election, Values], Sequence[Column]]
    read: Callable[[ReadContext, Values], Records]

    def values(self, arguments: Mapping[str, str]) -> dict[str, Any]:
        """The parameters that `arguments` give; empty ones are not given. Raises `BadParameter`."""
        values = {each.name: each.read(arguments[each.name]) for each in self.parameters if arguments.get(each.name)}
        missing = [each.name for each in self.parameters if each.required and each.name not in values]
        if missing:
            raise BadParameter(missing[0])
        return values
