"""Starts a line as `serve` would, on a free port, and reads from /proc what it and its database cost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.bench.line.calls import PUBLIC_URL, SECRET, TOKEN

TICKS = os.sysconf("SC_CLK_TCK")
KIB = 1024
MEGABYTE = 1024 * KIB
REST = 0.5
"""Seconds without work after which a worker has started."""


@dataclass(frozen=True, slots=True)
class Line:
    """A served line."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What its workers have used."""
        return sum(map(_cpu, _family(self.pid)))

    def workers(self) -> list[int]:
        """The ids of its workers, in the order of their start."""
        return _family(self.pid)[1:]

    def memory(self) -> list[int]:
        """Bytes that each worker holds of its own, in the order of their start."""
        return [_memory(pid) for pid in self.workers()]


def environment(url: str) -> dict[str, str]:
    """The environment of a line with the database at `url`, and of the commands that are about it."""
    names = {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "PIN_PEPPER": SECRET,
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    return {**os.environ, **names}


@contextmanager
def served(application: str, url: str, workers: int, threads: int) -> Iterator[Line]:
    """`application` under the production server, with the database at `url`, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = f"import server; server.serve('127.0.0.1', {port}, {workers}, {threads}, '{application}')"
    log = subprocess.DEVNULL if "BENCH_LOG" not in os.environ else None
    process = subprocess.Popen(
        [sys.executable, "-c", start], env=environment(url), stdout=log, stderr=log, start_new_session=True
    )
    try:
        _wait(port)
        line = Line(port, process.pid)
        _settle(line)
        yield line
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the line did not start")


def _settle(line: Line) -> None:
    """Waits until all workers are at rest: whichever is ready first answers for the others."""
    before = 0.0
    while (used := line.cpu_seconds()) - before > 2 / TICKS:
        before = used
        time.sleep(REST)


def database_cpu_seconds(postmaster: int | None) -> float | None:
    """What PostgreSQL has used since it started, its ended backends included; None where its processes are not ours, and for
    SQLite, which runs in the workers."""
    return None if postmaster is None else sum(map(_cpu, _family(postmaster)))


def megabytes(memory: list[int]) -> str:
    """The memory of each worker, as it is printed."""
    return ", ".join(f"{each / MEGABYTE:.0f} MB" for each in memory)


def _family(pid: int) -> list[int]:
    """The process and all that came from it."""
    children = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread, or a whole process, may end meanwhile
            children += map(int, task.read_text().split())
    return [pid, *(each for child in children for each in _family(child))]


def _cpu(pid: int) -> float:
    """User and system seconds of the process, and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def _memory(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("RssAnon")]
    return sum(int(line[1]) * KIB for line in lines)
