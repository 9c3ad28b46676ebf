"""Where a pen import finds its documents: a file, a folder, or a .zip that is read without being unpacked to the disk.

One document is in memory at a time, and at most one byte of it beyond the limit. A larger one is refused by the size that was
read, whatever a directory or an archive says its size is.
"""

import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from db.refusals import Refusal
from reporting.pen.inkml import MAX_BYTES
from reporting.pen.refusals import BadArchiveEntry, UnreadableFile

MAX_ENTRIES = 200_000
"""Documents of one archive; its directory is held in memory."""

METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class BadSource(Refusal):
    """The folder or archive itself cannot be read."""


@dataclass(frozen=True, slots=True)
class PenSource:
    """A document to import: its name, and `read`, which returns its bytes or raises a `PenRefusal`."""

    name: str
    read: Callable[[], bytes]


def find_sources(path: Path) -> Iterator[PenSource]:
    """The documents of a file, a folder and all below it, or a .zip. Raises `BadSource`."""
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.suffix.lower() == ".zip":
            yield from _in_archive(path)
        else:
            yield _in_file(path.name, path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BadSource(f"{path} cannot be read: {error}") from error


def _in_folder(folder: Path) -> Iterator[PenSource]:
    """The documents below a folder, without hidden files and links to elsewhere."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir():
                yield from _in_folder(Path(entry.path))
            elif entry.is_file():
                yield _in_file(entry.name, Path(entry.path))


def _in_file(name: str, path: Path) -> PenSource:
    def read() -> bytes:
        try:
            with path.open("rb") as file:
                return _limited(file)
        except OSError as error:
            raise UnreadableFile from error

    return PenSource(name, read)


def _in_archive(path: Path) -> Iterator[PenSource]:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES:
            raise BadSource(f"{path} has more than {MAX_ENTRIES} entries")
        for entry in entries:
            if not entry.is_dir():
                yield _in_entry(archive, entry)


def _in_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> PenSource:
    """A document in an archive; one that is encrypted, or packed by an unusual method, is not unpacked."""

    def read() -> bytes:
        if entry.compress_type not in METHODS:
            raise BadArchiveEntry
        try:
            with archive.open(entry) as file:
                return _limited(file)
        except (OSError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
            raise BadArchiveEntry from error

    return PenSource(Path(entry.filename).name, read)


def _limited(file: IO[bytes]) -> bytes:
    """The bytes of a file, at most one more than the limit: enough for it to be refused as too large."""
    return file.read(MAX_BYTES + 1)
