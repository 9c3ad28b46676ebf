"""The results for programs: the signed snapshot, the tables, the chain of publications."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from reporting.renderings import columns, record, write_csv
from reporting.resultats import sums
from reporting.resultats.editions import Edition, Results, read_chain
from reporting.resultats.kiosk import Source
from reporting.totals import Level, TotalsRow

CHAIN_LIMIT = 100
"""Publications in one answer."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_snapshot(results: Results) -> bytes:
    """Everything that is published, with all that proves it: `verify` reads this.

    The departments' rows stand in it byte for byte as their hashes bind them.
    """
    publication = results.publication
    if publication is None:
        return (_json(_head(results.edition) | {"publication": None, "departments": []}) + "\n").encode()
    content = publication.content
    head = {
        "election": content["election"],
        "candidates": content.get("candidates", {}),
        "publication": {
            "number": publication.number,
            "at": content["at"],
            "hash": publication.hash,
            "signature": publication.signature,
            "key": content["key"],
            "manifest": publication.manifest,
        },
        "of": content["of"],
        "totals": content["totals"],
    }
    departments = (
        _json({"code": each.code, "hash": each.hash, "totals": each.totals})[:-1] + f', "rows": {each.rows}}}'
        for each in publication.departments
    )
    return f'{_json(head)[:-1]}, "departments": [\n{",".join(departments)}\n]}}\n'.encode()


def write_table(results: Results, level: Level) -> bytes:
    """The totals as CSV, at one level: the columns of all totals, and only what has a published bureau."""
    election = results.edition.election
    out = io.StringIO()
    rows = (row for row in _rows(results, level) if row.reported)
    records = ({name: _cell(value) for name, value in record(election, level, row).items()} for row in rows)
    write_csv(columns(election, level), records, out)
    return out.getvalue().encode()


def write_chain(source: Source, before: int | None) -> bytes:
    """The publications one by one, each with what proves it and the hash of the one before; the newest first."""
    rows = read_chain(source.connection, source.edition, before, CHAIN_LIMIT + 1)
    shown = rows[:CHAIN_LIMIT]
    publications = [
        {
            "number": row.number,
            "at": row.at.isoformat(),
            "hash": row.hash,
            "previous": json.loads(row.manifest)["previous"],
            "signature": row.signature,
            "manifest": row.manifest,
        }
        for row in shown
    ]
    following = None
    if len(rows) > CHAIN_LIMIT:
        election_id = source.edition.election.id
        following = f"/resultats/publications.json?election={election_id}&before={shown[-1].number}"
    chain = {"publications": publications, "next": following}
    return (_json(_head(source.edition) | chain) + "\n").encode()


def _head(edition: Edition) -> dict[str, Any]:
    """Which election it is, and why there is nothing, if there is nothing."""
    election, schedule = edition.election, edition.schedule
    named = {"election": {"id": election.id, "name": election.name, "round": election.round}}
    if edition.number:
        return named
    why = "polls-open" if edition.number is None else "nothing-validated"
    return named | {"why": why, "polls_close": schedule.polls_close.astimezone(schedule.zone).isoformat()}


def _rows(results: Results, level: Level) -> Iterable[TotalsRow]:
    if results.publication is None:
        return ()
    if level is Level.NATIONAL:
        return (sums.nation(results),)
    return sums.departments(results) if level is Level.DEPARTMENT else _bureaux(results)


def _bureaux(results: Results) -> Iterator[TotalsRow]:
    assert results.publication is not None
    for each in results.publication.departments:
        yield from sums.bureaux(results.edition.election, each)


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
