"""The one writer of JSON: records under a key, one by one as they come."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

from flows.ballot import Election
from reporting.exports.moments import in_utc


def write_json(
    head: Mapping[str, Any], key: str, names: Sequence[str], records: Iterable[Mapping[str, Any]], out: TextIO
) -> None:
    """Writes an object that begins with `head` and holds the records under `key`, one by one as they come."""
    out.write(_encode(head)[:-1] + f', "{key}": [')
    for place, each in enumerate(records):
        out.write(",\n" if place else "\n")
        out.write(_encode({name: each[name] for name in names}))
    out.write("\n]}\n")


def named(election: Election) -> dict[str, Any]:
    """The election, in the head of a document."""
    return {"id": election.id, "name": election.name, "round": election.round}


def _encode(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} has no form in JSON")
    return in_utc(value)
