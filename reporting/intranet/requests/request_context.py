"""What every page works with: the database as of now, the election that it is about, who reads it, in which language."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, cast

from flask import abort, current_app, flash, g, redirect, request, session
from flask_login import current_user
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from db import elections
from db.backends.replica import ReplicaLost
from db.decisions import Decider, NotTheirs
from db.elections import NoElection
from db.refusals import Refusal
from db.schema import election as election_table
from db.services import Services
from db.transactions import WriteTransaction, begin_write, snapshot
from flows.catalogue import LOCALES
from flows.digits import read_number
from reporting.exports.dataset import Kind, Parameter
from reporting.exports.read_context import ReadContext
from reporting.intranet.access.accounts import current_reader, post
from reporting.intranet.access.rights import Reader, reader
from reporting.intranet.requests.read_routing import needs_primary
from reporting.intranet.wording import Wording
from reporting.publication.signature import Signer
from reporting.publication.validation import ValidationContext

EXTENSION = "remontee-intranet"
PAGE = Parameter("page", Kind.COUNT)


class IntranetServices(Services, Protocol):
    """The services that the intranet needs beside the common ones."""

    @property
    def signer(self) -> Signer:
        """Signs publications."""

    def line_is_busy(self) -> bool:
        """True while this process is answering a caller."""


def services() -> IntranetServices:
    """The services of the running application."""
    return cast(IntranetServices, current_app.extensions[EXTENSION])


@dataclass(frozen=True)
class RequestContext(ReadContext):
    """What one request reads from, about which election, for whom; with `write`, it may change the database."""

    reader: Reader
    wording: Wording
    from_copy: bool = False
    write: WriteTransaction | None = None
    once_committed: list[Callable[[], object]] = field(default_factory=list)
    """What is done when the transaction is committed: to say "done" before would be a lie if the COMMIT fails."""

    @property
    def transaction(self) -> WriteTransaction:
        """The transaction of a context that may write."""
        assert self.write is not None, "this context was opened to read"
        return self.write

    def named(self, field: str) -> str:
        """A tally's field in words."""
        return self.wording.field(field, self.candidates)


@contextmanager
def open_context(*, write: bool = False) -> Iterator[RequestContext]:
    """A context that sees one moment of the database; with `write`, one whose transaction is committed at the end.

    A page that is only watched may be a moment of the copy (`read_routing`). While it is open it is `g.context`, too, for the
    frame that is put around its page.
    """
    given = services()
    with ExitStack() as stack:
        transaction = stack.enter_context(begin_write(given.engine)) if write else None
        connection = transaction.connection if transaction else stack.enter_context(_connect(given))
        try:
            election, schedule = elections.find(connection, asked_election())
        except NoElection:
            abort(404)
        wording = Wording(chosen_locale(election.locale), schedule.zone)
        from_copy = connection.engine is not given.engine
        who = current_reader()
        g.context = RequestContext(
            connection,
            given.public,
            election,
            schedule,
            who.department,
            wording.locale,
            given.clock(),
            who,
            wording,
            from_copy,
            transaction,
        )
        context = g.context
        try:
            yield context
        finally:
            del g.context
    for act in context.once_committed:
        act()


@contextmanager
def _connect(given: IntranetServices) -> Iterator[Connection]:
    """The primary's connection, or the copy's. Raises `ReplicaLost` if the copy fails while it is read."""
    copy = None if given.replica is None or needs_primary() else given.replica.look()
    if copy is None:
        with snapshot(given.engine) as connection:
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
    """The election that the address names; None if it names none. A name that is no number gives 0, which no election has."""
    text = request.args.get("election", "")
    if not text:
        return None
    return read_number(text) or 0


def asked_page(arguments: Mapping[str, str]) -> int:
    """Which page of a list an address asks for, from 1 on. Raises `BadParameter`."""
    return max(1, int(str(PAGE.read(arguments.get("page") or "1"))))


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
    """The account as one that takes decisions."""
    return Decider.of(current_user)


def refusal_in_words(context: RequestContext, refusal: Refusal) -> str:
    """Why nothing was done, with the refusal's values. A refusal without a sentence for pages is raised again, as a fault."""
    if not refusal.key:
        raise refusal
    values = {name: _in_words(context, name, value) for name, value in refusal.values.items()}
    return context.wording.text(refusal.key, **values)


def _in_words(context: RequestContext, name: str, value: int | str) -> int | str:
    if name == "field":
        return context.named(str(value))
    return context.wording.text(f"stage-{value}") if name == "stage" else value


def attempt(context: RequestContext, act: Callable[[], object], said: str, address: str) -> Response:
    """Does something, and redirects to `address`, which shows `said`, or why it was refused. `NotTheirs` becomes 403."""
    try:
        act()
    except NotTheirs:
        abort(403)
    except Refusal as refusal:
        context.transaction.roll_back()
        flash(refusal_in_words(context, refusal))
    else:
        context.once_committed.append(partial(flash, context.wording.text(said)))
    return redirect(address)


def decide(context: RequestContext, decision: Callable[..., None], subject: int, said: str, address: str) -> Response:
    """Takes a decision about `subject`, with the reason in the form. Redirects to `address`, as `attempt` does."""
    reason = request.form.get("reason", "")
    return attempt(
        context, lambda: decision(context.transaction, subject, decider(), reason, at=context.now), said, address
    )


def allowed(endpoint: str) -> bool:
    """True if the account may call this endpoint."""
    return reader(endpoint, current_user.role, post(current_user), current_user.department) is not None


def validation_context(context: RequestContext) -> ValidationContext:
    """The context in which this election is validated."""
    return ValidationContext(context.election, context.schedule, services().signer)
