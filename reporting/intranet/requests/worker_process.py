"""Work that takes seconds is done by another process. The line answers in this one, where one thread at a time has the
interpreter.

Each worker has one such process. The first long work starts it. It has a lower priority than the line, and it ends when its
worker ends.
"""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Done = TypeVar("Done")

NICENESS = 10
"""Of the other process. Where processors are short, the line goes first."""


class WorkerLost(Exception):
    """The other process has died. The next request finds a new one."""


class _Child(SpawnProcess):
    """Ends when its worker stops. The pool's own kind waits to be told, and the worker waits for it."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more, daemon=True)


class _Children(SpawnContext):
    Process = _Child


def run_in_worker(work: Callable[Given, Done], *given: Given.args, **more: Given.kwargs) -> Done:
    """Does the work in the worker process; function, arguments and result are pickled.

    Raises what the work raises, or `WorkerLost`.
    """
    executor = _executor()
    try:
        return executor.submit(work, *given, **more).result()
    except BrokenProcessPool as error:
        _executor.cache_clear()
        raise WorkerLost from error


@cache
def _executor() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=_Children(), initializer=_begin)


def _begin() -> None:
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker hears it, too, and ends us
    threading.Thread(target=_end_with_the_worker, daemon=True).start()


def _end_with_the_worker() -> None:
    worker = parent_process()
    assert worker is not None
    worker.join()
    os._exit(0)
