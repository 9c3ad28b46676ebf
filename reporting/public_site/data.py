"""The results for programs: the signed snapshot, the tables, the chain of publications."""

import io
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from db.csv_file import write_csv
from flows.ballot import Election
from reporting.exports.json_file import named
from reporting.public_site.page_cache import PageSource
from reporting.publication import published_sums
from reporting.publication.editions import Edition, Results, read_chain
from reporting.tabulation.totals import Level, TotalsRow
from reporting.tabulation.totals_records import columns, record

CHAIN_LIMIT = 100
"""Publications in one answer."""


def write_snapshot(results: Results) -> bytes:
    """Everything that is published, with all that proves it. The command `verify` reads this.

    It holds the departments' rows byte for byte as their hashes bind them.
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
    """The totals as CSV, at one level: the columns of all totals, and only the rows that have a published bureau."""
    election = results.edition.election
    out = io.StringIO()
    write_csv(columns(election, level), [], out)
    publication = results.publication
    if publication is not None and level is Level.BUREAU:
        out.writelines(_bureau_lines(election, each.code, each.rows) for each in publication.departments)
    elif publication is not None:
        rows = [published_sums.nation(results)] if level is Level.NATIONAL else published_sums.departments(results)
        out.write(_lines(election, level, (row for row in rows if row.reported)))
    return out.getvalue().encode()


@lru_cache(maxsize=256)
def _bureau_lines(election: Election, code: str, rows: str) -> str:
    """A department's bureaux as lines of CSV. A publication changes few departments: the others' lines are kept."""
    return _lines(election, Level.BUREAU, published_sums.bureaux(election, code, json.loads(rows)))


def _lines(election: Election, level: Level, rows: Iterable[TotalsRow]) -> str:
    out = io.StringIO()
    write_csv(columns(election, level), (record(election, level, row) for row in rows), out, heading=False)
    return out.getvalue()


def write_chain(source: PageSource, before: int | None) -> bytes:
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
    """Names the election, and says why there is nothing, if there is nothing."""
    election, schedule = edition.election, edition.schedule
    head = {"election": named(election)}
    if edition.number:
        return head
    why = "polls-open" if edition.number is None else "nothing-validated"
    return head | {"why": why, "polls_close": schedule.polls_close.astimezone(schedule.zone).isoformat()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
