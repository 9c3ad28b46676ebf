"""What the papers say in words and numbers, in the election's language."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from db.elections import Schedule
from flows.ballot import Election
from flows.catalogue import Catalogue
from flows.vocabulary import Line, Value
from reporting.intranet.wording import Wording

CATALOGUES = Path(__file__).parent / "catalogues"


@lru_cache
def catalogue(locale: str) -> Catalogue:
    """The papers' catalogue in `locale`."""
    return Catalogue(locale, CATALOGUES, capitals=False)


@dataclass(frozen=True, slots=True)
class PaperWording(Wording):
    """Numbers, parts and codes as on the intranet's pages, sentences from the papers' own catalogue."""

    def text(self, key: str, **values: Value) -> str:
        """A sentence of the catalogue; `_` in the names of its values stands for `-`."""
        return catalogue(self.locale).text(Line(key, {name.replace("_", "-"): value for name, value in values.items()}))

    def title(self, election: Election) -> str:
        """The election's name and round."""
        return self.text("title", election=election.name, round=election.round)


def wording_of(election: Election, schedule: Schedule) -> PaperWording:
    """The wording of an election's papers."""
    return PaperWording(election.locale, schedule.zone)
