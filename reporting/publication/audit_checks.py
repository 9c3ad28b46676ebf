"""What `audit verify` checks of validation and publication: that each follows from what was decided."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, select

from db import audit, elections
from db.audit.verify import Break, broken
from db.provisional_results import encode_figures, read_figures
from db.schema import (
    Channel,
    DecisionKind,
    Origin,
    bureau,
    decision,
    department,
    publication,
    published_department,
    reconciliation,
    standing,
    tally,
    validated,
    validation,
)
from db.schema import election as election_table
from reporting.publication import publish as rule
from reporting.publication.publish import GENESIS, PUBLISHED, add_up, encode, encode_rows, results_hash, sha256
from reporting.publication.signature import is_signed
from reporting.publication.validation import Step
from reporting.verification.reconciliation_list import ListedCase, read_cases
from reporting.verification.reconciliation_stages import COMPARED, Event, Stage


def verify_publication(connection: Connection) -> Break | None:
    """The first validation, settled bureau or publication that does not follow from what the chain records, or None."""
    checks = (_validations, _validated, _settled, _publications, _published)
    return next(filter(None, (check(connection) for check in checks)), None)


def _validations(connection: Connection) -> Break | None:
    """Every action of the High Authority was about the very figures that are written down for it."""
    bound: dict[int, dict[str, list[Any]]] = {}
    query = select(validation, bureau.c.code).join(bureau, bureau.c.id == validation.c.bureau_id)
    for row in connection.execute(query):
        bound.setdefault(row.decision_id, {})[row.code] = [row.version, read_figures(row.figures)]
    actions = (DecisionKind.VALIDATED.value, DecisionKind.TAKEN_BACK.value)
    for each in connection.execute(select(decision.c.id, decision.c.detail).where(decision.c.kind.in_(actions))):
        if json.loads(each.detail).get("digest") != sha256(encode(bound.pop(each.id, {}))):
            return broken(connection, f"what decision {each.id} was about is not what is written down for it")
    if bound:
        return broken(connection, f"decision {next(iter(bound))} validated nothing")
    strangers = (
        select(func.count())
        .select_from(validation.join(decision, decision.c.id == validation.c.decision_id))
        .where(validation.c.user_id != decision.c.user_id)
    )
    if connection.execute(strangers).scalar_one():
        return broken(connection, "a validation is not by the account that decided it")
    return None


def _validated(connection: Connection) -> Break | None:
    """What is validated is what two members validated, and two members have not taken back since."""
    expected: dict[int, list[Any]] = {}
    first: dict[int, tuple[int, int]] = {}
    back: dict[int, tuple[int, int]] = {}
    for row in connection.execute(select(validation).order_by(validation.c.id)):
        bureau_id, user_id = row.bureau_id, row.user_id
        if row.step == Step.FIRST:
            first[bureau_id] = (row.version, user_id)
        elif row.step == Step.SECOND:
            version, member = first.get(bureau_id, (0, user_id))
            if version != row.version or member == user_id:
                return broken(connection, f"bureau {bureau_id} was not validated by two members")
            expected[bureau_id] = [row.version, row.figures, member, user_id, None]
            back.pop(bureau_id, None)
        elif row.step == Step.TAKE_BACK_FIRST:
            back[bureau_id] = (row.id, user_id)
            expected[bureau_id][-1] = row.id
        else:
            if back.pop(bureau_id, (0, user_id))[1] == user_id:
                return broken(connection, f"bureau {bureau_id} was not taken back by two members")
            expected.pop(bureau_id, None)
    found = {
        row.bureau_id: [row.version, row.figures, row.first_user_id, row.second_user_id, row.take_back_id]
        for row in connection.execute(select(validated))
    }
    wrong = next((each for each in found.keys() | expected.keys() if found.get(each) != expected.get(each)), None)
    return (
        None if wrong is None else broken(connection, f"what is validated of bureau {wrong} is not what was validated")
    )


KINDS = {
    Stage.DECIDED: {DecisionKind.FIELDS_DECIDED},
    Stage.LISTED: {DecisionKind.LISTED_MISSING},
    Stage.REFUSED: {DecisionKind.REFUSED, DecisionKind.TAKEN_BACK},
}
"""The decisions that lead to a stage."""


def _settled(connection: Connection) -> Break | None:
    """Each bureau's row compares the newest tallies, and what is settled is what they agree on, or what was decided."""
    newest = _newest_tallies(connection)
    steps = {row.id: row for row in connection.execute(select(validation))}
    query = (
        select(bureau.c.code, reconciliation, decision.c.detail, decision.c.kind)
        .join(bureau, bureau.c.id == reconciliation.c.bureau_id)
        .outerjoin(decision, decision.c.id == reconciliation.c.decision_id)
    )
    rows = {(row.election_id, row.code): row for row in connection.execute(query)}
    for row in rows.values():
        if newest.pop(row.bureau_id, (None, None, None)) != (row.phone_id, row.pv_id, row.pen_id):
            return broken(connection, f"bureau {row.code} is not compared by its newest tallies")
    if newest:
        return broken(connection, f"bureau {next(iter(newest))} has tallies that are not compared")
    for election_id in connection.scalars(select(election_table.c.id)).all():
        election, _ = elections.find(connection, election_id)
        for case in read_cases(connection, election):
            found = rows.get((election_id, case.code))
            if found is not None and not _follows(found, case, steps):
                return broken(connection, f"the reconciliation of bureau {case.code} does not follow from its tallies")
    return None


def _newest_tallies(connection: Connection) -> dict[int, tuple[int | None, int | None, int | None]]:
    """By bureau: the tally that stands, and the newest of the statement and of the pen."""
    found: dict[int, dict[str, int]] = {}
    for bureau_id, tally_id in connection.execute(select(standing.c.bureau_id, standing.c.tally_id)):
        found.setdefault(bureau_id, {})[Channel.PHONE] = tally_id
    papers = select(tally.c.bureau_id, tally.c.channel, func.max(tally.c.id))
    papers = papers.where(tally.c.origin == Origin.LIVE.value, tally.c.channel.in_((Channel.PV, Channel.PEN)))
    for bureau_id, channel, tally_id in connection.execute(papers.group_by(tally.c.bureau_id, tally.c.channel)):
        found.setdefault(bureau_id, {})[channel] = tally_id
    return {
        bureau_id: (ids.get(Channel.PHONE), ids.get(Channel.PV), ids.get(Channel.PEN))
        for bureau_id, ids in found.items()
    }


def _follows(row: Row[Any], case: ListedCase, steps: Mapping[int, Row[Any]]) -> bool:
    """True if a bureau's stage and figures follow from its channels, the decision about it, and its validations."""
    agreed = case.comparison.agreed
    decided = json.loads(row.detail).get("figures") if row.detail else None
    figures = decided if row.decision_id is not None else agreed
    settled = None if figures is None else encode_figures(figures)
    if (row.state, row.settled) != (case.comparison.state.value, settled):
        return False
    stage = Stage(row.stage)
    if stage in KINDS:
        return row.kind in KINDS[stage] and row.validation_id is None
    if stage in (Stage.HALF_VALIDATED, Stage.VALIDATED):
        step = steps.get(row.validation_id)
        wanted = Step.FIRST if stage is Stage.HALF_VALIDATED else Step.SECOND
        return step is not None and (step.step, step.version, step.figures) == (wanted.value, row.version, row.settled)
    return row.decision_id is None and row.validation_id is None and stage == COMPARED[Event(f"compared-{row.state}")]


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
        totals = encode(add_up(bureaux)) if bureaux else None
        kept = (row.rows, row.totals, row.hash) if row else (None, None, None)
        if kept != (expected, totals, sha256(expected) if expected else None):
            return broken(connection, f"what is published of department {place.code} is not what is validated")
        if row:
            hashes.setdefault(place.election_id, {})[place.code] = row.hash
    if compiled:
        return broken(connection, f"department {next(iter(compiled))} is published and unknown")
    newest = select(publication.c.election_id, func.max(publication.c.number)).group_by(publication.c.election_id)
    for election_id, number in connection.execute(newest).all():
        query = select(publication.c.manifest).where(
            publication.c.election_id == election_id, publication.c.number == number
        )
        manifest = json.loads(connection.execute(query).scalar_one())
        if manifest["results"] != results_hash(hashes.get(election_id, {})):
            return broken(connection, f"what is published of election {election_id} is not its newest publication")
    return None
