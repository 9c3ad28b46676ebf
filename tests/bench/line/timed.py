"""The same lines with a stopwatch at the database's driver: how much of a webhook's time is the database's.

Run apart, since the stopwatch costs something itself. Each worker keeps its sum in a file of its own, named by its process.
"""

import os
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect

FOLDER = "BENCH_STOPWATCH"
"""The setting that names the folder of the sums."""


class _Stopwatch:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._seconds = 0.0
        self._statements = 0

    def add(self, seconds: float) -> None:
        with self._lock:
            self._seconds += seconds
            self._statements += 1

    def timed(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The same, with the time that it takes added."""

        @wraps(act)
        def timed(*arguments: Any) -> Any:
            started = time.perf_counter()
            try:
                return act(*arguments)
            finally:
                self.add(time.perf_counter() - started)

        return timed

    def keep_writing(self) -> None:
        while True:
            time.sleep(0.2)
            self._path.write_text(f"{self._seconds} {self._statements}")


def _start() -> _Stopwatch:
    watch = _Stopwatch(Path(os.environ[FOLDER]) / str(os.getpid()))
    threading.Thread(target=watch.keep_writing, daemon=True).start()
    DefaultDialect.do_commit = watch.timed(DefaultDialect.do_commit)  # type: ignore[method-assign]
    return watch


def read(folder: Path) -> tuple[float, int]:
    """Seconds at the database, and statements and commits sent, of all workers together."""
    sums = [path.read_text().split() for path in folder.iterdir()]
    return sum(float(seconds) for seconds, _ in sums), sum(int(count) for _, count in sums)


def plain() -> Flask:
    """The plain line, timed."""
    from tests.bench.line.plain import create_app  # noqa: PLC0415 -- the stopwatch first

    _time_statements(_start())
    return create_app()


def remontee() -> Flask:
    """The product, timed."""
    from app import create_app  # noqa: PLC0415 -- the stopwatch first

    _time_statements(_start())
    return create_app()


def _time_statements(watch: _Stopwatch) -> None:
    @event.listens_for(Engine, "before_cursor_execute")
    def before(connection: Any, *_: Any) -> None:
        connection.info["sent"] = time.perf_counter()

    @event.listens_for(Engine, "after_cursor_execute")
    def after(connection: Any, *_: Any) -> None:
        watch.add(time.perf_counter() - connection.info["sent"])
