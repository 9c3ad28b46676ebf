"""The one writer of JSON: records under a key, one by one as they come."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, TextIO


def write_json(
    head: dict[str, Any], key: str, names: Sequence[str], records: Iterable[dict[str, Any]], out: TextIO
) -> None:
    """Writes an object that begins with `head` and holds the records under `key`, one by one as they come."""
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + f', "{key}": [')
    for place, each in enumerate(records):
        out.write(",\n" if place else "\n")
        out.write(json.dumps({name: each[name] for name in names}, ensure_ascii=False))
    out.write("\n]}\n")
