"""Scans and photographs of statements: checked by their content, drawn again without their metadata, kept in files.

What is kept and shown is a JPEG of each page that we drew ourselves. No script, form, place or camera's name survives that.
"""

import hashlib
import io
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import Connection, insert, select

from db import audit
from db.decisions import Decider
from db.refusals import Refusal
from db.schema import bureau, department, scan, user
from db.transactions import WriteTransaction

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_PAGES = 6
LONGEST_SIDE = 2200
"""Pixels: an A4 page at 190 dots an inch, on which handwriting is read well."""
QUALITY = 82
POINTS_PER_INCH = 72
DEEP = 65_535
"""White of 16 bits."""
SIGNATURES = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png", b"%PDF-": "pdf"}
SCAN_KEPT = "scan kept"
UNREADABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    pypdfium2.PdfiumError,
    OSError,
    SyntaxError,
    ValueError,
)
"""What Pillow and PDFium raise where a file is not what its first bytes say."""
_one_at_a_time = threading.Lock()
"""PDFium serves one thread, and one picture of 60 million pixels takes memory enough."""


class BadScan(Refusal):
    """What was sent is no JPEG, PNG or PDF that can be read."""

    key = "scan-broken"
    reason = "the file cannot be read"


class ScanTooLarge(BadScan):
    """More bytes or more pixels than any scan of a statement."""

    key = "scan-too-large"
    reason = "the file is too large"


class UnknownScan(BadScan):
    """Neither JPEG nor PNG nor PDF."""

    key = "scan-unknown"
    reason = "the file is no JPEG, PNG or PDF"


class TooManyPages(BadScan):
    """A PDF without pages, or with more than a statement has."""

    key = "scan-pages"
    reason = "the PDF has no page, or too many"


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan that is kept: its id, when it was sent and by whom, and how many pages it has."""

    id: int
    at: datetime
    by: str
    pages: int
    digest: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was sent, drawn again: its kind (`jpeg`, `png` or `pdf`), its SHA-256, and each of its pages as a JPEG of ours."""

    kind: str
    original: str
    pages: list[bytes]


def draw(data: bytes) -> Drawn:
    """Draws what was sent; this takes a second, so do it before any transaction. Raises `BadScan`."""
    if len(data) > MAX_BYTES:
        raise ScanTooLarge
    kind = next((kind for start, kind in SIGNATURES.items() if data.startswith(start)), None)
    if kind is None:
        raise UnknownScan
    try:
        with _one_at_a_time:
            images = _pdf_pages(data) if kind == "pdf" else [_picture(data, kind)]
            return Drawn(kind, hashlib.sha256(data).hexdigest(), [_jpeg(image) for image in images])
    except UNREADABLE as error:
        raise BadScan from error


def _picture(data: bytes, kind: str) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=[kind.upper()])
    if image.width * image.height > MAX_PIXELS:
        raise ScanTooLarge
    return ImageOps.exif_transpose(image)


def _pdf_pages(data: bytes) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(data)
    try:
        if not 0 < len(document) <= MAX_PAGES:
            raise TooManyPages
        for page in document:
            scale = LONGEST_SIDE / max(1, *page.get_size())
            yield page.render(scale=min(scale, LONGEST_SIDE / POINTS_PER_INCH)).to_pil()
    finally:
        document.close()


def _jpeg(image: Image.Image) -> bytes:
    """Nothing but the picture, on white paper: its points are put into an image of ours, which knows nothing else."""
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if image.mode.startswith(("I", "F")):
        image = Image.fromarray((np.asarray(image, dtype=np.float64) / DEEP * 255).clip(0, 255).astype(np.uint8))
    paper = Image.new("RGB", image.size, "white")
    ink = image.convert("RGBA")
    paper.paste(ink, mask=ink)
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def keep_pages(folder: Path, pages: Sequence[bytes]) -> str:
    """Writes the pages into the folder and returns their digest, which names them. The same pages are written once."""
    digest = hashlib.sha256(b"".join(hashlib.sha256(page).digest() for page in pages)).hexdigest()
    for number, page in enumerate(pages, 1):
        path = page_path(folder, digest, number)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{uuid4().hex}.part")
        draft.touch(mode=0o600)
        with draft.open("wb") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync(path.parent)
    return digest


def _sync(folder: Path) -> None:
    """Makes a new name in a folder outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def page_path(folder: Path, digest: str, number: int) -> Path:
    """Where a page is kept."""
    return folder / digest[:2] / f"{digest}-{number}.jpg"


def keep(transaction: WriteTransaction, digest: str, bureau_id: int, by: Decider, drawn: Drawn, *, at: datetime) -> int:
    """Keeps a scan of a bureau's statement, whose pages were kept as `digest`, and returns its id.

    Raises `NotTheirs`: it is the commission's.
    """
    query = select(bureau.c.code, bureau.c.election_id, department.c.code.label("department")).join(department)
    place = transaction.connection.execute(query.where(bureau.c.id == bureau_id)).one()
    by.must_be_of_commission(place.department)
    kept = {"kind": drawn.kind, "pages": len(drawn.pages), "original": drawn.original, "digest": digest}
    row = {"election_id": place.election_id, "bureau_id": bureau_id, "user_id": by.user_id, "at": at}
    key = transaction.execute(insert(scan).values({**row, **kept})).inserted_primary_key
    assert key is not None
    detail = scan_detail({**kept, "id": key[0], "bureau_id": bureau_id})
    audit.record(transaction, at=at, actor=by.actor, action=SCAN_KEPT, subject=f"code {place.code}", detail=detail)
    return int(key[0])


def scan_detail(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain binds of a scan."""
    bound = {name: row[name] for name in ("kind", "pages", "original", "digest")}
    return {**bound, "scan": row["id"], "bureau": row["bureau_id"]}


def read_scans(connection: Connection, bureau_id: int) -> list[Scan]:
    """The scans of a bureau's statement, newest first."""
    query = select(scan, user.c.email).join(user).where(scan.c.bureau_id == bureau_id).order_by(scan.c.id.desc())
    return [Scan(row.id, row.at, row.email, row.pages, row.digest) for row in connection.execute(query)]
