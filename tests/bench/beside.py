"""The intranet's pages and exports with a country reported, alone and beside a line that goes on taking calls.

python -m tests.bench.beside URL RESULTS.csv.gz [--rate WEBHOOKS_A_SECOND] [--seconds S] [--watchers N]

URL is a database that `replay_election` filled with some of the bureaux of RESULTS. It is served as `serve` would; the others
phone in, all figures at once, at the rate that is given, while every page and export is asked for again and again, over HTTP,
and people keep pages open. One of them counts: how long after its president heard goodbye is a tally in the evening's number?
"""

import argparse
import asyncio
import multiprocessing
import re
import statistics
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sqlalchemy import Engine, exists, select

from cli import THREADS, WORKERS
from db import elections, pins
from db.backends.engine import open_engine
from db.pins import PinSeal
from db.results_files import read_results
from db.schema import bureau, standing
from db.transactions import begin_write
from services import utc_now
from tests.bench.line.calls import SECRET, WEBHOOKS, Call, Reporter, at_once
from tests.bench.line.drive import pace
from tests.bench.line.servers import served
from tests.bench.pages import EXPORTS, LIMIT_MS, log_in, pages
from tests.bench.screens import Watchers, browsers, watch

AT_ONCE = 30
ROUNDS_ALONE = 3


def main() -> None:
    """Prints the times of each page and export, alone and beside the line, and the line's own."""
    parser = argparse.ArgumentParser(description="The intranet beside a line that goes on.")
    parser.add_argument("url")
    parser.add_argument("results", type=Path)
    parser.add_argument("--rate", type=float, default=150.0, help="webhooks a second")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long the presidents phone")
    parser.add_argument("--watchers", type=int, default=10, help="who keep a page open meanwhile")
    options = parser.parse_args()
    engine = open_engine(options.url)
    calls = _calls(engine, options.results)[: int(options.rate * options.seconds / WEBHOOKS["at-once"])]
    paths = pages(engine)
    cookie = log_in(engine, options.url, SECRET).get_cookie("remontee").value
    with served("wsgi:create_worker", options.url, WORKERS, THREADS) as line:
        base = f"http://127.0.0.1:{line.port}"
        alone = _time(base, cookie, paths, ROUNDS_ALONE)
        with Watchers(base, cookie, options.watchers) as watchers:
            beside = _phone_and_time(
                line.port, calls, options.rate, lambda: _time(base, cookie, paths, 1), _Screen(base, cookie)
            )
            print(f"{options.watchers} who watch: {watchers}")
    print(f"{'page or export':42} {'alone, ms':>10} {'beside, ms':>10}   medians of {ROUNDS_ALONE} and {len(beside)}")
    for path, times in alone.items():
        ours = statistics.median(each[path] for each in beside)
        over = "  over the limit" if path in paths and ours > LIMIT_MS else ""
        print(f"{path:42} {times:10.0f} {ours:10.0f}{over}")


def _calls(engine: Engine, results: Path) -> list[Call]:
    """The calls of the bureaux that have not reported, with new PINs."""
    with begin_write(engine) as transaction:
        election, _ = elections.find(transaction.connection)
        missing = select(bureau.c.code).where(
            bureau.c.election_id == election.id, ~exists().where(standing.c.bureau_id == bureau.c.id)
        )
        codes = set(transaction.connection.scalars(missing))
        drawn = pins.draw_missing(transaction.connection, election.id, PinSeal(SECRET))
        pins.issue(transaction, drawn, at=utc_now())
    figures = read_results(results).figures
    print(f"{len(figures) - len(codes)} bureaux have reported, {len(codes)} are to phone in")
    return [
        at_once(Reporter(code, drawn.clear[code], f"+3363998{number:04}", figures[code]))
        for number, code in enumerate(sorted(codes & figures.keys()))
    ]


def _time(base: str, cookie: str, paths: Sequence[str], rounds: int) -> dict[str, float]:
    """Milliseconds of each page and export, the median of so many rounds."""
    return {path: statistics.median(_once(base + path, cookie) for _ in range(rounds)) for path in (*paths, *EXPORTS)}


def _once(url: str, cookie: str) -> float:
    """Milliseconds until it was there; a browser that is told to come back in a second does so."""
    started = time.perf_counter()
    while True:
        try:
            with urlopen(Request(url, headers={"Cookie": f"remontee={cookie}"}), timeout=120) as answer:
                answer.read()
            return 1000 * (time.perf_counter() - started)
        except HTTPError as refusal:
            if refusal.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise
            time.sleep(int(refusal.headers["Retry-After"]))


class _Screen:
    """An evening's page that somebody keeps open, in a process of its own: when it showed how many reports."""

    def __init__(self, base: str, cookie: str) -> None:
        self._url, self._cookie = f"{base}/intranet/evening", cookie
        context = multiprocessing.get_context("spawn")
        self._seen = context.SimpleQueue()
        self._process = context.Process(target=self._look, daemon=True)
        self._process.start()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_process"}

    def _look(self) -> None:
        asyncio.run(self._watch())

    async def _watch(self) -> None:
        async with browsers(self._cookie) as session:
            await watch(session, self._url, self._told)

    def _told(self, status: int, page: bytes) -> None:
        if status == HTTPStatus.OK:
            shown = re.search(r'id="reported"><span>([^<]+)', page.decode())
            assert shown is not None
            self._seen.put((time.perf_counter(), int(re.sub(r"\D", "", shown.group(1)))))

    def delays(self, goodbyes: Sequence[float]) -> list[float]:
        """Seconds from each goodbye to the first look that showed so many reports."""
        self._process.terminate()
        delays, (_, before) = [], self._seen.get()
        while not self._seen.empty():
            when, reported = self._seen.get()
            delays += [when - each for each in goodbyes[len(delays) : reported - before]]
        return delays


def _phone_and_time(
    port: int, calls: list[Call], rate: float, round_of: Callable[[], dict[str, float]], screen: _Screen
) -> list[dict[str, float]]:
    """Round after round while presidents phone, in a process of their own; prints what these came to."""
    context = multiprocessing.get_context("spawn")
    driven = context.SimpleQueue()
    process = context.Process(target=_phone, args=(port, calls, rate, driven))
    process.start()
    rounds = []
    while driven.empty():
        rounds.append(round_of())
    drive = driven.get()
    process.join()
    print(
        f"the line at {drive.rate:.0f} webhooks a second: p50 {drive.percentile(50):.0f} ms, "
        f"p99 {drive.percentile(99):.0f} ms, {drive.ended} calls to their end"
    )
    delays = sorted(screen.delays(drive.goodbyes))
    print(
        f"on a screen after its goodbye: median {statistics.median(delays):.2f} s, "
        f"p99 {delays[len(delays) * 99 // 100]:.2f} s, last {delays[-1]:.2f} s ({len(delays)} reports)"
    )
    return rounds


def _phone(port: int, calls: list[Call], rate: float, driven: Any) -> None:
    driven.put(asyncio.run(pace(port, calls, rate, AT_ONCE)))


if __name__ == "__main__":
    main()
