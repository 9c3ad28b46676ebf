"""Erlang's loss formula: calls that find every line busy are lost.

A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges",
Elektroteknikeren 13, 1917. It holds where calls come as a Poisson process of constant rate, and callers who hear the busy tone
do not call again. Of the calls' lengths only the mean matters.
"""

from collections.abc import Iterator
from itertools import count, islice


def offered_load(calls: float, seconds: float, window_seconds: float) -> float:
    """The erlangs that `calls` of so many seconds each offer when they spread evenly over a window.

    That is the number of lines that would be busy on average, if one were always free.
    """
    return calls * seconds / window_seconds


def blocking(lines: int, load: float) -> float:
    """The part of the calls that `lines` lines turn away at a load in erlangs."""
    return next(islice(_turned_away(load), lines, None))


def lines_for(load: float, accepted: float) -> int:
    """The fewest lines, at least one, that turn away at most the `accepted` part (above 0, below 1) of the calls."""
    return next(lines for lines, part in enumerate(_turned_away(load)) if lines >= 1 and part <= accepted)


def _turned_away(load: float) -> Iterator[float]:
    """The part that no line turns away, then one line, then two, and so on without end.

    The stable recursion B(0) = 1, B(n) = a B(n-1) / (n + a B(n-1)): no factorial, no overflow.
    """
    part = 1.0
    for line in count(1):
        yield part
        part = load * part / (line + load * part)
