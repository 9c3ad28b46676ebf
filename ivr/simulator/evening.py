"""An evening: every bureau phones the line over HTTP, as many at once as there are lines."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from statistics import median, quantiles

import aiohttp

from db.refusals import Refusal
from ivr.carriers import Carrier
from ivr.carriers.twilio import SIGNATURE_HEADER
from ivr.simulator.handset import BadTwiml, Handset, LineFailed, Post, State
from ivr.simulator.president import Lost, President, Style, asks_for_rehearsal, receipt_in

RETRIES = 5
RETRY_SECONDS = 0.5
TIMEOUT_SECONDS = 15
"""What Twilio waits for an answer, in all."""


class NoLine(Refusal):
    """Nothing answers where the line should be."""


@dataclass
class Tally:
    """What the evening came to. Times in seconds; `lengths` are the calls' modelled seconds on the line."""

    calls: int = 0
    confirmed: int = 0
    already: int = 0
    rehearsals: int = 0
    retries: int = 0
    lengths: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def webhooks(self) -> int:
        """Webhooks answered."""
        return len(self.latencies)

    @property
    def webhooks_per_second(self) -> float:
        """Webhooks answered per second, from the first call to the end of the last."""
        return self.webhooks / self.elapsed if self.elapsed else 0.0

    def percentile(self, percent: int) -> float:
        """The latency in milliseconds that `percent` of the webhooks stayed under."""
        if len(self.latencies) < 2:
            return 1000 * sum(self.latencies)
        return 1000 * quantiles(self.latencies, n=100)[percent - 1]

    @property
    def call_seconds(self) -> float:
        """The median call's modelled seconds on the line."""
        return median(self.lengths) if self.lengths else 0.0


@dataclass(frozen=True)
class Evening:
    """The line's address as signed (`public_url`) and as reached (`url`), how many calls at once, and how much faster than
    life the callers key (0: without waiting at all).

    `others` are further hosts of the same line. Webhooks go to all of them in turn, and one that gets no answer goes to the
    next, as a balancer does it.
    """

    carrier: Carrier
    public_url: str
    url: str
    lines: int
    speed: float = 0.0
    style: Style = Style.PRACTISED
    others: tuple[str, ...] = ()
    _turns: Iterator[int] = field(default_factory=count, init=False, repr=False, compare=False)

    def run(
        self,
        figures: Mapping[str, tuple[int, ...]],
        pins: Mapping[str, str],
        progress: Callable[[], None] = lambda: None,
    ) -> Tally:
        """Has every bureau of `figures` phone in. `progress` is called at the end of each call. Raises `NoLine`."""
        return asyncio.run(self._run(figures, pins, progress))

    async def _run(
        self, figures: Mapping[str, tuple[int, ...]], pins: Mapping[str, str], progress: Callable[[], None]
    ) -> Tally:
        tally = Tally()
        waiting = iter(figures.items())
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, skip_auto_headers=["User-Agent"]
        ) as session:

            async def one_line() -> None:
                for code, row in waiting:
                    await self._call(session, tally, President(code, pins.get(code, ""), row, self.style))
                    progress()

            await self._look_for_line(session)
            started = time.perf_counter()
            await asyncio.gather(*(one_line() for _ in range(self.lines)))
            tally.elapsed = time.perf_counter() - started
        return tally

    async def _look_for_line(self, session: aiohttp.ClientSession) -> None:
        try:
            async with session.get(f"{self.url.rstrip('/')}/healthz"):
                return
        except (aiohttp.ClientError, TimeoutError) as error:
            raise NoLine(f"no line answers at {self.url}: start one with `serve`") from error

    async def _call(self, session: aiohttp.ClientSession, tally: Tally, president: President) -> None:
        call = Handset(self.public_url, patience=president.style.patience)
        tally.calls += 1
        try:
            await self._converse(session, tally, call, president)
        except (Lost, BadTwiml, LineFailed, aiohttp.ClientError, TimeoutError) as error:
            tally.failures.append(f"bureau {president.code}: {error or type(error).__name__}")
        tally.lengths.append(call.seconds)

    async def _converse(
        self, session: aiohttp.ClientSession, tally: Tally, call: Handset, president: President
    ) -> None:
        post: Post | None = call.dial()
        passed = 0.0
        while post is not None:
            status, body = await self._send(session, tally, post)
            post = call.receive(status, body)
            if call.state is State.GATHERING:
                tally.rehearsals += asks_for_rehearsal(call.heard)
                keys = president.keys(call.heard)
                if keys is None:
                    tally.already += 1
                post = call.hang_up() if keys is None else call.press(keys) or call.time_out()
            elif call.state is State.DIALLING:
                raise Lost("put through to the hot line")
            if self.speed:
                await asyncio.sleep((call.seconds - passed) / self.speed)
                passed = call.seconds
        if call.hung_up_by == "caller":
            return
        if receipt_in(call.heard) is None:
            raise Lost(f"no receipt, but: {' '.join(call.heard)}")
        tally.confirmed += 1

    async def _send(self, session: aiohttp.ClientSession, tally: Tally, post: Post) -> tuple[int, str]:
        """Delivers a webhook; one that got no answer is sent again, as a carrier does that was told to."""
        hosts = self.url, *self.others
        path = post.url.removeprefix(self.public_url.rstrip("/"))
        headers = {SIGNATURE_HEADER: self.carrier.sign(post.url, post.form)}
        turn = next(self._turns)
        for attempt in range((RETRIES + 1) * len(hosts)):
            url = hosts[(turn + attempt) % len(hosts)].rstrip("/") + path
            sent = time.perf_counter()
            try:
                async with session.post(url, data=post.form, headers=headers) as response:
                    body = await response.text()
                    tally.latencies.append(time.perf_counter() - sent)
                    return response.status, body
            except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError):
                rounds, of_this_one = divmod(attempt + 1, len(hosts))
                if rounds > RETRIES:
                    raise
                tally.retries += 1
                if of_this_one == 0:
                    await asyncio.sleep(RETRY_SECONDS * 2 ** (rounds - 1))
        raise AssertionError("the loop returns or raises")
