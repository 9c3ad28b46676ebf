"""Checks a downloaded snapshot (`/resultats.json`) without any network: who signed it, and that it is whole and adds up.

From the key to the figures, each step rests on the one before: the key signed the manifest, the manifest binds the hashes of
the departments, a hash binds a department's rows, and the rows make every sum. What the file says beside the manifest must be
what the manifest says.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from db.refusals import Refusal
from reporting.publication.publish import add_up, encode_rows, results_hash, sha256, sum_departments
from reporting.publication.signature import is_signed


class NotASnapshot(Refusal):
    """The file is no snapshot of results at all."""


class Reason(StrEnum):
    """Why a snapshot does not stand: the first thing that is wrong."""

    NOTHING_PUBLISHED = "it holds no publication"
    OTHER_KEY = "it is signed, but with another key"
    BAD_SIGNATURE = "the signature is not one of its manifest"
    OTHER_HASH = "the publication's hash is not that of its manifest"
    NOT_AS_SIGNED = "what it says of itself is not what its manifest says"
    ROWS_CHANGED = "the bureaux are not those that the department's hash binds"
    DEPARTMENTS_CHANGED = "the departments are not those that the manifest binds"
    WRONG_DEPARTMENT_SUMS = "the department's totals are not the sums of its bureaux"
    WRONG_SUMS = "the totals are not the sums of the departments"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: `reason` is None for a snapshot that stands, and `where` the department that it is about, if any.

    `key` is what the signature was checked with; `own_key` is True where that came with the file itself, which proves only that
    the file is whole.
    """

    reason: Reason | None
    where: str
    key: str
    own_key: bool
    number: int
    at: str
    bureaux: int

    @property
    def valid(self) -> bool:
        """True if nothing is wrong."""
        return self.reason is None


def verify_file(text: str, key: str | None) -> Verdict:
    """Checks the snapshot against `key` (64 hexadecimal digits), or against its own if None is given. Raises `NotASnapshot`."""
    try:
        content = json.loads(text, object_pairs_hook=_once)
        publication = content["publication"]
        if publication is None:
            return Verdict(Reason.NOTHING_PUBLISHED, "", key or "", key is None, 0, "", 0)
        manifest = json.loads(publication["manifest"], object_pairs_hook=_once)
        used = key or publication["key"]
        reason, where = _first_fault(content, publication, manifest, used)
        of = {"number": manifest["number"], "at": manifest["at"], "bureaux": manifest["totals"]["bureaux"]}
        return Verdict(reason, where, used, key is None, **of)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotASnapshot("this is no snapshot of results, as /resultats.json gives it") from error


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object, refused where it says two things under one name: other readers would read the other one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _first_fault(
    content: dict[str, Any], publication: dict[str, Any], manifest: dict[str, Any], key: str
) -> tuple[Reason | None, str]:
    text, signature = publication["manifest"], publication["signature"]
    if not is_signed(text, signature, key):
        signed_otherwise = is_signed(text, signature, publication["key"])
        return Reason.OTHER_KEY if signed_otherwise else Reason.BAD_SIGNATURE, ""
    if publication["hash"] != sha256(text):
        return Reason.OTHER_HASH, ""
    if _said(content, publication) != _signed(manifest):
        return Reason.NOT_AS_SIGNED, ""
    return _first_fault_of_figures(content["departments"], manifest)


def _said(content: dict[str, Any], publication: dict[str, Any]) -> dict[str, Any]:
    """What the file says for its readers, beside the manifest."""
    said = {name: content[name] for name in ("election", "candidates", "of", "totals")}
    return said | {name: publication[name] for name in ("number", "at", "key")}


def _signed(manifest: dict[str, Any]) -> dict[str, Any]:
    """The same, as the manifest has it."""
    names = ("election", "of", "totals", "number", "at", "key")
    return {"candidates": manifest.get("candidates", {}), **{name: manifest[name] for name in names}}


def _first_fault_of_figures(departments: list[dict[str, Any]], manifest: dict[str, Any]) -> tuple[Reason | None, str]:
    for each in departments:
        if sha256(encode_rows(each["rows"])) != each["hash"]:
            return Reason.ROWS_CHANGED, each["code"]
    hashes = {each["code"]: each["hash"] for each in departments}
    if len(hashes) != len(departments) or results_hash(hashes) != manifest["results"]:
        return Reason.DEPARTMENTS_CHANGED, ""
    for each in departments:
        if add_up(each["rows"]) != each["totals"]:
            return Reason.WRONG_DEPARTMENT_SUMS, each["code"]
    totals = manifest["totals"]
    if sum_departments([each["totals"] for each in departments], list(totals["figures"])) != totals:
        return Reason.WRONG_SUMS, ""
    return None, ""
