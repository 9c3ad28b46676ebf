"""Records calls of today's conversation. Tests replay them under every later version.

    python -m tools.record_calls

Simulated phones call a line in this process, with the sample election in a database of its own. What the line logs goes to
`tests/flows/recorded/vN/`, where N is `FLOW_VERSION`. Run it once when the version was raised. The recordings of older versions
are history: leave them alone.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlalchemy import select

from app import create_app
from db import calls, elections
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.pins import PinSeal
from db.results_files import read_pins
from db.schema import call
from flows.vocabulary import FLOW_VERSION, Outcome
from ivr.carriers.twilio import Twilio
from ivr.simulator.phone import Phone, send_to
from sample import prepare
from settings import Settings
from tools.recorded_calls import RecordedCall, folder, path_of, write

POLLS_CLOSE = datetime(2011, 10, 9, 17, tzinfo=UTC)
EVENING, AFTERNOON = POLLS_CLOSE + timedelta(hours=1), POLLS_CLOSE - timedelta(hours=3)
URL = "https://line.example"
CALLER = "+33639981001"
HOTLINE = "+33199001199"
SECRET = "for recordings only"  # noqa: S105 -- of a database that is thrown away
CODE = "00200015"
"""A bureau of the sample with 393 electors."""
WRONG_PIN = "000001#"
ONE_BY_ONE = ("312", "4", "100", "2", "120", "40", "30", "16")
ALL = "*".join(ONE_BY_ONE) + "#"
SHORT_OF_THREE = ALL.replace("*16#", "*13#")


class Studio:
    """A line with the sample election and a clock. Its database lies in `folder`."""

    def __init__(self, folder: Path, now: datetime, hotline: str) -> None:
        self.now = now
        self._engine = open_engine(f"sqlite:///{folder / 'studio.sqlite'}")
        upgrade(self._engine)
        prepare.load(self._engine, PinSeal(SECRET), folder / "pins.csv", POLLS_CLOSE)
        self.pin = read_pins(folder / "pins.csv")[CODE] + "#"
        settings = Settings(
            secret_key=SECRET, pin_pepper=SECRET, public_url=URL, twilio_auth_token=SECRET, hotline_number=hotline
        )
        self._app = create_app(settings, self._engine, lambda: self.now)

    def _advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def dial(self) -> Phone:
        """A phone that has just called the line."""
        return Phone(send_to(self._app, Twilio(SECRET)), URL, CALLER, self._advance).dial()

    def identified(self) -> Phone:
        """A phone whose call speaks for the bureau."""
        return self.dial().keys(CODE).keys(self.pin)

    def read_log(self, title: str, sid: str) -> RecordedCall:
        """The log of a call."""
        with self._engine.connect() as connection:
            election, _ = elections.find(connection)
            logged = calls.find(connection, sid)
            ended = connection.scalars(select(call.c.outcome).where(call.c.sid == sid)).one()
        assert logged is not None
        outcome = None if ended is None else Outcome(ended)
        return RecordedCall(title, logged.flow_version, election, logged.steps, outcome)

    def close(self) -> None:
        """Closes the database."""
        self._engine.dispose()


def _press(phone: Phone, *answers: str) -> Phone:
    for keys in answers:
        phone.keys(keys)
    return phone


def _figure_by_figure(studio: Studio) -> Phone:
    return _press(studio.identified(), *(f"{count}#" for count in ONE_BY_ONE), "1")


def _all_at_once(studio: Studio) -> Phone:
    return _press(studio.identified(), ALL, "1")


def _corrections(studio: Studio) -> Phone:
    """A call that goes back, keys more voters than electors and a sum that fails, corrects twice, and starts from scratch."""
    phone = _press(studio.identified(), "3120#", "2", "400#", "1", "*#", "312#", "12#", "*#", "4#", "400#", "1", "*#")
    _press(phone, "100*2*120*40*30*13#", "2", "1", "8", "16#", "2", "1", "*#", "3", ALL)
    return _press(phone, "2", "8", "15#", "1", "8", "16#", "1")


def _kept_though_it_does_not_add_up(studio: Studio) -> Phone:
    return _press(studio.identified(), SHORT_OF_THREE, "3", "1")


def _silence(studio: Studio) -> Phone:
    return studio.identified().keys("312#").silence().silence().silence()


def _wrong_keys(studio: Studio) -> Phone:
    return _press(studio.identified(), "1*2#", "123456#", "**#")


def _wrong_code(studio: Studio) -> Phone:
    return _press(studio.dial(), "00200016", "271828#", "*#")


def _wrong_pin(studio: Studio) -> Phone:
    return _press(studio.dial(), CODE, WRONG_PIN, CODE, "12#", "*#", CODE, WRONG_PIN)


def _locked(studio: Studio) -> Phone:
    for _ in range(2):
        _press(studio.dial(), CODE, WRONG_PIN, CODE, WRONG_PIN, CODE, WRONG_PIN)
    return studio.identified()


def _rehearsal(studio: Studio) -> Phone:
    return _press(studio.dial(), "1", CODE, studio.pin, ALL, "1")


def _rehearsal_declined(studio: Studio) -> Phone:
    return _press(studio.dial(), "2")


def _interrupted(studio: Studio) -> Phone:
    return _press(studio.identified(), "312#", "4#").hang_up()


def _resumed(studio: Studio) -> Phone:
    _interrupted(studio)
    return _press(studio.identified(), "1", *(f"{count}#" for count in ONE_BY_ONE[2:]), "1")


def _rectified(studio: Studio) -> Phone:
    _all_at_once(studio)
    return _press(studio.identified(), "1", "2", "8", "15#", "1", "2", "5#", "1")


def _heard_again(studio: Studio) -> Phone:
    _all_at_once(studio)
    return _press(studio.identified(), "1").silence().silence().silence()


def _overtaken(studio: Studio) -> Phone:
    slow = _press(studio.identified(), ALL)
    _press(studio.identified(), "2", ALL, "1")
    return _press(slow, "1").hang_up()


def _hot_line(studio: Studio) -> Phone:
    phone = _press(studio.identified(), ALL, "7", "0").nobody_answers()
    return phone.keys("0").somebody_answers()


def _hot_line_before_the_code(studio: Studio) -> Phone:
    phone = studio.dial().keys("0#").nobody_answers().keys(CODE).keys("0#").nobody_answers().keys(studio.pin)
    return phone.silence().silence().silence().somebody_answers()


SCENES: tuple[tuple[str, Callable[[Studio], Phone], datetime, str], ...] = (
    ("A report, figure by figure", _figure_by_figure, EVENING, ""),
    ("All figures at once", _all_at_once, EVENING, ""),
    ("Corrections", _corrections, EVENING, ""),
    ("Kept though it does not add up", _kept_though_it_does_not_add_up, EVENING, ""),
    ("Silence", _silence, EVENING, ""),
    ("Wrong keys", _wrong_keys, EVENING, ""),
    ("Wrong code", _wrong_code, EVENING, ""),
    ("Wrong PIN", _wrong_pin, EVENING, ""),
    ("Locked", _locked, EVENING, ""),
    ("A rehearsal", _rehearsal, AFTERNOON, ""),
    ("A rehearsal declined", _rehearsal_declined, AFTERNOON, ""),
    ("Interrupted", _interrupted, EVENING, ""),
    ("Resumed", _resumed, EVENING, ""),
    ("Rectified", _rectified, EVENING, ""),
    ("Heard again", _heard_again, EVENING, ""),
    ("Overtaken by another call", _overtaken, EVENING, ""),
    ("The hot line takes over", _hot_line, EVENING, HOTLINE),
    ("The hot line before the code", _hot_line_before_the_code, EVENING, HOTLINE),
)


def record(title: str, scene: Callable[[Studio], Phone], now: datetime, hotline: str) -> RecordedCall:
    """Plays a scene on a line of its own, and returns the log of its last call."""
    with TemporaryDirectory() as place:
        studio = Studio(Path(place), now, hotline)
        try:
            return studio.read_log(title, scene(studio).call.sid)
        finally:
            studio.close()


@click.command()
def main() -> None:
    """Records every scene under today's version."""
    folder().mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        recorded = record(*scene)
        write(path_of(recorded.title), recorded)
        click.echo(f"v{FLOW_VERSION}: {recorded.title}, {len(recorded.steps)} steps, {recorded.outcome}")


if __name__ == "__main__":
    main()
