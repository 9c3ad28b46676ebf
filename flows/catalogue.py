"""Puts lines into words: the catalogues, one per language, with their plural forms."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number

from flows.vocabulary import Line, Spelled, Value

PROMPTS = Path(__file__).parent / "catalogues"
LOCALES = ("fr", "en")
FRAGMENTS = ("field-", "rule-", "reason-")
"""Begin the keys of what stands inside other sentences, and gets no capital of its own."""
KEPT = 10_000
"""Worded sentences that a catalogue keeps, some five megabytes; then it begins anew."""


class UnknownLine(KeyError):
    """A catalogue lacks a line."""


class Catalogue:
    """The sentences of one language, read from `folder/LOCALE.ftl` (Project Fluent's format).

    With `capitals`, each begins with one, unless it is a fragment: what is spoken may begin with any value.
    """

    def __init__(self, locale: str, folder: Path = PROMPTS, *, capitals: bool = True) -> None:
        self.locale = locale
        self._capitals = capitals
        resource = FluentResource((folder / f"{locale}.ftl").read_text(encoding="utf-8"))
        self._bundle = FluentBundle([locale], use_isolating=False)
        self._bundle.add_resource(resource)
        self._worded: dict[object, str] = {}
        self._keys = tuple(entry.id.name for entry in resource.body if hasattr(entry, "id"))

    def __iter__(self) -> Iterator[str]:
        """The keys of all sentences."""
        return iter(self._keys)

    def text(self, line: Line) -> str:
        """The sentence in words, with a capital unless it is a fragment. The same few sentences are said again and
        again, so they are kept for a while.

        Raises `UnknownLine`, and ValueError if a value that it needs is missing.
        """
        key = _key(line)
        text = self._worded.get(key)
        if text is None:
            text = self._word(line)
            if len(self._worded) >= KEPT:
                self._worded = {}
            self._worded[key] = text
        return text

    def _word(self, line: Line) -> str:
        values = {name: self._value(value) for name, value in line.values.items()}
        pattern = self._bundle.get_message(line.key).value if self._bundle.has_message(line.key) else None
        if pattern is None:
            raise UnknownLine(line.key)
        worded, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise ValueError(f"{self.locale}, {line.key}: {errors[0]}")
        text = str(worded)
        return text if line.key.startswith(FRAGMENTS) or not self._capitals else text[:1].upper() + text[1:]

    def _value(self, value: Value) -> object:
        if isinstance(value, Spelled):
            return spell(value.digits)
        if isinstance(value, Line):
            return self.text(value)
        if isinstance(value, int):
            return fluent_number(value, useGrouping=False)
        return value


def _key(line: Line) -> object:
    """What makes a line the same line, hashable."""
    if not line.values:
        return line.key
    values = (_key(value) if isinstance(value, Line) else value for value in line.values.values())
    return line.key, *line.values, *values


def spell(digits: str) -> str:
    """Digits as a voice reads them one by one, in threes: "1234567" is "1 2 3, 4 5 6, 7"."""
    groups = (digits[start : start + 3] for start in range(0, len(digits), 3))
    return ", ".join(" ".join(group) for group in groups)


@lru_cache
def prompts(locale: str) -> Catalogue:
    """The line's catalogue in `locale`. Raises ValueError for a language that has none."""
    if locale not in LOCALES:
        raise ValueError(f"no prompts in {locale!r}: choose {' or '.join(LOCALES)}")
    return Catalogue(locale)
