"""Where the seconds of a call go, prompt by prompt, in each style.

python -m tests.bench.call_seconds [--locale fr|en]

Calls for a bureau of the primary of 2011 (six candidates), through the whole application, with the simulated phone and the
simulated president that `evening` uses, and so with its model of time (`flows/speech.py`). Only receipts differ between calls;
medians of a few.
"""

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from stdnum import damm

from app import create_app
from db import elections, pins
from db.engine import begin_write, open_engine
from db.migrate import upgrade
from db.pins import PinSeal
from db.register_files import BureauRow, read_election
from flows.catalogue import LOCALES
from flows.speech import keying_seconds, speech_seconds
from ivr.carriers.twilio import Twilio
from ivr.simulator.phone import Phone, send_to
from ivr.simulator.president import President, Style
from settings import Settings

CALLS = 9
"""Calls in each style."""
BOUNDS = {Style.GUIDED: 150.0, Style.PRACTISED: 75.0, Style.AT_ONCE: 45.0}
"""Seconds that a call may take in French, from answer to hang-up."""
FIGURES = (312, 4, 100, 2, 120, 40, 30, 16)
ELECTION = Path(__file__).parents[1] / "data" / "election.toml"
NIGHT = datetime(2011, 10, 9, 18, 30, tzinfo=UTC)
SECRET = "for the benchmark only"
RECEIPT = re.compile(r"\d \d \d, \d \d \d, \d")


@dataclass(frozen=True, slots=True)
class Stretch:
    """One prompt of a call, in seconds: what it takes to be said in full, how long it was listened to, the keys after it."""

    said: str
    in_full: float
    listened: float
    keyed: float

    @property
    def seconds(self) -> float:
        """What it cost on the line."""
        return self.listened + self.keyed


def phone_in(phone: Phone, president: President, locale: str = "fr") -> list[Stretch]:
    """A whole call, prompt by prompt. Raises AssertionError if the stretches are not the call."""
    phone.dial()
    phone.call.patience = patience = president.style.patience
    stretches = []
    while not phone.ended:
        said, in_full = phone.said, _in_full(phone, locale)
        keys = president.keys(phone.call.heard)
        assert keys is not None, said
        listened = in_full if patience is None else min(in_full, patience)
        stretches.append(Stretch(said, in_full, listened, keying_seconds(keys)))
        phone.keys(keys)
    in_full = _in_full(phone, locale)
    stretches.append(Stretch(phone.said, in_full, in_full, 0.0))
    assert abs(sum(each.seconds for each in stretches) - phone.call.seconds) < 1e-6
    return stretches


def _in_full(phone: Phone, locale: str) -> float:
    return sum(speech_seconds(sentence, locale) for sentence in phone.call.heard)


def main() -> None:
    """Prints the table, and what each style has left under its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--locale", choices=LOCALES, default="fr")
    locale = parser.parse_args().locale
    with tempfile.TemporaryDirectory() as folder:
        calls = dict(_measure(Path(folder), locale))
    print(table(calls))
    for style, bound in BOUNDS.items():
        seconds, questions = sum(each.seconds for each in calls[style]), len(calls[style]) - 1
        room = (bound - seconds) / questions
        print(
            f"{style.value:<10} {seconds:5.1f} s of {bound:.0f}: room for {room:.1f} s more before each of {questions} answers"
        )


def _measure(folder: Path, locale: str) -> Iterator[tuple[Style, list[Stretch]]]:
    """For each style one call, each stretch the median of its like."""
    settings = Settings(
        database_url=f"sqlite:///{folder / 'bench.sqlite'}",
        secret_key=SECRET,
        pin_pepper=SECRET,
        public_url="https://line.example",
        twilio_auth_token=SECRET,
        line_locale=locale,
    )
    engine = open_engine(settings.database_url)
    upgrade(engine)
    codes = [f"{number:07}{damm.calc_check_digit(f'{number:07}')}" for number in range(1, len(Style) * CALLS + 1)]
    rows = [BureauRow(code, "01", "L'Abergement-Clémenciat", "Bureau 1", 598, "", None) for code in codes]
    with engine.connect() as connection:
        begin_write(connection)
        loaded = elections.load(connection, read_election(ELECTION), rows, at=NIGHT)
        clear = pins.issue(connection, loaded.election_id, PinSeal(SECRET), at=NIGHT)
        connection.commit()
    phone = Phone(send_to(create_app(settings, engine), Twilio(SECRET)), settings.public_url)
    for place, style in enumerate(Style):
        calls = [
            phone_in(phone, President(code, clear[code], FIGURES, style), locale)
            for code in codes[place * CALLS : (place + 1) * CALLS]
        ]
        yield style, [_middle(alike) for alike in zip(*calls, strict=True)]


def _middle(alike: Sequence[Stretch]) -> Stretch:
    said = RECEIPT.sub("1 2 3, 4 5 6, 7", alike[0].said)
    in_full, listened = median(each.in_full for each in alike), median(each.listened for each in alike)
    return Stretch(said, in_full, listened, alike[0].keyed)


def table(calls: Mapping[Style, Sequence[Stretch]]) -> str:
    """A row for each prompt, in the order of the call: seconds in full, then listened + keyed in each style."""
    rows: dict[str, dict[Style, Stretch]] = defaultdict(dict)
    for style, stretches in calls.items():
        for each in stretches:
            rows[each.said][style] = each
    lines = [f"| said | in full | {' | '.join(calls)} |", "|---" * (2 + len(calls)) + "|"]
    for said, by_style in rows.items():
        cells = (_cell(by_style.get(style)) for style in calls)
        lines.append(f"| {said} | {next(iter(by_style.values())).in_full:.1f} | {' | '.join(cells)} |")
    totals = (f"**{sum(each.seconds for each in stretches):.1f}**" for stretches in calls.values())
    return "\n".join([*lines, f"| the whole call | | {' | '.join(totals)} |"])


def _cell(stretch: Stretch | None) -> str:
    if stretch is None:
        return ""
    return f"{stretch.listened:.1f} + {stretch.keyed:.1f}" if stretch.keyed else f"{stretch.listened:.1f}"


if __name__ == "__main__":
    main()
