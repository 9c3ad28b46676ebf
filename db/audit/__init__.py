"""The audit: what happened, in a hash chain that shows what was changed, removed or added later.

`chain` appends to it, `verify` checks it. Every change of state goes through one function that writes its row in the same
transaction; what a row means to other tables is known where these are written, and checked in `verify` or by checks that are
given to it.
"""

from db.audit.chain import (
    ACCOUNT_CREATED,
    ELECTION_CREATED,
    ELECTION_UPDATED,
    FLAGS_RAISED,
    GENESIS,
    PIN_LOCKED,
    TALLY_STORED,
    Chain,
    Head,
    head,
    lock,
    record,
    recorded,
    row_hash,
    tally_detail,
)

__all__ = [
    "ACCOUNT_CREATED",
    "ELECTION_CREATED",
    "ELECTION_UPDATED",
    "FLAGS_RAISED",
    "GENESIS",
    "PIN_LOCKED",
    "TALLY_STORED",
    "Chain",
    "Head",
    "head",
    "lock",
    "record",
    "recorded",
    "row_hash",
    "tally_detail",
]
