"""The production server, granian. It imports nothing of ours: it is told the name of the application that it serves."""

import os
import signal

from granian import Granian
from granian.constants import Interfaces

BACKLOG = 4096
STOPPING = 15
"""Seconds that a worker has to answer what it has begun when the server stops. No carrier waits longer for an answer; what has
not been answered by then was never confirmed to anybody."""


def serve(host: str, port: int, workers: int, threads: int, application: str) -> None:
    """Serves the application until interrupted, with `threads` in each worker: while one waits for the disk, the database or a
    PIN's hash, the others go on. `application` names the factory, `module:function`."""
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
