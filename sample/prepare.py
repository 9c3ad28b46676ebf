"""Loads the sample into an empty database, and has a third of its bureaux phone in."""

import csv
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from db import elections, pins, tallies
from db.elections import NoElection
from db.engine import begin_write
from db.pins import PinSeal
from db.register_files import BureauRow, read_bureaux, read_election
from db.results_files import read_pins, read_results
from db.schema import Channel, Origin
from ivr.simulator.handset import State
from ivr.simulator.phone import Phone
from ivr.simulator.president import President, Style

FOLDER = Path(__file__).parent
SECRETS = ("SECRET_KEY", "PIN_PEPPER", "TWILIO_AUTH_TOKEN")
ADDRESS = "http://127.0.0.1:8000"
NUMBER = "+33199001110"
"""From the range that ARCEP reserves for fiction."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A bureau of the sample that has not reported yet, and how to phone in for it."""

    code: str
    pin: str
    commune: str


def write_missing_secrets(env_file: Path, present: Callable[[str], bool]) -> None:
    """Adds to `env_file` whatever setting the sample needs that is not `present`: secrets of its own, drawn at random."""
    values = {name: secrets.token_urlsafe(32) for name in SECRETS} | {"PUBLIC_URL": ADDRESS, "TWILIO_NUMBER": NUMBER}
    missing = [f"{name}={value}\n" for name, value in values.items() if not present(name)]
    if not missing:
        return
    env_file.touch(mode=0o600)
    env_file.chmod(0o600)
    with env_file.open("a", encoding="utf-8") as file:
        file.write("\n# Drawn by `make run` for the sample election.\n" + "".join(missing))


def load(engine: Engine, seal: PinSeal, pins_file: Path, at: datetime) -> bool:
    """Loads the sample, with its PINs in `pins_file`, unless the database has an election already; returns if it did."""
    with engine.connect() as connection:
        begin_write(connection)
        try:
            elections.find(connection)
        except NoElection:
            file = read_election(FOLDER / "election.toml")
            rows = read_bureaux(FOLDER / "bureaux.csv", file.check_digit)
            loaded = elections.load(connection, file, rows, at=at)
            clear = pins.issue(connection, loaded.election_id, seal, at=at)
            _write_pins(pins_file, clear)
            connection.commit()
            return True
    return False


def _write_pins(path: Path, clear: dict[str, str]) -> None:
    """Writes the sample's PINs; a file of another database is set aside, not overwritten."""
    if path.exists():
        path.rename(path.with_suffix(f".{path.stat().st_mtime_ns}.csv"))
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "pin"))
        writer.writerows(clear.items())


def phone_in(phone: Phone, pins_file: Path, progress: Callable[[], None]) -> int:
    """Has every bureau of the sample's results phone in, each from its president's number; returns how many did."""
    clear = read_pins(pins_file)
    numbers = {row.code: row.phone or "" for row in _register()}
    results = read_results(FOLDER / "results.csv").figures
    for code, figures in results.items():
        phone.caller = numbers[code]
        _report(phone, President(code, clear[code], figures, Style.AT_ONCE))
        progress()
    return len(results)


def _report(phone: Phone, president: President) -> None:
    phone.dial()
    while phone.call.state is State.GATHERING:
        keys = president.keys(phone.call.heard)
        if keys is None:
            phone.hang_up()
        else:
            phone.keys(keys)


def invitation(engine: Engine, seal: PinSeal, pins_file: Path) -> Invitation | None:
    """A bureau to try the line with, whose PIN is in `pins_file`, or None if the database holds another election."""
    clear = read_pins(pins_file) if pins_file.exists() else {}
    with engine.connect() as connection:
        election, _ = elections.find(connection)
        for row in _register():
            found = pins.find_credentials(connection, election.id, row.code)
            if found is None or row.code not in clear:
                continue
            if tallies.find_newest(connection, found.bureau_id, Origin.LIVE, Channel.PHONE) is not None:
                continue
            if seal.matches(election.id, row.code, clear[row.code], found.sealed):
                return Invitation(row.code, clear[row.code], f"{row.name}, {row.commune}")
    return None


def _register() -> list[BureauRow]:
    return read_bureaux(FOLDER / "bureaux.csv", read_election(FOLDER / "election.toml").check_digit)
