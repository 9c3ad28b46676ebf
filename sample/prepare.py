"""Loads the sample into an empty database, and has a third of its bureaux phone in."""

import csv
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

from sqlalchemy import Engine

from db import elections, pins, register, tallies
from db.elections import NoElection
from db.pins import PinSeal
from db.register_files import BureauRow, read_bureaux, read_election
from db.results_files import read_pins, read_results
from db.schema import Channel, Origin
from db.transactions import begin_write
from ivr.simulator.handset import State
from ivr.simulator.phone import Phone
from ivr.simulator.president import President, Style

FOLDER = Path(__file__).parent
SECRETS = ("SECRET_KEY", "PIN_PEPPER", "TWILIO_AUTH_TOKEN")
ADDRESS = "http://127.0.0.1:8000"
NUMBER = "+33199001110"
"""From the range that ARCEP reserves for fiction."""

PARIS = timezone(timedelta(hours=1))
OPEN_SINCE = timedelta(hours=2)
FIRST_REPORT = timedelta(minutes=25)
LAST_REPORT = timedelta(minutes=6)
WRONG_PIN, CUT, SLIP = (5, 17), (9, 28), (13,)
"""The presidents who make a mistake on the phone, by their place among the sample's results."""
WRONG = "000001"
UNFINISHED = 3


@dataclass(frozen=True, slots=True)
class Invitation:
    """A bureau of the sample that has not reported yet, and how to phone in for it."""

    code: str
    pin: str
    commune: str


def write_missing_secrets(env_file: Path, present: Callable[[str], bool]) -> None:
    """Adds to `env_file` each setting that the sample needs and that is not `present`. Secrets are random."""
    values = {name: secrets.token_urlsafe(32) for name in SECRETS} | {"PUBLIC_URL": ADDRESS, "TWILIO_NUMBER": NUMBER}
    missing = [f"{name}={value}\n" for name, value in values.items() if not present(name)]
    if not missing:
        return
    env_file.touch(mode=0o600)
    env_file.chmod(0o600)
    with env_file.open("a", encoding="utf-8") as file:
        file.write("\n# Drawn by `make run` for the sample election.\n" + "".join(missing))


class Evening:
    """The clock of the sample's calls. The polls closed two hours ago, and calls have come in since."""

    def __init__(self, now: datetime) -> None:
        self.polls_close = now.replace(minute=0, second=0, microsecond=0) - OPEN_SINCE
        self.now = self.polls_close
        self._end = now

    def __call__(self) -> datetime:
        """The time of the call that is being made."""
        return self.now

    def advance(self, seconds: float) -> None:
        """So many seconds of a call have passed."""
        self.now += timedelta(seconds=seconds)

    def go_to(self, part: float) -> None:
        """Goes on to a part of the time between the first report and the present."""
        first = self.polls_close + FIRST_REPORT
        self.now = max(self.now, first + (self._end - LAST_REPORT - first) * part)


def load(engine: Engine, seal: PinSeal, pins_file: Path, at: datetime) -> bool:
    """Loads the sample, with its PINs in `pins_file`, unless the database has an election already. Returns True if it did.

    Its polls closed at `at`.
    """
    with begin_write(engine) as transaction:
        try:
            elections.find(transaction.connection)
        except NoElection:
            file = replace(read_election(FOLDER / "election.toml"), polls_close=at.astimezone(PARIS))
            rows = read_bureaux(FOLDER / "bureaux.csv", file.check_digit)
            loaded = register.load(transaction, file, rows, at=at)
            drawn = pins.draw_missing(transaction.connection, loaded.election_id, seal)
            pins.issue(transaction, drawn, at=at)
            clear = drawn.clear
            _write_pins(pins_file, clear)
            return True
    return False


def _write_pins(path: Path, clear: dict[str, str]) -> None:
    """Writes the sample's PINs. An older file is renamed, not overwritten: it may belong to another database."""
    if path.exists():
        path.rename(path.with_suffix(f".{path.stat().st_mtime_ns}.csv"))
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "pin"))
        writer.writerows(clear.items())


def phone_in(phone: Phone, evening: Evening, pins_file: Path, progress: Callable[[], None]) -> int:
    """Lets every bureau of the sample's results phone in, each from its president's number. Returns how many did.

    Some make the mistakes that people make, so that the pages have something to show.
    """
    clear = read_pins(pins_file)
    numbers = {row.code: row.phone or "" for row in _register()}
    results = read_results(FOLDER / "results.csv").figures
    for place, (code, figures) in enumerate(results.items()):
        evening.go_to(place / len(results))
        phone.caller = numbers[code]
        president = President(code, clear[code], figures, Style.PRACTISED)
        if place in WRONG_PIN:
            _answer(phone.dial(), President(code, WRONG, figures), steps=2)
            phone.hang_up()
        if place in CUT:
            _answer(phone.dial(), president, steps=5)
            phone.hang_up()
        if place in SLIP:
            phone.dial().keys(code).keys(f"{clear[code]}#").keys("*".join(_slipped(figures)) + "#").keys("3").keys("1")
        else:
            _answer(phone.dial(), president)
        progress()
    for code in list(clear)[-UNFINISHED:]:
        if code not in results:
            phone.caller = numbers[code]
            _answer(phone.dial(), President(code, clear[code], [100] * len(figures)), steps=4)
            phone.hang_up()
    return len(results)


def _answer(phone: Phone, president: President, steps: int = 100) -> None:
    """Answers the line's questions as the president does: a number of them, or all."""
    for _ in range(steps):
        if phone.call.state is not State.GATHERING:
            return
        keys = president.keys(phone.call.heard)
        if keys is None:
            phone.hang_up()
        else:
            phone.keys(keys)


def _slipped(figures: Sequence[int]) -> list[str]:
    """The figures, with one digit too many in the largest of the candidates'."""
    place = max(range(2, len(figures)), key=lambda each: figures[each])
    return [f"{count}0" if each == place else str(count) for each, count in enumerate(figures)]


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
