"""What the commands and pages of every folder may ask for. `services.py`, at the top, has all of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from db.audit.verify import Check
from db.backends.replica import Replica
from db.pins import PinSeal
from db.public import PublicDatabase
from db.tallies import Consequence


class Services(Protocol):
    """The database, the clock and the secrets of one installation. A secret that is missing raises when it is asked for."""

    @property
    def engine(self) -> Engine:
        """The database."""

    @property
    def public(self) -> PublicDatabase:
        """The public's way to the database: it sees what is published and nothing else."""

    @property
    def replica(self) -> Replica | None:
        """A copy of the database to read from, if there is one."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time, in UTC."""

    @property
    def seal(self) -> PinSeal:
        """Seals PINs with the pepper."""

    @property
    def secret_key(self) -> str:
        """Encrypts second factors, and signs sessions."""

    @property
    def consequences(self) -> Sequence[Consequence]:
        """What a stored tally sets off, in its transaction."""

    @property
    def checks(self) -> Sequence[Check]:
        """What `audit verify` checks beside the chain itself."""

    @property
    def scans_folder(self) -> Path:
        """Where the scans of the statements of the count are kept."""

    @property
    def plan_file(self) -> Path:
        """Where the newest plan of the lines is kept."""

    @property
    def rehearsal(self) -> bool:
        """True where this installation only rehearses."""
