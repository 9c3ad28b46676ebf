"""The calls that this worker has just served, kept so that the next answer need not replay the log.

The log is authoritative. The cache holds the state that a replay of the log would give, as of the newest answer that this
worker has committed or read. Another worker may have taken the call further meanwhile; then the next answer's number is taken
in the log already, or is a later one than is expected here, and what is new in the log is read. Any worker can take any step,
with or without this.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from db.calls import Further
from db.schema import Origin
from flows.ballot import Election
from flows.replay import Conversation

KEPT = 2048
"""Calls that a worker keeps, the newest: some 15 kB each, with six candidates."""


@dataclass(slots=True)
class OngoingCall:
    """A call with its conversation, at the answer that was committed last (at `last_at`). `hotline`: it was begun with one."""

    id: int
    sid: str
    election: Election
    origin: Origin
    flow_version: str
    caller: str
    bureau_id: int | None
    started_at: datetime
    last_at: datetime
    hotline: bool
    conversation: Conversation

    def catch_up(self, further: Further) -> None:
        """Takes it as far as another worker has. Raises `ReplayMismatch`."""
        for step in further.steps:
            self.conversation.repeat(step)
        self.last_at, self.bureau_id = further.last_at, further.bureau_id


class ConversationCache:
    """The calls that are kept. A thread that takes one has it alone: it is gone from here until it is put back."""

    def __init__(self, kept: int = KEPT) -> None:
        self._calls: OrderedDict[str, OngoingCall] = OrderedDict()
        self._kept = kept
        self._lock = threading.Lock()

    def take(self, sid: str, step: int) -> OngoingCall | None:
        """The call, if it is kept and waits for the answer of this number, or did so before others took it further."""
        with self._lock:
            call = self._calls.pop(sid, None)
        return call if call is not None and call.conversation.steps <= step else None

    def put(self, call: OngoingCall) -> None:
        """Keeps a call as it was committed, and lets the oldest go."""
        with self._lock:
            self._calls[call.sid] = call
            while len(self._calls) > self._kept:
                self._calls.popitem(last=False)
