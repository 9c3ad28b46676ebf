"""The production server: granian."""

import gc
import os
import signal

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

BACKLOG = 4096
STOPPING = 15
"""Seconds that a worker has to answer what it has begun when the server stops. No carrier waits longer for an answer; what has
not been answered by then was never confirmed to anybody."""


def worker() -> Flask:
    """The application as a worker runs it. What exists by now stays for good, so the collector of garbage need not look through
    it again and again: that took a quarter of a webhook's time, in pauses of 30 ms."""
    from app import create_app  # noqa: PLC0415 -- the front door imports this module

    app = create_app()
    gc.collect()
    gc.freeze()
    return app


def serve(host: str, port: int, workers: int, threads: int, application: str = "server:worker") -> None:
    """Serves the application until interrupted, with `threads` in each worker: while one waits for the disk, the database or a
    PIN's hash, the others go on. `application` names the factory."""
    os.register_at_fork(after_in_child=_can_be_stopped)
    Granian(
        application,
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=threads,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING,
    ).serve()


def _can_be_stopped() -> None:
    """A worker that is still starting ends when it is told to. It has the server's own handlers until it has installed its
    own, and those only take note: such a worker would go on to serve, and the server would wait for its end forever."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
