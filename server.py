"""The production server: granian."""

from granian import Granian
from granian.constants import Interfaces

BACKLOG = 4096


def serve(host: str, port: int, workers: int, threads: int, application: str = "app:create_app") -> None:
    """Serves the application until interrupted, with `threads` in each worker: while one waits for the disk, the database or a
    PIN's hash, the others go on. `application` names the factory."""
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
