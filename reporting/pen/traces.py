"""The points of one InkML trace, as the recommendation (W3C, 20 September 2011, `trace`) writes them.

Points are separated by commas. The values of a point stand in the order of the channels. A value may have a prefix. After `!`
comes the value itself, after `'` what is added to the value before (the velocity), after `"` what is added to the velocity. A
prefix holds for its channel until the next one; every trace begins with `!`. `*` repeats the value, velocity or acceleration.
"""

import re
from dataclasses import dataclass

from reporting.pen.refusals import BadPoint, TooMuchInk

MAX_VALUE = 1e9
"""Beyond it a sum of differences could lose its digits."""

_value = re.compile(
    r"""\s*(?:([!'"])\s*)?(?:(-\s*)?(#[0-9A-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|([TF*?]))\s*""", re.A
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a point is written: which of its values are X and Y, how many it must have, and how many it may have."""

    x: int
    y: int
    required: int
    allowed: int


class _Channel:
    """The running value of X, or of Y."""

    def __init__(self) -> None:
        self._order = "!"
        self._value: float | None = None
        self._velocity: float | None = None
        self._acceleration: float | None = None

    def read(self, prefix: str | None, number: float | None) -> float:
        """The next value; `number` is None for `*`. Raises `BadPoint` if a value before it is missing, or it is too big."""
        self._order = prefix or self._order
        if self._order == "!":
            self._value, self._velocity = _given(number, self._value), None
        elif self._order == "'":
            self._velocity = _given(number, self._velocity)
            self._value = _given(self._value) + self._velocity
        else:
            self._acceleration = _given(number, self._acceleration)
            self._velocity = _given(self._velocity) + self._acceleration
            self._value = _given(self._value) + self._velocity
        if not abs(self._value) <= MAX_VALUE:
            raise BadPoint
        return self._value


def _given(*numbers: float | None) -> float:
    """The first of these that is not None. Raises `BadPoint` if all are."""
    for number in numbers:
        if number is not None:
            return number
    raise BadPoint


def read_points(text: str, shape: Shape, most: int) -> list[tuple[float, float]]:
    """X and Y of every point of a trace, in the trace's own units. The other channels are ignored.

    Raises `BadPoint`, or `TooMuchInk` where there are more than `most`.
    """
    if not text.strip():
        return []
    if text.count(",") >= most:
        raise TooMuchInk
    x, y = _Channel(), _Channel()
    points = []
    for point in text.split(","):
        values = _split(point, shape)
        points.append((x.read(*_number(values[shape.x])), y.read(*_number(values[shape.y]))))
    return points


def _split(point: str, shape: Shape) -> list[re.Match[str]]:
    values: list[re.Match[str]] = []
    at = 0
    while at < len(point) and len(values) < shape.allowed:
        found = _value.match(point, at)
        if found is None:
            raise BadPoint
        values.append(found)
        at = found.end()
    if at < len(point) or len(values) < shape.required:
        raise BadPoint
    return values


def _number(value: re.Match[str]) -> tuple[str | None, float | None]:
    """A coordinate's prefix and number (None for `*`); `T`, `F` and `?` are no coordinates."""
    prefix, minus, digits, sign = value.groups()
    if digits is None:
        if sign != "*" or prefix:
            raise BadPoint
        return None, None
    try:
        number = float(int(digits[1:], 16)) if digits.startswith("#") else float(digits)
    except OverflowError as error:
        raise BadPoint from error
    return prefix, -number if minus else number
