"""What the intranet's pages say, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from flows.catalogue import UnknownLine
from reporting.wording import NOTHING, THIN_SPACE, PageWording

DAYS_FROM = 48
"""Hours."""


@dataclass(frozen=True, slots=True)
class Wording(PageWording):
    """The wording of the intranet."""

    folder: ClassVar[Path] = Path(__file__).parent / "catalogues"

    def known(self, key: str) -> bool:
        """True if the catalogue has this sentence."""
        try:
            self.text(key)
        except UnknownLine:
            return False
        except ValueError:
            return True
        return True

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
