"""What `audit verify` checks of entries, reconciliation, validation and publication: that each follows from what was done."""

import json
from typing import Any

from sqlalchemy import Connection, func, select

from db import audit, elections
from db.audit import Break
from db.result_schema import (
    pen_document,
    publication,
    published_department,
    pv_entry,
    reconciliation,
    scan,
    sign_off,
    validated,
    validation,
)
from db.schema import bureau, decision, department
from db.schema import election as election_table
from db.standings import encode_figures, read_figures
from reporting import minutes, scans
from reporting import publication as rule
from reporting.pen import import_ink
from reporting.publication import GENESIS, PUBLISHED, encode, encode_rows, results_hash, sha256
from reporting.reconciliation_list import read_cases
from reporting.signature import is_signed
from reporting.tally_life import Stage
from reporting.validation import Step


def verify_results(connection: Connection) -> Break | None:
    """The first thing that does not follow from what the chain says, or None."""
    checks = (_entries, _scans, verify_inks, _validations, _validated, _settled, _sign_offs, _publications, _published)
    return next(filter(None, (check(connection) for check in checks)), None)


def _broken(connection: Connection, what: str) -> Break:
    return Break(audit.head(connection).row, what)


def _entries(connection: Connection) -> Break | None:
    stored: dict[tuple[int, int, int, int], dict[str, Any]] = {}
    for row in connection.execute(select(pv_entry)).mappings():
        key = (row["bureau_id"], row["version"], row["entry"], row["attempt"])
        stored[key] = minutes.entry_detail(row, read_figures(row["figures"]))
    for number, _, detail in audit.recorded(connection, minutes.ENTERED):
        key = (detail["bureau"], detail["version"], detail["entry"], detail["attempt"])
        if stored.pop(key, None) != detail:
            return Break(number, f"entry {key} of the minutes is not what was entered then")
    return _broken(connection, f"entry {next(iter(stored))} of the minutes was never entered") if stored else None


def _scans(connection: Connection) -> Break | None:
    stored = {row["id"]: scans.scan_detail(row) for row in connection.execute(select(scan)).mappings()}
    for number, _, detail in audit.recorded(connection, scans.SCAN_KEPT):
        if stored.pop(detail["scan"], None) != detail:
            return Break(number, f"scan {detail['scan']} is not what was kept then")
    return _broken(connection, f"scan {next(iter(stored))} was never kept") if stored else None


def verify_inks(connection: Connection) -> Break | None:
    """The first of the pens' documents that is not what was taken then, or None."""
    query = select(pen_document, bureau.c.code).join(bureau, bureau.c.id == pen_document.c.bureau_id)
    stored = {
        f"document {row.id}": import_ink.ink_detail(row.code, row.digest, row.name, row.ink)
        for row in connection.execute(query)
    }
    for number, subject, detail in audit.recorded(connection, import_ink.INK_TAKEN):
        if stored.pop(subject, None) != detail:
            return Break(number, f"the pen's {subject} is not what was taken then")
    return _broken(connection, f"the pen's {next(iter(stored))} was never taken") if stored else None


def _validations(connection: Connection) -> Break | None:
    """Every gesture was about the very figures that are written down for it."""
    bound: dict[int, dict[str, list[Any]]] = {}
    said: dict[int, str] = {}
    query = (
        select(validation, bureau.c.code, decision.c.detail)
        .join(bureau, bureau.c.id == validation.c.bureau_id)
        .join(decision, decision.c.id == validation.c.decision_id)
    )
    for row in connection.execute(query):
        bound.setdefault(row.decision_id, {})[row.code] = [row.version, read_figures(row.figures)]
        said[row.decision_id] = row.detail or "{}"
    for decision_id, about in bound.items():
        if json.loads(said[decision_id]).get("digest") != sha256(encode(about)):
            return _broken(connection, f"what decision {decision_id} validated is not what was validated then")
    strangers = (
        select(func.count()).select_from(validation.join(decision)).where(validation.c.user_id != decision.c.user_id)
    )
    if connection.execute(strangers).scalar_one():
        return _broken(connection, "a validation is not by the account that decided it")
    return None


def _validated(connection: Connection) -> Break | None:
    """What is validated is what two members validated, and nobody has taken back since."""
    expected: dict[int, tuple[int, str, int, int]] = {}
    first: dict[int, tuple[int, int]] = {}
    for row in connection.execute(select(validation).order_by(validation.c.id)):
        if row.step == Step.FIRST:
            first[row.bureau_id] = (row.version, row.user_id)
        elif row.step == Step.SECOND:
            version, member = first.get(row.bureau_id, (0, row.user_id))
            if version != row.version or member == row.user_id:
                return _broken(connection, f"bureau {row.bureau_id} was not validated by two members")
            expected[row.bureau_id] = (row.version, row.figures, member, row.user_id)
        elif row.step == Step.TAKE_BACK_SECOND:
            expected.pop(row.bureau_id, None)
    found = {
        row.bureau_id: (row.version, row.figures, row.first_user_id, row.second_user_id)
        for row in connection.execute(select(validated))
    }
    wrong = next((each for each in found.keys() | expected.keys() if found.get(each) != expected.get(each)), None)
    return (
        None if wrong is None else _broken(connection, f"what is validated of bureau {wrong} is not what was validated")
    )


def _settled(connection: Connection) -> Break | None:
    """What is settled is what the channels agree on, or what was decided."""
    rows = {
        row.code: row
        for row in connection.execute(
            select(bureau.c.code, bureau.c.election_id, reconciliation, decision.c.detail)
            .join(bureau, bureau.c.id == reconciliation.c.bureau_id)
            .outerjoin(decision, decision.c.id == reconciliation.c.decision_id)
        )
    }
    for election_id in connection.scalars(select(election_table.c.id)).all():
        election, _ = elections.find(connection, election_id)
        for case in read_cases(connection, election):
            row = rows.get(case.code)
            if row is None or row.election_id != election_id:
                continue
            decided = json.loads(row.detail or "{}").get("figures")
            figures = decided if row.decision_id is not None else case.comparison.agreed
            settled = None if figures is None or case.stage is Stage.REFUSED else encode_figures(figures)
            if (row.state, row.settled) != (case.comparison.state.value, settled):
                return _broken(connection, f"the reconciliation of bureau {case.code} does not follow from its tallies")
    return None


def _sign_offs(connection: Connection) -> Break | None:
    query = select(sign_off.c.department_id, sign_off.c.figures, decision.c.detail).join(decision)
    for row in connection.execute(query):
        if read_figures(row.figures) != json.loads(row.detail)["figures"]:
            return _broken(connection, f"the sign-off of department {row.department_id} is not what was signed")
    return None


def _publications(connection: Connection) -> Break | None:
    """Each publication is the one that was recorded, signed, and names the one before it."""
    recorded = {(d["election"], d["number"]): (n, d["hash"]) for n, _, d in audit.recorded(connection, PUBLISHED)}
    previous: dict[int, str] = {}
    for row in connection.execute(select(publication).order_by(publication.c.election_id, publication.c.number)):
        number, digest = recorded.pop((row.election_id, row.number), (audit.head(connection).row, ""))
        content = json.loads(row.manifest)
        chained = content["previous"] == previous.get(row.election_id, GENESIS)
        sealed = row.hash == digest == sha256(row.manifest) and is_signed(row.manifest, row.signature, content["key"])
        if not (chained and sealed):
            return Break(number, f"publication {row.number} of election {row.election_id} is not what was published")
        previous[row.election_id] = row.hash
    if recorded:
        return Break(next(iter(recorded.values()))[0], f"publication {next(iter(recorded))} is missing")
    return None


def _published(connection: Connection) -> Break | None:
    """What stands on the public page is what the rule makes of what is validated, and what the newest publication binds."""
    hashes: dict[int, dict[str, str]] = {}
    compiled = {(row.election_id, row.code): row for row in connection.execute(select(published_department))}
    places = select(department.c.id, department.c.election_id, department.c.code)
    for place in connection.execute(places).all():
        bureaux = rule.read_publishable(connection, place.id)
        row = compiled.pop((place.election_id, place.code), None)
        expected = encode_rows(bureaux) if bureaux else None
        if (row.rows if row else None) != expected or (row and row.hash != sha256(row.rows)):
            return _broken(connection, f"what is published of department {place.code} is not what is validated")
        if row:
            hashes.setdefault(place.election_id, {})[place.code] = row.hash
    if compiled:
        return _broken(connection, f"department {next(iter(compiled))} is published and unknown")
    newest = select(publication.c.election_id, func.max(publication.c.number)).group_by(publication.c.election_id)
    for election_id, number in connection.execute(newest).all():
        query = select(publication.c.manifest).where(
            publication.c.election_id == election_id, publication.c.number == number
        )
        manifest = json.loads(connection.execute(query).scalar_one())
        if manifest["results"] != results_hash(hashes.get(election_id, {})):
            return _broken(connection, f"what is published of election {election_id} is not its newest publication")
    return None
