"""The services of one installation, made from its settings: the database, the clock, the secrets, the line's limit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from concurrency import ConcurrencyLimit
from db.audit.verify import Check
from db.backends.engine import backend_of, open_engine
from db.backends.replica import Replica, open_replica
from db.pins import PinSeal
from db.public import PublicDatabase
from db.tallies import Consequence
from ivr.carriers.twilio import Twilio
from reporting.anomalies.raise_flags import FlagRaiser
from reporting.pen.audit_checks import verify_inks
from reporting.publication.audit_checks import verify_publication
from reporting.publication.signature import Signer
from reporting.verification.audit_checks import verify_statements
from reporting.verification.reconciliation import Reconciler
from settings import Settings

AUDIT_CHECKS: tuple[Check, ...] = (verify_statements, verify_inks, verify_publication)
"""What `audit verify` checks beside the chain itself. Each check is in the folder whose data it checks."""


def utc_now() -> datetime:
    """The clock that everything outside the tests uses."""
    return datetime.now(UTC)


def after_a_tally() -> tuple[Consequence, ...]:
    """What happens after a tally is stored, in its transaction: flags are raised, then the channels are compared."""
    return FlagRaiser(), Reconciler()


@dataclass(frozen=True)
class Services:
    """The services of one installation. Each is made when it is first used. If its secret is not set, that raises
    `MissingSetting`.

    `given_engine` replaces the database that the settings name.
    """

    settings: Settings
    clock: Callable[[], datetime] = utc_now
    given_engine: Engine | None = None
    checks: tuple[Check, ...] = AUDIT_CHECKS

    @cached_property
    def engine(self) -> Engine:
        """The database."""
        return self.given_engine or open_engine(self.settings.database_url)

    @cached_property
    def replica(self) -> Replica | None:
        """A copy of the database to read from, if there is one."""
        return open_replica(self.settings.database_replica_url, self.engine)

    @cached_property
    def public(self) -> PublicDatabase:
        """The database as the public page may read it."""
        return PublicDatabase(self.engine)

    @cached_property
    def webhook_limit(self) -> ConcurrencyLimit:
        """How many webhooks a worker answers at once."""
        return ConcurrencyLimit(backend_of(self.engine).webhooks_at_once)

    @cached_property
    def consequences(self) -> tuple[Consequence, ...]:
        """What happens after a tally is stored."""
        return after_a_tally()

    @property
    def public_url(self) -> str:
        """The line's address, which the carrier's signatures cover."""
        self.settings.require("PUBLIC_URL")
        return self.settings.public_url

    @cached_property
    def seal(self) -> PinSeal:
        """Seals PINs with the pepper."""
        self.settings.require("PIN_PEPPER")
        return PinSeal(self.settings.pin_pepper)

    @cached_property
    def carrier(self) -> Twilio:
        """The carrier. It checks webhooks, and signs simulated ones."""
        self.settings.require("TWILIO_AUTH_TOKEN")
        return Twilio(self.settings.twilio_auth_token)

    @property
    def secret_key(self) -> str:
        """Encrypts second factors, and signs sessions."""
        self.settings.require("SECRET_KEY")
        return self.settings.secret_key

    @cached_property
    def signer(self) -> Signer:
        """Signs publications."""
        return Signer(self.secret_key)

    @property
    def can_sign(self) -> bool:
        """True if there is a secret to sign with."""
        return bool(self.settings.secret_key)

    @property
    def scans_folder(self) -> Path:
        """Where scans are kept."""
        return self.settings.scans_folder

    @property
    def plan_file(self) -> Path:
        """Where the newest plan of the lines is kept."""
        return self.settings.lines_plan

    @property
    def rehearsal(self) -> bool:
        """True if this installation only rehearses."""
        return self.settings.rehearsal

    def line_is_busy(self) -> bool:
        """True while this process is answering a caller."""
        return self.webhook_limit.is_busy()
