"""Failed log-ins to the intranet, counted where every worker of every host sees them.

Whose failures they are is kept as a digest: people type their password where their address belongs.
"""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from db.schema import failed_log_in
from db.transactions import WriteTransaction

_count = select(func.count(), func.min(failed_log_in.c.at)).where(
    failed_log_in.c.whose == bindparam("who"), failed_log_in.c.at > bindparam("since")
)
_forget = delete(failed_log_in).where(failed_log_in.c.at <= bindparam("before"))


def count(connection: Connection, whose: str, since: datetime) -> tuple[int, datetime | None]:
    """How many failures of `whose` came after `since`, and when the first of them."""
    number, first = connection.execute(_count, {"who": _digest(whose), "since": since}).one()
    return int(number), first


def note(transaction: WriteTransaction, whose: str, at: datetime, forget_before: datetime) -> None:
    """Notes a failure, and forgets those of everybody that are too old to count."""
    transaction.execute(_forget, {"before": forget_before})
    transaction.execute(insert(failed_log_in).values(whose=_digest(whose), at=at))


def _digest(whose: str) -> str:
    return hashlib.sha256(whose.encode()).hexdigest()
