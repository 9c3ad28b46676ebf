"""Publication: what the public sees. The rule is `publishable`; there is no other way onto a page, into a file or an export.

A publication is numbered, dated, signed, and names the hash of the one before it. Percentages are never stored: who shows one
computes it from the sums of exactly the bureaux that are listed.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select

from db import audit
from db.elections import PollsOpen, Schedule
from db.provisional_results import read_figures
from db.schema import bureau, department, publication, published_department, validated
from db.transactions import WriteTransaction
from flows.ballot import VOTERS, Election
from reporting.publication.inspection import read_sample
from reporting.publication.signature import Signer

PUBLISHED = "published"
GENESIS = "0" * 64
"""What the first publication names as the one before it."""


def publishable(department_id: int) -> Select[Any]:
    """The publication rule: a bureau's figures are public while two different members' validation of them stands.

    A row of `validated` is made by the second of two validations and goes with the second of two take-backs (`validation`); it
    is never made before the polls close (`publish`), and nothing is read before they do (`read_publication`).
    """
    return (
        select(bureau.c.code, bureau.c.commune, bureau.c.name, bureau.c.electorate, validated.c.figures)
        .join(validated, validated.c.bureau_id == bureau.c.id)
        .where(validated.c.department_id == department_id, validated.c.first_user_id != validated.c.second_user_id)
        .order_by(bureau.c.code)
    )


@dataclass(frozen=True, slots=True)
class PublishedDepartment:
    """A department's published bureaux: their rows as one JSON list, byte for byte what `hash` binds, and their sums."""

    code: str
    rows: str
    hash: str
    totals: Mapping[str, Any]

    def bureaux(self) -> list[dict[str, Any]]:
        """The rows: code, commune, name, electorate, figures."""
        found: list[dict[str, Any]] = json.loads(self.rows)
        return found


@dataclass(frozen=True, slots=True)
class Publication:
    """All that is published at a moment: the newest publication, and the departments that it is made of."""

    number: int
    at: datetime
    manifest: str
    hash: str
    signature: str
    departments: Sequence[PublishedDepartment]

    @property
    def content(self) -> dict[str, Any]:
        """The manifest, read."""
        found: dict[str, Any] = json.loads(self.manifest)
        return found


def publish(
    transaction: WriteTransaction,
    election: Election,
    schedule: Schedule,
    departments: Collection[int],
    signer: Signer,
    at: datetime,
) -> int:
    """Publishes what is publishable in these departments now, as the next number, which it returns.

    Raises `PollsOpen`.
    """
    if not schedule.polls_closed(at):
        raise PollsOpen
    codes = dict(
        transaction.connection.execute(
            select(department.c.id, department.c.code).where(department.c.id.in_(departments))
        ).all()
    )
    for department_id, code in codes.items():
        _compile(transaction, election, department_id, code)
    last = transaction.connection.execute(_newest(election.id)).one_or_none()
    number = last.number + 1 if last else 1
    manifest = encode(
        {
            "election": {"id": election.id, "name": election.name, "round": election.round},
            "candidates": {each.field: each.name for each in election.candidates},
            "number": number,
            "at": at.isoformat(),
            "previous": last.hash if last else GENESIS,
            "key": signer.public_key,
            "changed": sorted(codes.values()),
            "inspection": _inspection(transaction.connection, election.id, with_codes=not codes),
            **_summary(transaction.connection, election),
        }
    )
    digest = sha256(manifest)
    row = {"election_id": election.id, "number": number, "at": at, "manifest": manifest, "hash": digest}
    transaction.execute(insert(publication).values(row | {"signature": signer.sign(manifest)}))
    detail = {"election": election.id, "number": number, "hash": digest}
    subject = f"publication {election.id}/{number}"
    audit.record(transaction, at=at, actor="the publication rule", action=PUBLISHED, subject=subject, detail=detail)
    return int(number)


def _inspection(connection: Connection, election_id: int, *, with_codes: bool) -> dict[str, Any] | None:
    """The newest sample for inspection by hand, so that its seed is public; its codes are in the publication of the draw only,
    which changes no department."""
    sample = read_sample(connection, election_id)
    if sample is None:
        return None
    about = {"seed": sample.seed, "risk": sample.risk, "bureaux": sample.bureaux, "drawn_from": sample.drawn_from}
    return {**about, "size": len(sample.codes), **({"codes": list(sample.codes)} if with_codes else {})}


def read_publication(
    connection: Connection, election: Election, schedule: Schedule, now: datetime
) -> Publication | None:
    """What is published, as the public's connection sees it; None before the polls close, or before the first publication."""
    if not schedule.polls_closed(now):
        return None
    row = connection.execute(_newest(election.id)).one_or_none()
    if row is None:
        return None
    query = select(published_department).where(published_department.c.election_id == election.id)
    departments = [
        PublishedDepartment(each.code, each.rows, each.hash, json.loads(each.totals))
        for each in connection.execute(query.order_by(published_department.c.code))
    ]
    return Publication(row.number, row.at, row.manifest, row.hash, row.signature, departments)


def read_number(connection: Connection, election_id: int) -> int:
    """The number of the newest publication; 0 before the first."""
    query = select(func.coalesce(func.max(publication.c.number), 0)).where(publication.c.election_id == election_id)
    return int(connection.execute(query).scalar_one())


def _newest(election_id: int) -> Select[Any]:
    return (
        select(publication)
        .where(publication.c.election_id == election_id)
        .order_by(publication.c.number.desc())
        .limit(1)
    )


def _compile(transaction: WriteTransaction, election: Election, department_id: int, code: str) -> None:
    """Writes a department's publishable rows, and the sums of exactly these."""
    mine = (published_department.c.election_id == election.id, published_department.c.code == code)
    transaction.execute(delete(published_department).where(*mine))
    bureaux = read_publishable(transaction.connection, department_id)
    if bureaux:
        rows = encode_rows(bureaux)
        totals = encode(add_up(bureaux))
        values = {"election_id": election.id, "code": code, "rows": rows, "totals": totals, "hash": sha256(rows)}
        transaction.execute(insert(published_department).values(values))


def read_publishable(connection: Connection, department_id: int) -> list[dict[str, Any]]:
    """A department's publishable bureaux, as they are published."""
    return [
        {
            "code": row.code,
            "commune": row.commune,
            "name": row.name,
            "electorate": row.electorate,
            "figures": read_figures(row.figures),
        }
        for row in connection.execute(publishable(department_id))
    ]


def add_up(bureaux: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The sums of these rows; `known_voters` are those of the bureaux whose electorate is known."""
    figures: Counter[str] = Counter()
    for each in bureaux:
        figures.update(each["figures"])
    known = [each for each in bureaux if each["electorate"] is not None]
    return {
        "bureaux": len(bureaux),
        "electorate": sum(each["electorate"] for each in known),
        "known_voters": sum(each["figures"][VOTERS] for each in known),
        "figures": dict(figures),
    }


def sum_departments(totals: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> dict[str, Any]:
    """The nation's sums, of the departments'."""
    figures: Counter[str] = Counter(dict.fromkeys(fields, 0))
    for each in totals:
        figures.update(each["figures"])
    sums = {name: sum(each[name] for each in totals) for name in ("bureaux", "electorate", "known_voters")}
    return {**sums, "figures": dict(figures)}


def results_hash(hashes: Mapping[str, str]) -> str:
    """Binds all departments' rows, by code."""
    return sha256(encode(dict(hashes)))


def _summary(connection: Connection, election: Election) -> dict[str, Any]:
    """What the manifest says of all that is published, and of how much that is a part."""
    query = select(published_department.c.code, published_department.c.totals, published_department.c.hash)
    rows = connection.execute(query.where(published_department.c.election_id == election.id)).all()
    of = select(func.sum(department.c.bureaux), func.sum(department.c.electorate))
    bureaux, electorate = connection.execute(of.where(department.c.election_id == election.id)).one()
    return {
        "totals": sum_departments([json.loads(row.totals) for row in rows], election.fields),
        "of": {"bureaux": int(bureaux), "electorate": int(electorate)},
        "results": results_hash({row.code: row.hash for row in rows}),
    }


def encode(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and no spaces: the same text for the same content, so that it can be hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def encode_rows(bureaux: Sequence[Mapping[str, Any]]) -> str:
    """A department's rows as one JSON list, a bureau a line."""
    return "[\n" + ",\n".join(encode(each) for each in bureaux) + "\n]"


def sha256(text: str) -> str:
    """64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
