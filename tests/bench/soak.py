"""Do workers grow? The line is driven with whole calls, one after the other, and each worker's memory is read on the way.

python -m tests.bench.soak [--webhooks N] [--database sqlite|postgresql]

Calls are keyed one by one, as fast as they are answered; every president reports once. Exit status 1 if the workers hold more
in the last fifth than in the second, on average, by more than a twentieth: in the first they load what they need.
"""

import argparse
import asyncio
import sys
from itertools import islice
from statistics import mean

from cli import THREADS, WORKERS
from db.backends.engine import open_engine
from db.migrate import upgrade
from tests.bench.line.__main__ import APPLICATIONS, AT_ONCE, database
from tests.bench.line.calls import WEBHOOKS, load, one_by_one
from tests.bench.line.drive import saturate
from tests.bench.line.servers import megabytes, served

EVERY = 50_000
"""Webhooks between two lines that are printed."""
LOOKS = 50
"""How often memory is read at least: ten times in each fifth."""
LEAST = 5_000
"""Webhooks with which the fifths are worth a comparison."""
GROWTH = 1.05


def main() -> None:
    """Prints the memory as it goes, and ends with 1 if it grew."""
    parser = argparse.ArgumentParser(description="Do workers grow?")
    parser.add_argument("--webhooks", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options = parser.parse_args()
    if options.webhooks < LEAST:
        parser.error(f"fewer than {LEAST} webhooks say nothing")
    held = _soak(options.database, options.webhooks)
    fifth = len(held) // 5
    second, last = mean(held[fifth : 2 * fifth]), mean(held[-fifth:])
    print(f"the last fifth held {100 * (last / second - 1):+.1f} % of what the second did")
    sys.exit(1 if last > GROWTH * second else 0)


def _soak(kind: str, webhooks: int) -> list[int]:
    """What all workers held together, at moments equally many webhooks apart."""
    held, done, printed = [], 0, 0
    calls = webhooks // WEBHOOKS["one-by-one"]
    with database(kind, "") as place:
        engine = open_engine(place.url)
        upgrade(engine)
        coming = (one_by_one(each) for each in load(engine, calls))
        with served(APPLICATIONS["remontee"], place.url, WORKERS, THREADS) as line:
            print(f"{kind}: {megabytes(line.memory())} before")
            while script := list(islice(coming, max(1, min(EVERY, webhooks // LOOKS) // WEBHOOKS["one-by-one"]))):
                drive = asyncio.run(saturate(line.port, script, AT_ONCE))
                done += len(drive.latencies)
                held.append(sum(line.memory()))
                if done // EVERY > printed or done == calls * WEBHOOKS["one-by-one"]:
                    printed = done // EVERY
                    print(f"{done:9} webhooks: {megabytes(line.memory())}, {drive.rate:.0f} a second", flush=True)
    return held


if __name__ == "__main__":
    main()
