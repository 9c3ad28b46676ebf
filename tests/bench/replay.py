"""Does the last question of a call cost more than the first, for all its replay?

Calls with eleven candidates and two kinds of invalid ballots, on SQLite with `synchronous=FULL`, through the whole application
(signature, replay, commit, TwiML). The baseline is the first figure's webhook; all are medians over the calls of one run. The
last figure's webhook is shown apart: it answers with the read-back, a document of seventeen sentences instead of one.
"""

import json
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlalchemy import Engine

from app import create_app
from db import pins, register
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.pins import PinSeal
from db.register_files import BureauRow, ElectionFile
from db.transactions import begin_write
from flows.ballot import Candidate, CheckDigit, Invalid
from ivr.carriers.twilio import Twilio
from ivr.simulator.handset import Post
from ivr.simulator.phone import Answer, Phone, send_to
from settings import Settings

CALLS = 300
CANDIDATES = 11
NIGHT = datetime(2017, 4, 23, 18, 30, tzinfo=UTC)
SECRET = "for the benchmark only"


def main() -> None:
    """Prints the cost of each figure's webhook, and the ratio of the last question's and of the read-back's to the first's."""
    with tempfile.TemporaryDirectory() as folder:
        times = _measure(Path(folder))
    first, *_, last, read_back = times.values()
    for name, seconds in times.items():
        print(f"{name:<14} {1e3 * seconds:6.3f} ms")
    ratios = {"last_question": round(last / first, 3), "read_back": round(read_back / first, 3)}
    print(json.dumps({"first_ms": round(1e3 * first, 3), **ratios}))


def _measure(folder: Path) -> dict[str, float]:
    settings = Settings(
        database_url=f"sqlite:///{folder / 'bench.sqlite'}",
        secret_key=SECRET,
        pin_pepper=SECRET,
        public_url="https://line.example",
        twilio_auth_token=SECRET,
    )
    engine = open_engine(settings.database_url)
    upgrade(engine)
    clear = _load(settings, engine)
    carrier = Twilio(SECRET)
    send = send_to(create_app(settings, engine), carrier)
    taken: dict[str, list[float]] = defaultdict(list)

    def timed(post: Post) -> Answer:
        started = time.perf_counter()
        answer = send(post)
        taken[post.url].append(time.perf_counter() - started)
        return answer

    phone = Phone(timed, settings.public_url)
    for code, pin in clear.items():
        phone.dial().keys(code).keys(f"{pin}#").keys("22#")
        for _ in range(CANDIDATES + 1):
            phone.keys("1#")
        phone.keys("10#")
    steps = [f"{settings.public_url}/voice/step/{number}/keys" for number in range(4, 5 + CANDIDATES + 2)]
    return {f"figure {number}": median(taken[url]) for number, url in enumerate(steps, 1)}


def _load(settings: Settings, engine: Engine) -> dict[str, str]:
    candidates = tuple(Candidate(number, f"C{number}", f"Candidat {number}") for number in range(1, CANDIDATES + 1))
    file = ElectionFile("Bench", 1, NIGHT, "fr", Invalid.SEPARATE, CheckDigit.NONE, candidates)
    rows = [BureauRow(f"{number:05}", "01", "C", "B", 1000, "", None) for number in range(1, CALLS + 1)]
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, file, rows, at=NIGHT)
        drawn = pins.draw_missing(transaction.connection, loaded.election_id, PinSeal(settings.pin_pepper))
        pins.issue(transaction, drawn, at=NIGHT)
        return drawn.clear


if __name__ == "__main__":
    main()
