"""Keeps the newest plan in a file for the intranet: to play an evening takes seconds, too long for a page."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from db.refusals import Refusal
from reporting.lines.plan import Plan


class CannotKeep(Refusal):
    """The plan could not be written down."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A plan, and when it was made."""

    plan: Plan
    at: datetime


def to_json(plan: Plan) -> str:
    """The plan for machines: its fields by their names; what never happens is null."""
    return msgspec.json.format(msgspec.json.encode(plan)).decode()


def keep(kept: Kept, path: Path) -> None:
    """Keeps this plan instead of the last one. A reader meanwhile gets the one or the other. Raises `CannotKeep`."""
    beside = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(msgspec.json.encode(kept))
        beside.replace(path)
    except OSError as error:
        raise CannotKeep(f"the plan cannot be kept in {path}: {error.strerror}") from error


def read_kept(path: Path) -> Kept | None:
    """The plan that was kept. None if there is none, or if another version of this program kept other fields."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return None
