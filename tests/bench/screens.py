"""What the line feels of the intranet: the time of a webhook alone, then with screens that refresh themselves and exports that
nobody reads.

python -m tests.bench.screens URL [SCREENS]

URL is a database that `replay_election` filled; it is served on a free port of this machine.
"""

import asyncio
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, MutableSequence
from contextlib import suppress
from itertools import cycle, islice
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import aiohttp

from db.backends.engine import open_engine
from ivr.carriers.twilio import SIGNATURE_HEADER, Twilio
from tests.bench.pages import SECRET_KEY, log_in

TOKEN = "x"
CALLS = 100
EVERY, AGAIN, PATIENCE = 0.4, 0.15, 5
"""Seconds from one refresh of a page to the next, once sooner where there was no room, and that it waits for one, as `live.js`
has them."""
NO_ROOM = 503
WATCHED = ("/intranet/evening", "/intranet/missing", "/intranet/calls", "/intranet/flags")
"""The pages that watchers keep open, in turn."""
UNREAD = 4
WARM_UP = 3


def serve(url: str) -> tuple[subprocess.Popen[bytes], str]:
    """The production server on a free port; returns once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    base = f"http://{bind}"
    names = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET_KEY,
        "PIN_PEPPER": "x",
        "PUBLIC_URL": base,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    command = [sys.executable, "app.py", "serve", "--bind", bind]
    process = subprocess.Popen(
        command, env={**os.environ, **names}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while True:
        try:
            urlopen(f"{base}/readyz", timeout=1)
            return process, base
        except OSError:
            time.sleep(0.2)


def call(base: str) -> float:
    """Milliseconds of one call's first webhook."""
    form = {"CallSid": f"CA{uuid4().hex}", "From": "+33199001110", "To": "+33199001111"}
    url = f"{base}/voice/answer"
    headers = {SIGNATURE_HEADER: Twilio(TOKEN).sign(url, form)}
    started = time.perf_counter()
    urlopen(Request(url, urlencode(form).encode(), headers), timeout=60).read()
    return 1000 * (time.perf_counter() - started)


def time_calls(base: str) -> str:
    """Median and worst of the calls."""
    times = [call(base) for _ in range(CALLS) if not time.sleep(0.02)]
    return f"median {statistics.median(times):7.1f} ms, worst {max(times):7.1f} ms"


async def watch(session: aiohttp.ClientSession, url: str, told: Callable[[int, bytes], None]) -> None:
    """One screen, which asks again as `live.js` does, less often where answers are slow. `told` is given each answer's status
    and page, or 0 where none came."""
    soon = False
    while True:
        since, status, page = time.perf_counter(), 0, b""
        with suppress(aiohttp.ClientError, TimeoutError):
            async with session.get(url, headers={"X-Live": "1"}, allow_redirects=False) as response:
                page = await response.read()
                status = response.status
        told(status, page)
        took = time.perf_counter() - since
        soon = status == NO_ROOM and not soon
        await asyncio.sleep(max((AGAIN if soon else EVERY) - took, took))


def browsers(cookie: str) -> aiohttp.ClientSession:
    """The browsers of people who are logged in."""
    return aiohttp.ClientSession(
        headers={"Cookie": f"remontee={cookie}"},
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(total=PATIENCE),
    )


class Watchers:
    """People who keep the intranet's pages open, in a process of their own, while the block lasts."""

    def __init__(self, base: str, cookie: str, screens: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._counts = context.Array("i", 3)
        self._process = context.Process(target=_keep_watching, args=(base, cookie, screens, self._counts), daemon=True)

    def __enter__(self) -> "Watchers":
        self._process.start()
        time.sleep(WARM_UP)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()

    def __str__(self) -> str:
        fresh, put_off, failed = self._counts
        return f"{fresh} refreshes, {put_off} put off to the next, {failed} failed"


def _keep_watching(base: str, cookie: str, screens: int, counts: MutableSequence[int]) -> None:
    def told(status: int, _page: bytes) -> None:
        counts[{200: 0, NO_ROOM: 1}.get(status, 2)] += 1

    async def run() -> None:
        async with browsers(cookie) as session:
            pages = islice(cycle(WATCHED), screens)
            await asyncio.gather(*(watch(session, base + page, told) for page in pages))

    asyncio.run(run())


async def with_screens(base: str, cookie: str, screens: int) -> str:
    """The calls' times while so many screens watch."""
    answers: list[int] = []
    async with browsers(cookie) as session:
        url = base + WATCHED[0]
        tasks = [
            asyncio.create_task(watch(session, url, lambda status, _page: answers.append(status)))
            for _ in range(screens)
        ]
        await asyncio.sleep(WARM_UP)
        answers.clear()
        started = time.perf_counter()
        told = await asyncio.to_thread(time_calls, base)
        seconds = time.perf_counter() - started
        for task in tasks:
            task.cancel()
    refused = sum(status != 200 for status in answers)
    return f"{told}; {len(answers) / seconds:.0f} refreshes a second, {refused} of {len(answers)} put off"


def leave_unread(base: str, cookie: str) -> list[socket.socket]:
    """Asks for the largest export and reads none of it."""
    parts = urlsplit(base)
    left = []
    for _ in range(UNREAD):
        asker = socket.socket()
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asker.connect((parts.hostname, parts.port))
        request = f"GET /intranet/totals.csv?level=bureau HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: remontee={cookie}\r\n\r\n"
        asker.sendall(request.encode())
        left.append(asker)
    time.sleep(5)
    return left


def main() -> None:
    """Times a call alone, beside screens, and beside unread exports."""
    url, screens = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 150
    client = log_in(open_engine(url), url)
    cookie = client.get_cookie("remontee").value
    process, base = serve(url)
    try:
        call(base)
        print(f"{'alone':34} {time_calls(base)}")
        print(f"{f'{screens} screens':34} {asyncio.run(with_screens(base, cookie, screens))}")
        left = leave_unread(base, cookie)
        print(f"{f'{UNREAD} exports that nobody reads':34} {time_calls(base)}")
        for each in left:
            each.close()
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
