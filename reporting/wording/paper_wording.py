"""What the papers say in words and numbers, in the election's language."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from babel.dates import format_date

from db.elections import Schedule
from flows.ballot import Election
from flows.catalogue import Catalogue
from flows.vocabulary import Line, Value
from reporting.wording.page_wording import PageWording

CATALOGUES = Path(__file__).parent / "catalogues"


@lru_cache
def catalogue(locale: str) -> Catalogue:
    """The papers' catalogue in `locale`."""
    return Catalogue(locale, CATALOGUES, capitals=False)


@dataclass(frozen=True, slots=True)
class PaperWording(PageWording):
    """Numbers, parts and codes as on the pages, sentences from the papers' own catalogue."""

    def text(self, key: str, **values: Value) -> str:
        """A sentence of the catalogue; `_` in the names of its values stands for `-`."""
        return catalogue(self.locale).text(Line(key, {name.replace("_", "-"): value for name, value in values.items()}))

    def title(self, election: Election) -> str:
        """The election's name and round."""
        return self.text("title", election=election.name, round=election.round)

    def day(self, at: datetime) -> str:
        """9 octobre 2011, or 9 October 2011: the day of `at` in the election's local time."""
        return str(format_date(at.astimezone(self.zone).date(), "d MMMM y", locale=self.locale))


def wording_of(election: Election, schedule: Schedule) -> PaperWording:
    """The wording of an election's papers."""
    return PaperWording(election.locale, schedule.zone)
