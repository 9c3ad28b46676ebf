"""How long a call takes: a model, not a measurement.

A voice says 14 characters a second, spaces included. That is some 165 French words a minute, the normal pace of a
text-to-speech voice. A number counts as the words that it is read as.

A finger presses 2.5 keys a second on a telephone's keypad. That is 0.4 s a key, between the skilled and the average typist of
the Keystroke-Level Model (Card, Moran and Newell, *The keystroke-level model for user performance time with interactive
systems*, CACM 23(7), 1980, table 1: 0.2 to 0.5 s).
"""

import re
from functools import lru_cache

from num2words import num2words

CHARACTERS_PER_SECOND = 14.0
KEYS_PER_SECOND = 2.5
_NUMBER = re.compile(r"\d+")


@lru_cache(maxsize=20_000)
def spoken(text: str, locale: str) -> str:
    """The text with its numbers in words: "312" is "trois cent douze"."""
    return _NUMBER.sub(lambda number: num2words(int(number.group()), lang=locale), text)


def speech_seconds(text: str, locale: str) -> float:
    """The seconds that the voice needs to say `text`."""
    return len(spoken(text, locale)) / CHARACTERS_PER_SECOND


def keying_seconds(keys: str) -> float:
    """The seconds that a finger needs for `keys`."""
    return len(keys) / KEYS_PER_SECOND
