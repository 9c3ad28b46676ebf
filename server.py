"""The production server: granian."""

import gc
import os

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

BACKLOG = 4096
ARENAS = "2"
"""Heaps that the C library shares out among a worker's threads; with its own eight a processor, what one thread has given back
another cannot have, and a worker goes on growing."""


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
    os.environ.setdefault("MALLOC_ARENA_MAX", ARENAS)
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
    ).serve()
