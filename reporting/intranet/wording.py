"""What the intranet's pages say, in the reader's language."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from flows.catalogue import UnknownLine
from reporting.wording.page_wording import PageWording


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
