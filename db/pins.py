"""PINs: drawn, issued, checked; never stored in clear.

What is stored is argon2id over HMAC-SHA256(pepper, election | code | PIN), with a salt of its own for each bureau. The
pepper is not in the database: who steals the database alone can check no guess at all. `docs/security.md` has the
arithmetic of the cost.
"""

import hmac
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import pairwise

from argon2.low_level import Type, hash_secret_raw
from sqlalchemy import Connection, bindparam, func, insert, select

from db import audit
from db.schema import bureau, department, pin
from flows.ballot import PIN_LENGTH

MEMORY_KIB = 4096
PASSES = 1
SALT_BYTES = 16
HASH_BYTES = 32
BATCH = 500


@dataclass(frozen=True, slots=True)
class Sealed:
    """A PIN as the database keeps it."""

    salt: bytes
    hash: bytes


class PinSeal:
    """Seals PINs and checks them, with the election's `pepper`. A check takes some 2 ms, with the GIL released."""

    def __init__(self, pepper: str) -> None:
        self._pepper = pepper.encode()
        self._nobody = Sealed(bytes(SALT_BYTES), bytes(HASH_BYTES))

    def seal(self, election_id: int, code: str, clear: str) -> Sealed:
        """A PIN, ready to be stored."""
        salt = secrets.token_bytes(SALT_BYTES)
        return Sealed(salt, self._hash(election_id, code, clear, salt))

    def matches(self, election_id: int, code: str, clear: str, sealed: Sealed | None) -> bool:
        """True if `clear` is the PIN that was sealed. Where there is none, it takes as long to say no."""
        known = sealed or self._nobody
        same = hmac.compare_digest(self._hash(election_id, code, clear, known.salt), known.hash)
        return same and sealed is not None

    def _hash(self, election_id: int, code: str, clear: str, salt: bytes) -> bytes:
        peppered = hmac.digest(self._pepper, f"{election_id}|{code}|{clear}".encode(), sha256)
        return hash_secret_raw(peppered, salt, PASSES, MEMORY_KIB, 1, HASH_BYTES, Type.ID)


def draw() -> str:
    """A random PIN that is not trivial."""
    while True:
        clear = "".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH))
        if not is_trivial(clear):
            return clear


def is_trivial(clear: str) -> bool:
    """True for what a stranger tries first: at most two different digits, a run up or down (123456, 987654), a pattern
    repeated (121212, 123123), a mirror (123321)."""
    steps = {(int(right) - int(left)) % 10 for left, right in pairwise(clear)}
    half = len(clear) // 2
    repeated = clear[:half] == clear[half:] or clear == clear[:2] * half
    return len(set(clear)) <= 2 or steps in ({1}, {9}) or repeated or clear == clear[::-1]


class UnknownDepartment(Exception):
    """No department of the election has this code."""


def issue(
    connection: Connection,
    election_id: int,
    seal: PinSeal,
    *,
    at: datetime,
    department_code: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[tuple[str, str]]:
    """Issues a PIN to every bureau that has none, and yields (code, clear PIN); the caller commits.

    `progress` is called with (done, total). Raises `UnknownDepartment`.
    """
    waiting = (
        select(bureau.c.id, bureau.c.code)
        .outerjoin(pin)
        .where(bureau.c.election_id == election_id, pin.c.bureau_id.is_(None))
    )
    if department_code is not None:
        waiting = waiting.where(bureau.c.department_id == _department(connection, election_id, department_code))
    todo = connection.execute(waiting.order_by(bureau.c.code)).all()

    def draw_and_seal(row: tuple[int, str]) -> tuple[int, str, str, Sealed]:
        clear = draw()
        return row[0], row[1], clear, seal.seal(election_id, row[1], clear)

    with ThreadPoolExecutor(2) as sealers:
        for start in range(0, len(todo), BATCH):
            batch = list(sealers.map(draw_and_seal, [(row.id, row.code) for row in todo[start : start + BATCH]]))
            connection.execute(
                insert(pin),
                [
                    {"bureau_id": bureau_id, "salt": sealed.salt, "hash": sealed.hash, "issued_at": at}
                    for bureau_id, _, _, sealed in batch
                ],
            )
            yield from ((code, clear) for _, code, clear, _ in batch)
            progress(start + len(batch), len(todo))
    if todo:
        detail = {"issued": len(todo), "department": department_code}
        audit.record(
            connection,
            at=at,
            actor="command line",
            action="pins issued",
            subject=f"election {election_id}",
            detail=detail,
        )


def _department(connection: Connection, election_id: int, code: str) -> int:
    known = select(department.c.id).where(department.c.election_id == election_id, department.c.code == code)
    found: int | None = connection.execute(known).scalar_one_or_none()
    if found is None:
        raise UnknownDepartment(f"no department {code} in this election")
    return found


def waiting_for_pin(connection: Connection, election_id: int) -> int:
    """How many bureaux have no PIN yet."""
    count = (
        select(func.count())
        .select_from(bureau.outerjoin(pin))
        .where(bureau.c.election_id == election_id, pin.c.bureau_id.is_(None))
    )
    return int(connection.execute(count).scalar_one())


_credentials = (
    select(bureau, pin.c.salt, pin.c.hash)
    .select_from(bureau.outerjoin(pin))
    .where(bureau.c.election_id == bindparam("election"), bureau.c.code == bindparam("keyed"))
)


def find_credentials(connection: Connection, election_id: int, code: str):  # type: ignore[no-untyped-def]
    """The bureau's row with its sealed PIN (`salt`, `hash`: None if none was issued), or None."""
    return connection.execute(_credentials, {"election": election_id, "keyed": code}).one_or_none()
