"""Puts lines into words. There is one catalogue a language, in Project Fluent's format, with its plural forms."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number

from flows.vocabulary import Line, Spelled, Value

PROMPTS = Path(__file__).parent / "catalogues"
"""The folder of the line's own catalogues."""
LOCALES = ("fr", "en")
"""The languages that there are catalogues for."""
FRAGMENTS = ("field-", "rule-", "reason-")
"""Keys of fragments begin with one of these. A fragment stands inside a sentence and gets no capital."""
KEPT = 10_000
"""Worded sentences that a catalogue caches: some five megabytes. Then it empties its cache."""


class UnknownLine(KeyError):
    """The catalogue has no sentence of this name."""


class Catalogue:
    """The sentences of one language, read from `folder/LOCALE.ftl`.

    With `capitals`, every sentence begins with a capital, even if it begins with a value. Fragments do not.
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
        """The sentence in words.

        Calls repeat the same few sentences, so worded sentences are cached. Raises `UnknownLine`, or ValueError if a value
        that the sentence needs is missing.
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
    """A hashable key: equal for equal lines."""
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
    """The line's own catalogue in `locale`. Raises ValueError for a language that has none."""
    if locale not in LOCALES:
        raise ValueError(f"no prompts in {locale!r}: choose {' or '.join(LOCALES)}")
    return Catalogue(locale)
