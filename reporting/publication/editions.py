"""What the public may read at a moment: which publication is the newest, and what it holds. Read by `PublicDatabase` only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from db import elections
from db.elections import Schedule
from db.schema import department, publication
from db.schema import election as election_table
from flows.ballot import Election
from reporting.publication.publish import Publication, read_number, read_publication


@dataclass(frozen=True, slots=True)
class Named:
    """An election that a page may lead to."""

    id: int
    name: str
    round: int
    locale: str


@dataclass(frozen=True, slots=True)
class Part:
    """How much there is in the register, of which a result can be a part."""

    bureaux: int
    electorate: int


@dataclass(frozen=True, slots=True)
class Edition:
    """What the pages of an election depend on, and nothing that is large: where two are equal, so are their pages.

    `number` is that of the newest publication, 0 before the first, None while the polls are open. `register` has every
    department of the election by its code; `elections` are all that are loaded, the one that closes last first.
    """

    election: Election
    schedule: Schedule
    number: int | None
    register: Mapping[str, Part]
    elections: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """An edition with its figures; `publication` is None while nothing is published."""

    edition: Edition
    publication: Publication | None


def read_editions(connection: Connection, now: datetime) -> dict[int, Edition]:
    """The present edition of every election by its id, the one that closes last first."""
    query = select(election_table.c.id, election_table.c.name, election_table.c.round, election_table.c.locale)
    rows = connection.execute(query.order_by(*elections.LAST_CLOSING_FIRST))
    named = tuple(Named(row.id, row.name, row.round, row.locale) for row in rows)
    return {each.id: _read_edition(connection, each.id, named, now) for each in named}


def _read_edition(connection: Connection, election_id: int, named: tuple[Named, ...], now: datetime) -> Edition:
    election, schedule = elections.find(connection, election_id)
    query = select(department.c.code, department.c.bureaux, department.c.electorate).where(
        department.c.election_id == election_id, department.c.bureaux > 0
    )
    rows = connection.execute(query.order_by(department.c.code))
    register = {row.code: Part(row.bureaux, int(row.electorate)) for row in rows}
    number = read_number(connection, election_id) if schedule.polls_closed(now) else None
    return Edition(election, schedule, number, register, named)


def read_results(connection: Connection, edition: Edition, now: datetime) -> Results:
    """The figures of this edition, which the same connection has read."""
    return Results(edition, read_publication(connection, edition.election, edition.schedule, now))


def read_chain(connection: Connection, edition: Edition, before: int | None, limit: int) -> Sequence[Row[Any]]:
    """At most `limit` publications (number, at, manifest, hash, signature), the newest first, or the newest `before` one."""
    if edition.number is None:
        return []
    query = select(publication).where(publication.c.election_id == edition.election.id)
    if before is not None:
        query = query.where(publication.c.number < before)
    return connection.execute(query.order_by(publication.c.number.desc()).limit(limit)).all()
