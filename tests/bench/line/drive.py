"""Drives a line over HTTP: as fast as it goes, or at a fixed rate. Every webhook takes any connection that is free, as a
carrier's do, so that the webhooks of one call meet different workers; there are always as many free as taken."""

import asyncio
import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.bench.line.calls import Call, Request

END_OF_HEAD = b"\r\n\r\n"


UNDER_WAY = 120
"""Calls that go on at once while a line is paced."""
TO_CHOOSE_FROM = 2
"""Connections for each call under way: with one, a call would keep the connection that it has just given back."""
SETTLING = 4
"""The first part of the webhooks that is not counted: one in so many."""


class WrongAnswer(Exception):
    """The line answered something else than the call's next document."""


@dataclass
class Drive:
    """What a drive came to: `latencies` in seconds, one a webhook, in the order of the answers; `ended` calls heard
    goodbye, of a paced drive at the moments `goodbyes` (`time.perf_counter`)."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    ended: int = 0
    goodbyes: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Webhooks a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """Milliseconds that `percent` of the webhooks stayed under."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Connection(asyncio.Protocol):
    """One connection to the line, kept open; it carries one webhook at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[bytes] | None = None

    @classmethod
    async def open(cls, port: int) -> "Connection":
        """A connection to the line on this port of the machine."""
        _, protocol = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Waits for the whole answer."""
        self._received += data
        head, found, rest = self._received.partition(END_OF_HEAD)
        if not found:
            return
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(rest) >= length and self._answer is not None:
            answer, self._answer, self._received = self._answer, None, b""
            if not answer.done():
                answer.set_result(head + END_OF_HEAD + rest)

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody waits for ever."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError("the line hung up"))

    async def send(self, request: Request, *, strict: bool) -> None:
        """Sends a webhook and waits for its answer. Raises `WrongAnswer`."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request.wire)  # type: ignore[attr-defined]
        answer = await self._answer
        if not answer.startswith(b"HTTP/1.1 200") or (strict and request.expects not in answer):
            raise WrongAnswer(answer.decode(errors="replace")[:2000])

    def close(self) -> None:
        """Hangs up."""
        self._transport.close()  # type: ignore[attr-defined]


class _Pool:
    """The free connections; any of them carries the next webhook."""

    def __init__(self, connections: Sequence[Connection]) -> None:
        self._free = list(connections)
        self._chance = random.Random(7)

    def take(self) -> Connection:
        return self._free.pop(self._chance.randrange(len(self._free)))

    def give(self, connection: Connection) -> None:
        self._free.append(connection)


async def saturate(port: int, calls: Iterable[Call], at_once: int, *, strict: bool = True) -> Drive:
    """Carries the calls, so many at once, each as fast as it is answered."""
    connections = [await Connection.open(port) for _ in range(TO_CHOOSE_FROM * at_once)]
    pool = _Pool(connections)
    drive, waiting = Drive(), iter(calls)

    async def one_line() -> None:
        for call in waiting:
            for request in call:
                connection = pool.take()
                sent = time.perf_counter()
                await connection.send(request, strict=strict)
                drive.latencies.append(time.perf_counter() - sent)
                pool.give(connection)
            drive.ended += 1

    started = time.perf_counter()
    await asyncio.gather(*(one_line() for _ in range(at_once)))
    drive.seconds = time.perf_counter() - started
    for each in connections:
        each.close()
    return drive


async def pace(port: int, calls: Sequence[Call], rate: float, at_once: int) -> Drive:
    """Carries the calls so that `rate` webhooks a second set out, at random moments (Poisson), however the line keeps up.

    Many calls are under way, and any of them has the next webhook, so that they are at different steps, as on an evening; while
    they spread, at first, nothing is counted. A webhook for which all lines are taken counts from when it should have set out.
    """
    connections = [await Connection.open(port) for _ in range(at_once)]
    drive, chance = Drive(), random.Random(2011)
    coming, under_way = iter(calls), [(call, 0) for call in calls[:UNDER_WAY]]
    for _ in under_way:
        next(coming)
    total, done, late = sum(map(len, calls)), 0, asyncio.Queue[float]()

    async def line(connection: Connection) -> None:
        while True:
            due = await late.get()
            if under_way:
                await carry(connection, due)
            late.task_done()

    async def carry(connection: Connection, due: float) -> None:
        nonlocal done, started
        call, place = under_way.pop(chance.randrange(len(under_way)))
        await connection.send(call[place], strict=True)
        done += 1
        if done > total // SETTLING:
            drive.latencies.append(time.perf_counter() - due)
        elif done == total // SETTLING:
            started = time.perf_counter()
        if place + 1 < len(call):
            under_way.append((call, place + 1))
            return
        drive.ended += 1
        drive.goodbyes.append(time.perf_counter())
        if (new := next(coming, None)) is not None:
            under_way.append((new, 0))

    lines = [asyncio.create_task(line(connection)) for connection in connections]
    started = due = time.perf_counter()
    for _ in range(total):
        due += chance.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        late.put_nowait(due)
        if len(under_way) + len(connections) < UNDER_WAY // 2:
            break  # too few calls are left to be at different steps
    answered = asyncio.create_task(late.join())
    over, _ = await asyncio.wait({answered, *lines}, return_when=asyncio.FIRST_COMPLETED)
    drive.seconds = time.perf_counter() - started
    for each in over:
        each.result()  # a line ends by an error only
    for each in (answered, *lines):
        each.cancel()
    for connection in connections:
        connection.close()
    return drive
