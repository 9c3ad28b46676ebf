"""Puts words, numbers, times and parts into a language, for pages. Each kind of page has its own sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache, lru_cache
from pathlib import Path
from typing import ClassVar

from markupsafe import Markup

from flows.catalogue import Catalogue
from flows.vocabulary import Line, Value

NOTHING = "–"
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
DAYS_FROM = 48
"""Hours from which an age is told in days."""
FRENCH = str.maketrans({",": THIN_SPACE, ".": ","})


@lru_cache
def read_catalogue(locale: str, folder: Path) -> Catalogue:
    """The catalogue in `locale` that stands in `folder`."""
    return Catalogue(locale, folder, capitals=False)


@cache
def _fixed(locale: str, folder: Path, key: str) -> str:
    return read_catalogue(locale, folder).text(Line(key))


@dataclass(frozen=True, slots=True)
class PageWording:
    """Puts things into words in `locale`, and times into the election's `zone`. `folder` holds the pages' catalogues."""

    folder: ClassVar[Path]
    locale: str
    zone: timezone

    def text(self, key: str, **values: Value) -> str:
        """A sentence of the catalogue; `_` in the names of its values stands for `-`."""
        if not values:
            return _fixed(self.locale, self.folder, key)
        line = Line(key, {name.replace("_", "-"): value for name, value in values.items()})
        return read_catalogue(self.locale, self.folder).text(line)

    def number(self, value: int | None) -> str:
        """1 234 567, or 1,234,567."""
        if value is None:
            return NOTHING
        return f"{value:,}".replace(",", THIN_SPACE) if self.locale == "fr" else f"{value:,}"

    def part(self, value: float | None, places: int = 1) -> str:
        """A part of 1, in percent."""
        if value is None:
            return NOTHING
        return self.decimal(100 * value, places) + (THIN_SPACE if self.locale == "fr" else "") + "%"

    def decimal(self, value: float | None, places: int = 1) -> str:
        """A number with so many decimal places."""
        if value is None:
            return NOTHING
        text = f"{value:,.{places}f}"
        return text.translate(FRENCH) if self.locale == "fr" else text

    def clock(self, at: datetime | None) -> str:
        """20:31:05, in the election's local time."""
        return NOTHING if at is None else f"{at.astimezone(self.zone):%H:%M:%S}"

    def moment(self, at: datetime | None) -> Markup | str:
        """The clock, in an element that keeps the date and the zone, too."""
        if at is None:
            return NOTHING
        local = at.astimezone(self.zone).isoformat(timespec="seconds")
        day, clock = local[:10], local[11:]
        return Markup(f'<time datetime="{local}" title="{day} {clock}">{clock[:8]}</time>')  # noqa: S704 -- digits

    def duration(self, seconds: float | None) -> str:
        """1 min 05 s."""
        if seconds is None:
            return NOTHING
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"

    def age(self, seconds: float) -> str:
        """2 h 05, or 12 min; days from two on."""
        hours, minutes = divmod(max(0, int(seconds)) // 60, 60)
        if hours >= DAYS_FROM:
            return f"{self.number(hours // 24)} {'j' if self.locale == 'fr' else 'd'}"
        return f"{hours} h {minutes:02}" if hours else f"{minutes} min"

    def code(self, digits: str) -> str:
        """A code or receipt in groups of three."""
        return THIN_SPACE.join(digits[start : start + 3] for start in range(0, len(digits), 3))

    def field(self, field: str, candidates: Mapping[str, str]) -> str:
        """A tally's field by its name: a candidate, or voters, or ballots that do not count."""
        return candidates.get(field) or self.text(f"figure-{field}")
