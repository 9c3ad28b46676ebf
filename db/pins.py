"""PINs: drawn, issued, checked; never stored in clear.

What is stored is argon2id over HMAC-SHA256(pepper, election | code | PIN), with a salt of its own for each bureau. The
pepper is not in the database: a thief of the database alone can check no guess at all. `docs/security.md` has the
arithmetic of the cost.
"""

import hmac
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Any

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id
from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select

from db import audit
from db.refusals import Refusal
from db.schema import bureau, department, pin
from db.transactions import WriteTransaction
from flows.ballot import PIN_LENGTH

MEMORY_BYTES = 3 * 1024 * 1024
PASSES = 1
SEALERS = 2


class PinSeal:
    """Seals PINs and checks them, with the election's `pepper`. A check takes some 0.9 ms, with the GIL released."""

    def __init__(self, pepper: str) -> None:
        self._pepper = pepper.encode()
        self._nobody = _hash(secrets.token_bytes(PIN_LENGTH))

    def seal(self, election_id: int, code: str, clear: str) -> str:
        """A PIN, ready to be stored: argon2's own format, which names its cost and its salt."""
        return _hash(self._peppered(election_id, code, clear))

    def matches(self, election_id: int, code: str, clear: str, sealed: str | None) -> bool:
        """True if `clear` is the PIN that was sealed. Where there is none, it takes as long to say no."""
        try:
            argon2id.verify((sealed or self._nobody).encode(), self._peppered(election_id, code, clear))
        except InvalidkeyError:
            return False
        return sealed is not None

    def _peppered(self, election_id: int, code: str, clear: str) -> bytes:
        return hmac.digest(self._pepper, f"{election_id}|{code}|{clear}".encode(), sha256)


def _hash(peppered: bytes) -> str:
    return argon2id.str(peppered, opslimit=PASSES, memlimit=MEMORY_BYTES).decode()


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


class UnknownBureau(Refusal):
    """No bureau of the election has this code."""


class UnknownDepartment(Refusal):
    """No department of the election has this code."""


@dataclass(frozen=True, slots=True)
class DrawnPins:
    """PINs that were drawn and sealed, and are still to be issued. `clear` are the PINs themselves, by code."""

    election_id: int
    department_code: str | None
    clear: dict[str, str] = field(repr=False)
    sealed: dict[int, str] = field(repr=False)


def draw_missing(
    connection: Connection,
    election_id: int,
    seal: PinSeal,
    *,
    department_code: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> DrawnPins:
    """Draws a PIN for every bureau that has none, and seals it: that is slow, so it is done before the transaction.

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
    clear = {row.code: draw() for row in todo}

    def sealed_row(row: Row[Any]) -> tuple[int, str]:
        return row.id, seal.seal(election_id, row.code, clear[row.code])

    sealed = {}
    with ThreadPoolExecutor(SEALERS) as sealers:
        for done, (bureau_id, text) in enumerate(sealers.map(sealed_row, todo), 1):
            sealed[bureau_id] = text
            progress(done, len(todo))
    return DrawnPins(election_id, department_code, clear, sealed)


def issue(transaction: WriteTransaction, drawn: DrawnPins, *, at: datetime) -> None:
    """Issues PINs that were drawn. Raises IntegrityError if somebody else issues PINs at the same time."""
    if not drawn.sealed:
        return
    rows = [{"bureau_id": bureau_id, "hash": text, "issued_at": at} for bureau_id, text in drawn.sealed.items()]
    transaction.execute(insert(pin), rows)
    audit.record(
        transaction,
        at=at,
        actor="command line",
        action="PINs issued",
        subject=f"election {drawn.election_id}",
        detail={"issued": len(rows), "department": drawn.department_code},
    )


def reissue(transaction: WriteTransaction, election_id: int, code: str, seal: PinSeal, *, at: datetime) -> str:
    """Gives one bureau a new PIN in place of any that it has; returns it in clear. Raises `UnknownBureau`."""
    found = find_credentials(transaction.connection, election_id, code)
    if found is None:
        raise UnknownBureau(f"no bureau {code} in this election")
    clear = draw()
    row = {"bureau_id": found.bureau_id, "hash": seal.seal(election_id, code, clear), "issued_at": at}
    transaction.execute(delete(pin).where(pin.c.bureau_id == found.bureau_id))
    transaction.execute(insert(pin), row)
    audit.record(
        transaction,
        at=at,
        actor="command line",
        action="PIN reissued",
        subject=f"code {code}",
        detail={"election": election_id},
    )
    return clear


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
    select(bureau, pin.c.hash)
    .select_from(bureau.outerjoin(pin))
    .where(bureau.c.election_id == bindparam("election"), bureau.c.code == bindparam("keyed"))
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A bureau as its president must prove to speak for it. `sealed` is None where no PIN was issued."""

    bureau_id: int
    code: str
    name: str
    commune: str
    electorate: int | None
    sealed: str | None


def find_credentials(connection: Connection, election_id: int, code: str) -> Credentials | None:
    """The bureau of this code, or None if there is none."""
    row = connection.execute(_credentials, {"election": election_id, "keyed": code}).one_or_none()
    if row is None:
        return None
    return Credentials(row.id, row.code, row.name, row.commune, row.electorate, row.hash)
