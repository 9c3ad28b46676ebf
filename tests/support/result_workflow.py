"""Takes results the whole way in a test: phoned, entered, reconciled, signed, validated, published."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, select

from db import audit, elections, tallies
from db.audit.verify import Break, verify
from db.public import PublicDatabase
from db.schema import Channel, Origin, bureau, department
from db.tallies import NewTally
from db.transactions import WriteTransaction, begin_write
from reporting.anomalies.flag_list import FlagFilter, RaisedFlag, read_flags
from reporting.publication import validation
from reporting.publication.publish import Publication, read_publication
from reporting.publication.signature import Signer
from reporting.publication.validation import ValidationContext
from reporting.verification import reconciliation, scans, sign_off, statement_entries
from reporting.verification.reconciliation import Case, Choice, FigureSource
from reporting.verification.scans import Drawn
from services import AUDIT_CHECKS, after_a_tally
from tests.support.deciders import add_deciders
from tests.support.primary_2011 import CODE, ELECTION_NIGHT, FIGURES


class ResultWorkflow:
    """The primary of 2011 in `engine`, an hour and a half after the polls closed. Each method is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.deciders = add_deciders(engine, ELECTION_NIGHT)
        self.consequences = after_a_tally()
        self.signer = Signer("a secret key for the tests")
        self.public = PublicDatabase(engine)
        self.now = ELECTION_NIGHT
        with engine.connect() as connection:
            self.election, self.schedule = elections.find(connection)
            self.ids = dict(connection.execute(select(bureau.c.code, bureau.c.id)).all())
            self.begun = audit.head(connection)
            self.departments = dict(connection.execute(select(department.c.code, department.c.id)).all())

    @property
    def context(self) -> ValidationContext:
        """What a validation needs beside the database."""
        return ValidationContext(self.election, self.schedule, self.signer)

    @contextmanager
    def act(self) -> Iterator[WriteTransaction]:
        """A transaction for the block."""
        with begin_write(self.engine) as transaction:
            yield transaction

    def tell(self, channel: Channel, code: str = CODE, only: Collection[str] = tuple(FIGURES), **changes: int) -> None:
        """A tally comes by a channel, as the version after its last. A pen may have read `only` some fields."""
        figures = {**FIGURES, **changes}
        with self.act() as transaction:
            newest = tallies.find_newest(transaction.connection, self.ids[code], Origin.LIVE, channel)
            new = NewTally(
                election_id=self.election.id,
                bureau_id=self.ids[code],
                channel=channel,
                origin=Origin.LIVE,
                figures={field: figures[field] for field in only},
                replaces=newest.version if newest else 0,
                caller="",
                actor="test",
            )
            tallies.store(transaction, new, at=self.now, consequences=self.consequences)

    def phone(self, code: str = CODE, **changes: int) -> None:
        """A president reports `FIGURES`, with changes."""
        self.tell(Channel.PHONE, code, **changes)

    def enter(self, by, code: str = CODE, figures=None, **options: Any) -> statement_entries.Statement:
        """One clerk enters a statement."""
        with self.act() as transaction:
            return statement_entries.enter(
                transaction,
                self.election,
                self.schedule,
                self.ids[code],
                by,
                figures or FIGURES,
                at=self.now,
                consequences=self.consequences,
                **options,
            )

    def paper(self, code: str = CODE, figures=None) -> None:
        """Both clerks enter the same statement."""
        settled = (
            self.read(lambda connection: statement_entries.read_statement(connection, self.ids[code])).settled
            is not None
        )
        self.enter(self.deciders.clerk, code, figures, again=settled)
        self.enter(self.deciders.second_clerk, code, figures)

    def scan(self, code: str = CODE) -> None:
        """A picture of the statement is attached."""
        with self.act() as transaction:
            sent = Drawn("png", "0" * 64, [b"a page"])
            scans.keep(transaction, "f0" * 32, self.ids[code], self.deciders.clerk, sent, at=self.now)

    def look(self, by, figures=None, reason: str = "The paper says so", code: str = CODE, **options: Any) -> None:
        """Somebody settles two entries that differ."""
        with self.act() as transaction:
            bureau_id = self.ids[code]
            options |= {"at": self.now, "consequences": self.consequences}
            statement_entries.look(transaction, self.election, bureau_id, by, figures or FIGURES, reason, **options)

    def decide(self, by, choices, reason: str = "The paper says so", code: str = CODE, **options: Any) -> None:
        """Somebody decides which channel's figures hold."""
        version = options.pop("version", self.case(code).version)
        with self.act() as transaction:
            bureau_id = self.ids[code]
            options |= {"version": version, "at": self.now}
            reconciliation.decide(transaction, self.election, bureau_id, by, choices, reason, **options)

    def list_missing(self, by, code: str = CODE, reason: str = "Not found") -> None:
        """Somebody declares a statement missing."""
        version = self.case(code).version
        with self.act() as transaction:
            sign_off.list_missing(transaction, self.election, self.ids[code], by, reason, version=version, at=self.now)

    def sign(self, by, department_code: str = "01", note: str = "Counted") -> None:
        """The chair signs a department."""
        with self.act() as transaction:
            sign_off.sign(transaction, self.election, department_code, by, note, at=self.now)

    def validate(self, by, code: str = CODE, version: int | None = None) -> None:
        """A member validates a bureau, as it is or as it was at `version`."""
        with self.act() as transaction:
            version = self.case(code).version if version is None else version
            validation.validate_bureau(transaction, self.context, self.ids[code], by, version=version, at=self.now)

    def validate_department(self, by, code: str = "01", seen: int | None = None) -> int:
        """A member validates a department at once; returns how many bureaux that were."""
        with self.act() as transaction:
            seen = audit.head(transaction.connection).row if seen is None else seen
            where = self.departments[code]
            return validation.validate_department(transaction, self.context, where, by, seen=seen, at=self.now)

    def refuse(self, by, reason: str = "Look again", code: str = CODE) -> None:
        """A member refuses a bureau."""
        version = self.case(code).version
        with self.act() as transaction:
            validation.refuse(transaction, self.context, self.ids[code], by, reason, version=version, at=self.now)

    def take_back(self, by, reason: str = "A mistake", code: str = CODE, version: int | None = None) -> None:
        """A member takes a validation back."""
        shown = self.read(lambda connection: validation.read_validated(connection, self.ids[code]))
        version = version or (shown.version if shown else 0)
        with self.act() as transaction:
            validation.take_back(transaction, self.context, self.ids[code], by, reason, version=version, at=self.now)

    def read(self, reading: Callable[[Connection], Any]) -> Any:
        """What a function reads over a connection."""
        with self.engine.connect() as connection:
            return reading(connection)

    def case(self, code: str = CODE) -> Case:
        """How a bureau's reconciliation stands."""
        return self.read(lambda connection: reconciliation.open_case(connection, self.election, self.ids[code]))

    def flags(self, code: str = CODE) -> list[RaisedFlag]:
        """The serious flags of a bureau."""
        wanted = FlagFilter(bureau=code, severity="serious", state="open")
        return self.read(lambda connection: list(read_flags(connection, self.election, wanted)))

    def published(self) -> Publication | None:
        """What the public sees."""
        with self.public.snapshot() as connection:
            return read_publication(connection, self.election, self.schedule, self.now)

    def public_figures(self) -> dict[str, dict[str, int]]:
        """The figures that the public sees, by bureau."""
        found = self.published()
        return {row["code"]: row["figures"] for each in (found.departments if found else ()) for row in each.bureaux()}

    def broken(self):
        """What the audit finds wrong."""
        found = verify(self.engine, AUDIT_CHECKS)
        return found if isinstance(found, Break) else None


def take(source: FigureSource, *fields: str) -> dict[str, Choice]:
    """The choice of one channel for these fields."""
    return {field: Choice(source) for field in fields}
