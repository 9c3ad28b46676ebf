"""The production server stops when it is told to, whatever its workers are doing."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.support.servers import free_address
from tests.support.settings import ROOT

STOPPING = 6
SOON = 4


def starting():
    """An application that takes its time to start, and says that it has begun."""
    os.write(int(os.environ["BEGUN"]), b"!")
    time.sleep(60)


def deaf():
    """One that cannot be told to stop."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    starting()


@pytest.fixture
def serve():
    """Serves an application with two workers, and waits until `begun` of them are at it."""
    started = []

    def start(application, begun):
        reads, writes = os.pipe()
        _, _, port = free_address().partition(":")
        code = (
            f"import server; "
            f"server.STOPPING = {STOPPING}; server.serve('127.0.0.1', {port}, 2, 1, 'tests.test_server:{application}')"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "BEGUN": str(writes)},
            pass_fds=[writes],
            start_new_session=True,
        )
        started.append(process)
        os.close(writes)
        for _ in range(begun):
            assert os.read(reads, 1) == b"!"
        os.close(reads)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.parametrize("begun", [1, 2])
def test_it_stops_at_once_while_its_workers_are_still_starting(serve, begun):
    server = serve("starting", begun)
    server.terminate()
    assert server.wait(SOON) == 0


def test_it_ends_workers_that_do_not_hear(serve):
    server = serve("deaf", 2)
    server.terminate()
    assert server.wait(STOPPING + SOON) == 0
