"""The production server, granian. It imports nothing of ours: its caller names the application that it serves."""

import os
import signal

from granian import Granian
from granian.constants import Interfaces

BACKLOG = 4096
STOPPING = 15
"""Seconds that a worker has to answer the requests that it has begun when the server stops. No carrier waits longer for an
answer. A tally whose request is not answered by then was never confirmed to a caller."""


def serve(host: str, port: int, workers: int, threads: int, application: str) -> None:
    """Serves the application until interrupted. `application` names the factory, `module:function`.

    Each worker has so many `threads`: while one waits for the disk, the database or a PIN's hash, the others go on.
    """
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
    """Lets a worker that is still starting end when it is signalled.

    Until it has installed handlers of its own, a worker has the server's, which only note the signal. Such a worker would go on
    to serve, and the server would wait for its end forever.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
