"""The production server: granian, several threads per worker, one worker per SQLite database."""

from granian import Granian
from granian.constants import Interfaces

THREADS = 8
"""Per worker: while one waits for the disk or for a PIN's hash, the others go on."""
BACKLOG = 4096


def serve(host: str, port: int, workers: int) -> None:
    """Serves the application until interrupted."""
    Granian(
        "app:create_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        backpressure=BACKLOG,
        websockets=False,
        respawn_failed_workers=True,
    ).serve()
