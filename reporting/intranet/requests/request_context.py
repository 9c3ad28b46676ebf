"""What every page works with: the database as of now, the election that it is about, who reads it, in which language."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol, cast

from flask import Response, abort, current_app, flash, g, redirect, request, session
from flask_login import current_user
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from db import elections
from db.decisions import Decider, NotTheirs
from db.elections import NoElection, Schedule
from db.engine import begin_write, snapshot
from db.public import PublicDatabase
from db.refusals import Refusal
from db.replica import ReplicaLost
from db.schema import bureau, department
from db.schema import election as election_table
from db.services import Services
from flows.ballot import Election
from flows.catalogue import LOCALES
from flows.digits import read_number
from reporting.intranet.access.accounts import current_reader, post
from reporting.intranet.access.rights import Reader, reader
from reporting.intranet.requests.read_routing import needs_primary
from reporting.intranet.wording import Wording
from reporting.publication.signature import Signer
from reporting.publication.validation import ValidationContext

EXTENSION = "remontee-intranet"


class IntranetServices(Services, Protocol):
    """What the intranet needs beside."""

    @property
    def signer(self) -> Signer:
        """Signs publications."""

    def line_is_busy(self) -> bool:
        """True while this process is answering a caller."""


def services() -> IntranetServices:
    """The running application's."""
    return cast(IntranetServices, current_app.extensions[EXTENSION])


@dataclass(frozen=True)
class BureauRow:
    """A bureau as the register has it."""

    id: int
    code: str
    department: str
    department_id: int
    commune: str
    name: str
    electorate: int | None
    president: str
    phone: str | None


@dataclass(frozen=True)
class RequestContext:
    """What one request reads from, about which election, for whom. `public` is the way to what is published."""

    connection: Connection
    public: PublicDatabase
    election: Election
    schedule: Schedule
    reader: Reader
    wording: Wording
    now: datetime
    from_copy: bool = False

    @property
    def locale(self) -> str:
        """The reader's language."""
        return self.wording.locale

    @cached_property
    def candidates(self) -> dict[str, str]:
        """The candidates' names by field."""
        return {each.field: each.name for each in self.election.candidates}

    def named(self, field: str) -> str:
        """A tally's field in words."""
        return self.wording.field(field, self.candidates)

    def department(self, code: str) -> str:
        """The department of this code; 404 if there is none, 403 if it is out of the reader's reach."""
        query = select(department.c.code).where(department.c.election_id == self.election.id, department.c.code == code)
        if not self.reader.may_see(code):
            abort(403)
        if self.connection.execute(query).one_or_none() is None:
            abort(404)
        return code

    def bureau(self, code: str) -> BureauRow:
        """The bureau of this code; 404 if there is none, 403 if it is out of the reader's reach."""
        query = (
            select(bureau, department.c.code.label("department"))
            .join(department)
            .where(bureau.c.election_id == self.election.id, bureau.c.code == code)
        )
        row = self.connection.execute(query).one_or_none()
        if row is None:
            abort(404)
        if not self.reader.may_see(row.department):
            abort(403)
        return BureauRow(
            id=row.id,
            code=row.code,
            department=row.department,
            department_id=row.department_id,
            commune=row.commune,
            name=row.name,
            electorate=row.electorate,
            president=row.president,
            phone=row.phone,
        )

    def within(self, asked: str | None) -> str | None:
        """The department to read: the one that is asked for, or all, as far as the reader may see; 403 beyond, 404 for none."""
        return self.department(asked) if asked else self.reader.department


@contextmanager
def open_context(*, write: bool = False) -> Iterator[RequestContext]:
    """A context with a connection that sees one moment of the database; with `write`, one that may change it and must commit.

    A page that is only watched may be a moment of the copy (`read_routing`). While it is open it is `g.context`, too, for the
    frame that is put around its page.
    """
    given = services()
    with _connect(given, write) as connection:
        if write:
            begin_write(connection)
        try:
            election, schedule = elections.find(connection, asked_election())
        except NoElection:
            abort(404)
        wording = Wording(chosen_locale(election.locale), schedule.zone)
        from_copy = connection.engine is not given.engine
        g.context = RequestContext(
            connection, given.public, election, schedule, current_reader(), wording, given.clock(), from_copy
        )
        try:
            yield g.context
        finally:
            del g.context


@contextmanager
def _connect(given: IntranetServices, write: bool) -> Iterator[Connection]:
    """The primary's connection, or the copy's. Raises `ReplicaLost` if the copy fails while it is read."""
    copy = None if write or given.replica is None or needs_primary() else given.replica.look()
    if copy is None:
        with given.engine.connect() if write else snapshot(given.engine) as connection:
            yield connection
        return
    assert given.replica is not None
    with copy:
        try:
            yield copy
        except DBAPIError as error:
            given.replica.leave_alone()
            raise ReplicaLost from error


def asked_election() -> int | None:
    """The election that the address names, None where it names none; a name that is no number is none's, 0."""
    text = request.args.get("election", "")
    if not text:
        return None
    return read_number(text) or 0


def chosen_locale(default: str) -> str:
    """The language that the reader chose, or `default`."""
    chosen = session.get("locale")
    return chosen if chosen in LOCALES else default


def list_elections(connection: Connection) -> list[tuple[int, str, int]]:
    """The elections (id, name, round), the one that closes last first."""
    query = select(election_table.c.id, election_table.c.name, election_table.c.round)
    return [
        (row.id, row.name, row.round) for row in connection.execute(query.order_by(election_table.c.polls_close.desc()))
    ]


def decider() -> Decider:
    """The account, as it decides."""
    return Decider.of(current_user)


def refusal_in_words(context: RequestContext, refusal: Refusal) -> str:
    """Why nothing was done, with what the refusal knows. A refusal that no page shows is raised again: it is a fault here."""
    if not refusal.key:
        raise refusal
    values = {name: _in_words(context, name, value) for name, value in refusal.values.items()}
    return context.wording.text(refusal.key, **values)


def _in_words(context: RequestContext, name: str, value: int | str) -> int | str:
    if name == "field":
        return context.named(str(value))
    return context.wording.text(f"stage-{value}") if name == "stage" else value


def attempt(context: RequestContext, act: Callable[[], object], said: str, address: str) -> Response:
    """Does something, and leads to `address`, where it is `said`, or why not. What is not theirs to do is forbidden (403)."""
    try:
        act()
    except NotTheirs:
        abort(403)
    except Refusal as refusal:
        flash(refusal_in_words(context, refusal))
    else:
        context.connection.commit()
        flash(context.wording.text(said))
    return redirect(address)


def decide(context: RequestContext, decision: Callable[..., None], subject: int, said: str, address: str) -> Response:
    """Takes a decision about `subject`, for the reason in the form; leads back to `address`, where it is `said`, or why not."""
    reason = request.form.get("reason", "")
    return attempt(
        context, lambda: decision(context.connection, subject, decider(), reason, at=context.now), said, address
    )


def allowed(endpoint: str) -> bool:
    """True if the account may call this endpoint."""
    return reader(endpoint, current_user.role, post(current_user), current_user.department) is not None


def validation_context(context: RequestContext) -> ValidationContext:
    """Where this election is validated."""
    return ValidationContext(context.election, context.schedule, services().signer)
