"""`python -m tools.measure_call_lengths`: how long a call takes, by style; writes the table that `lines plan` draws from (8 s).

Simulated presidents phone the whole application (signature, replay, TwiML): forty bureaux of the sample's register for each
style, with figures of the size of 2011 (281 voters a bureau, the national shares), drawn once. A phone knows the
modelled seconds of what it hears and keys (`flows/speech.py`). Run it again when what the line says has changed: a test
compares.
"""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import timedelta
from pathlib import Path

import numpy as np

from app import create_app
from db import pins, register
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.pins import PinSeal
from db.register_files import BureauRow, read_bureaux, read_election
from db.transactions import begin_write
from ivr.carriers.twilio import Twilio
from ivr.simulator.phone import Phone, send_to
from ivr.simulator.president import President, Style, receipt_in
from reporting.lines.lengths import TABLE
from settings import Settings

SAMPLE = Path(__file__).parents[1] / "sample"
PLACEHOLDER = "for this table only"
"""In place of every secret: the database is made for the measurement and then removed."""
AFTER_CLOSING = timedelta(hours=1)
CALLS = 40
"""A third of the sample's register."""
VOTERS, SPREAD = 281, 0.6
"""Voters of a bureau in 2011 (2,661,231 in 9,474), and how much the logarithm of their number is made to vary."""
INVALID = 0.0041
SHARES = (0.3042, 0.0064, 0.3917, 0.1719, 0.0695, 0.0563)
"""Of the valid votes, in the order of the ballot: the national result of the first round."""
IDENTIFYING = 2
"""Answers until it is known who phones: the code, the PIN."""


@dataclass(frozen=True, slots=True)
class Length:
    """One call: its seconds until the PIN was keyed, and in all."""

    style: str
    identified: float
    seconds: float


def main() -> None:
    """Writes the table, and prints the means."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as other:
        lengths = list(measure(Path(folder), CALLS))
        doubled = list(measure(Path(other), CALLS, twice=True))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(Length))
        writer.writerows(astuple(each) for each in lengths)
    for style in Style:
        seconds = [each.seconds for each in lengths if each.style == style]
        more = np.mean([each.seconds for each in doubled if each.style == style])
        print(
            f"{style:<10} {len(seconds)} calls, {np.mean(seconds):5.1f} s on average, {min(seconds)} to {max(seconds)}; "
            f"with twice the voters {more:5.1f} s"
        )


def measure(folder: Path, calls: int, twice: bool = False) -> Iterator[Length]:
    """Has the first `calls` bureaux of each style phone in, from a database in `folder`. `twice`: with every figure doubled."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'lengths.sqlite'}",
        secret_key=PLACEHOLDER,
        pin_pepper=PLACEHOLDER,
        public_url="https://line.example",
        twilio_auth_token=PLACEHOLDER,
    )
    engine = open_engine(settings.database_url)
    upgrade(engine)
    file = read_election(SAMPLE / "election.toml")
    every = read_bureaux(SAMPLE / "bureaux.csv", file.check_digit)
    counted = _figures(every)
    chosen = {style: every[place :: len(Style)][:calls] for place, style in enumerate(Style)}
    phoning = [row for rows in chosen.values() for row in rows]
    night = file.polls_close + AFTER_CLOSING
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, file, phoning, at=night)
        drawn = pins.draw_missing(transaction.connection, loaded.election_id, PinSeal(PLACEHOLDER))
        pins.issue(transaction, drawn, at=night)
        clear = drawn.clear
    send = send_to(create_app(settings, engine, lambda: night), Twilio(PLACEHOLDER))
    for style, rows in chosen.items():
        for row in rows:
            figures = [count * (2 if twice else 1) for count in counted[row.code]]
            yield _call(Phone(send, settings.public_url), President(row.code, clear[row.code], figures, style))
    engine.dispose()


def _figures(rows: Sequence[BureauRow]) -> dict[str, list[int]]:
    """Voters, invalid ballots and votes of each bureau, of which twice as many would still be no more than its electors."""
    chance = np.random.default_rng(2011)
    counted = {}
    for row in rows:
        assert row.electorate is not None, "the sample's register has every electorate"
        voters = max(10, min(row.electorate // 2, round(chance.lognormal(np.log(VOTERS) - SPREAD**2 / 2, SPREAD))))
        invalid = int(chance.binomial(voters, INVALID))
        counted[row.code] = [voters, invalid, *chance.multinomial(voters - invalid, SHARES).tolist()]
    return counted


def _call(phone: Phone, president: President) -> Length:
    phone.dial().call.patience = president.style.patience
    identified, answers = 0.0, 0
    while not phone.ended:
        keys = president.keys(phone.call.heard)
        assert keys is not None, "the bureau had reported already"
        phone.keys(keys)
        answers += 1
        identified = phone.call.seconds if answers == IDENTIFYING else identified
    assert receipt_in(phone.call.heard), f"no receipt, but {phone.call.heard}"
    return Length(president.style.value, round(identified, 1), round(phone.call.seconds, 1))


if __name__ == "__main__":
    main()
