"""SQLite files that tests copy."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text


@dataclass(frozen=True)
class LoadedFile:
    """A file with the primary of 2011, and the PIN of each bureau."""

    path: Path
    pins: dict[str, str]

    def copy_to(self, folder: Path) -> str:
        """Copies the file into a folder; returns the URL of the copy."""
        return f"sqlite:///{shutil.copy(self.path, folder)}"


def close_file(engine: Engine) -> None:
    """Closes a database so that all of it stands in its one file."""
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
