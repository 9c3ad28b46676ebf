"""The production server, run by a test in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.request import urlopen

from tests.support.settings import ROOT, environment

WAIT_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    url: str
    database_url: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Ends the server and its workers at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(WAIT_SECONDS)


@contextmanager
def serving(
    database_url: str, bind: str = "", inside: Sequence[str] = (), options: Sequence[str] = (), **changes: str
) -> Iterator[Server]:
    """Starts `serve`, on a free port of this machine if none is named, and ends it. `inside` is the command that it runs in."""
    bind = bind or free_address()
    url = f"http://{bind}"
    env = environment(database_url, **{"PUBLIC_URL": url, **changes})
    command = [*inside, sys.executable, "app.py", "serve", "--bind", bind, *options]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, **quiet)
    try:
        _wait_for(f"{url}/readyz", process)
        yield Server(url, database_url, env, process)
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def free_address(host: str = "127.0.0.1") -> str:
    """An address of this machine at which nothing listens."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return f"{host}:{probe.getsockname()[1]}"


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")
