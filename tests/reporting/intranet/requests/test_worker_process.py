"""What takes seconds is done by another process, which goes behind the line, may die, and ends with its worker."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import pytest

from db.users import Role
from reporting.intranet.requests.worker_process import NICENESS, WorkerLost, run_in_worker
from tests.support.settings import ROOT


def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_it_is_another_process_always_the_same_and_goes_behind_the_line():
    other = run_in_worker(os.getpid)
    assert other != os.getpid()
    assert run_in_worker(os.getpid) == other
    assert run_in_worker(os.getpriority, os.PRIO_PROCESS, 0) == os.getpriority(os.PRIO_PROCESS, 0) + NICENESS


def test_what_breaks_there_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        run_in_worker(divmod, 1, 0)


def test_if_it_dies_that_is_said_and_the_next_request_finds_a_new_one():
    first = run_in_worker(os.getpid)
    with pytest.raises(WorkerLost):
        run_in_worker(os._exit, 1)
    assert run_in_worker(os.getpid) != first


def test_the_reader_of_an_export_that_was_lost_is_asked_to_come_back(line, intranet, monkeypatch):
    line.reported()
    supervisor = intranet.reader(Role.SUPERVISOR)
    monkeypatch.setattr("reporting.intranet.pages.exports.run_in_worker", lambda *_: run_in_worker(os._exit, 1))
    refused = supervisor.get("/intranet/totals.csv")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    monkeypatch.undo()
    assert supervisor.get("/intranet/totals.csv").status_code == 200


def ends(pid):
    deadline = time.monotonic() + 5
    while is_there(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_there(pid)


def say(pid):
    sys.stdout.write(f"{pid}\n")
    sys.stdout.flush()


def worker():
    """A worker of the server: it says which process works for it, and stops in good order when it is signalled."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    say(run_in_worker(os.getpid))
    signal.sigwait({signal.SIGUSR1})


def serve():
    """The server: it begins its worker as granian does, and waits for it."""
    one = get_context("spawn").Process(target=worker)
    one.start()
    say(one.pid)
    one.join()


@pytest.mark.parametrize("stop", [signal.SIGUSR1, signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_its_worker_however_that_stops(stop):
    command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        try:
            first, other = int(server.stdout.readline()), int(server.stdout.readline())
            assert is_there(other)
            os.kill(first, stop)
            assert server.wait(10) == 0
            assert ends(other)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)


def test_a_program_that_used_it_ends_by_itself():
    code = f"import os; from {run_in_worker.__module__} import run_in_worker; run_in_worker(os.getpid)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=20)
