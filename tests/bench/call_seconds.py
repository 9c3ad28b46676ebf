"""Where the seconds of a call go, prompt by prompt, in each style.

python -m tests.bench.call_seconds [--locale fr|en]

Calls for a bureau of the primary of 2011 (six candidates), through the whole application, with the simulated phone and the
simulated president that `evening` uses, and so with its model of time (`flows/speech.py`). Receipts are drawn; the table has
one whose digits are as long to say as digits are on average, so that it comes out the same each time.
"""

import argparse
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from stdnum import damm

from app import create_app
from db import pins, register
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.pins import PinSeal
from db.register_files import BureauRow, read_election
from db.transactions import begin_write
from flows.catalogue import LOCALES
from flows.speech import keying_seconds, speech_seconds
from ivr.carriers.twilio import Twilio
from ivr.simulator.phone import Phone, send_to
from ivr.simulator.president import President, Style
from settings import Settings

BOUNDS = {Style.GUIDED: 150.0, Style.PRACTISED: 75.0, Style.AT_ONCE: 45.0}
"""Seconds that a call may take in French, from answer to hang-up."""
FIGURES = (312, 4, 100, 2, 120, 40, 30, 16)
ELECTION = Path(__file__).parents[1] / "data" / "election.toml"
LONGER = 3.0
"""Seconds that somebody listens who is practised, but not in a hurry."""
NIGHT = datetime(2011, 10, 9, 18, 30, tzinfo=UTC)
SECRET = "for the benchmark only"
RECEIPT = re.compile(r"\d \d \d, \d \d \d, \d")
AVERAGE_RECEIPT = "1 2 3, 4 5 6, 7"
"""Its digits have four letters on average in French, as all ten digits have; in English 3.9 and 4."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """One prompt of a call, in seconds: what it takes to be said in full, how long it was listened to, the keys after it."""

    said: tuple[str, ...]
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
        said = tuple(phone.call.heard)
        in_full = _in_full(said, locale)
        keys = president.keys(said)
        assert keys is not None, said
        listened = in_full if patience is None else min(in_full, patience)
        stretches.append(Stretch(said, in_full, listened, keying_seconds(keys)))
        phone.keys(keys)
    stretches.append(_heard_out(phone.call.heard, locale))
    assert abs(sum(each.seconds for each in stretches) - phone.call.seconds) < 1e-6
    return stretches


def _in_full(said: Sequence[str], locale: str) -> float:
    return sum(speech_seconds(sentence, locale) for sentence in said)


def _heard_out(said: Sequence[str], locale: str) -> Stretch:
    in_full = _in_full(said, locale)
    return Stretch(tuple(said), in_full, in_full, 0.0)


def main() -> None:
    """Prints the table, what each style has left under its bound, and what it would take with callers who listen longer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--locale", choices=LOCALES, default="fr")
    locale = parser.parse_args().locale
    with tempfile.TemporaryDirectory() as folder:
        calls = dict(_measure(Path(folder), locale))
    print(table(calls))
    for style, bound in BOUNDS.items():
        *questions, farewell = calls[style]
        room = (bound - sum(each.seconds for each in calls[style])) / len(questions)
        longer = sum(min(each.in_full, LONGER) + each.keyed for each in questions) + farewell.seconds
        heard_out = sum(each.seconds for each in calls[style]) + questions[-1].in_full - questions[-1].listened
        print(
            f"{style.value}, bound {bound:.0f} s: room for {room:.1f} s more before each of {len(questions)} answers;",
            end=" ",
        )
        print(
            f"{longer:.1f} s if {LONGER:.0f} s of each prompt are heard, {heard_out:.1f} s if the read-back is heard out"
        )


def _measure(folder: Path, locale: str) -> Iterator[tuple[Style, list[Stretch]]]:
    """For each style one call, its receipt of average length."""
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
    codes = [f"{number:07}{damm.calc_check_digit(f'{number:07}')}" for number in range(1, len(Style) + 1)]
    rows = [BureauRow(code, "01", "L'Abergement-Clémenciat", "Bureau 1", 598, "", None) for code in codes]
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, read_election(ELECTION), rows, at=NIGHT)
        drawn = pins.draw_missing(transaction.connection, loaded.election_id, PinSeal(SECRET))
        pins.issue(transaction, drawn, at=NIGHT)
        clear = drawn.clear
    phone = Phone(send_to(create_app(settings, engine), Twilio(SECRET)), settings.public_url)
    for style, code in zip(Style, codes, strict=True):
        *questions, farewell = phone_in(phone, President(code, clear[code], FIGURES, style), locale)
        said = [RECEIPT.sub(AVERAGE_RECEIPT, sentence) for sentence in farewell.said]
        yield style, [*questions, _heard_out(said, locale)]


def table(calls: Mapping[Style, Sequence[Stretch]]) -> str:
    """A row for each prompt, in the order of the call: seconds in full, then listened + keyed in each style."""
    rows: dict[tuple[str, ...], dict[Style, Stretch]] = defaultdict(dict)
    for style, stretches in calls.items():
        for each in stretches:
            rows[each.said][style] = each
    lines = [f"| said | in full | {' | '.join(calls)} |", "|---" * (2 + len(calls)) + "|"]
    for said, by_style in rows.items():
        cells = (_cell(by_style.get(style)) for style in calls)
        lines.append(f"| {' '.join(said)} | {next(iter(by_style.values())).in_full:.1f} | {' | '.join(cells)} |")
    totals = (f"**{sum(each.seconds for each in stretches):.1f}**" for stretches in calls.values())
    return "\n".join([*lines, f"| the whole call | | {' | '.join(totals)} |"])


def _cell(stretch: Stretch | None) -> str:
    if stretch is None:
        return ""
    return f"{stretch.listened:.1f} + {stretch.keyed:.1f}" if stretch.keyed else f"{stretch.listened:.1f}"


if __name__ == "__main__":
    main()
