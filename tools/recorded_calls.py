"""Recorded calls: the logs of real calls, one JSON file each, kept under the version of the conversation that led them.

`python -m tools.record_calls` makes them, and `tests/flows/test_recorded_calls.py` replays them.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from flows.ballot import Election
from flows.vocabulary import FLOW_VERSION, Outcome, Step

FOLDER = Path(__file__).parents[1] / "tests" / "flows" / "recorded"


class RecordedCall(msgspec.Struct, frozen=True):
    """The log of one call."""

    title: str
    """What happens in it."""
    version: str
    """The version that it began under (`flows.replay.flow_version`)."""
    election: Election
    """The election that it was made for."""
    steps: tuple[Step, ...]
    """What was asked and answered, as the log has it."""
    outcome: Outcome | None
    """How it ended. None: the caller hung up."""


def folder(version: int = FLOW_VERSION) -> Path:
    """Where the recordings of a version of the conversation are."""
    return FOLDER / f"v{version}"


def path_of(title: str) -> Path:
    """Where the recording of this title is, of today's version."""
    return folder() / f"{title.lower().replace(',', '').replace(' ', '-')}.json"


def read(path: Path) -> RecordedCall:
    """Reads a recording. Raises msgspec's ValidationError."""
    return msgspec.json.decode(path.read_bytes(), type=RecordedCall)


def write(path: Path, recorded: RecordedCall) -> None:
    """Writes a recording, one step a line."""
    path.write_text("\n".join(_lines(recorded)) + "\n", encoding="utf-8")


def _lines(recorded: RecordedCall) -> Iterator[str]:
    yield "{"
    for name in ("title", "version", "election", "outcome"):
        yield f'"{name}": {_json(getattr(recorded, name))},'
    yield '"steps": ['
    last = len(recorded.steps) - 1
    for place, step in enumerate(recorded.steps):
        yield _json(step) + ("" if place == last else ",")
    yield "]"
    yield "}"


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
