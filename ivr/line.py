"""Runs one call: replays its log, has the new answer taken (`caller_turn`), and returns what the caller hears next.

A step is one transaction, and most steps are one statement. Two copies of a webhook race for the primary key (call, step):
the loser starts over, finds the step taken, and says what the winner said. A worker that has just taken a call's last answer
need not read and replay the log for the next one (`conversation_cache`).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from db import calls, elections, tallies
from db.backends.engine import backend_of
from db.calls import LoggedCall
from db.pins import PinSeal
from db.schema import Origin
from db.transactions import begin_single_write, begin_write
from flows.ballot import Election
from flows.replay import CannotReplay, Conversation, ReplayMismatch, flow_version, replay
from flows.vocabulary import Errand, Line, Opened, OpenLine, Step, Turn
from ivr.caller_turn import CallerTurn, Given, Outdated
from ivr.conversation_cache import ConversationCache, OngoingCall

Done = TypeVar("Done")
Arguments = ParamSpec("Arguments")

RACES = 5
"""Copies of one webhook that may lose the race for its step before something else must be wrong."""


log = logging.getLogger(__name__)


class UnknownCall(Exception):
    """The carrier speaks of a call that this line never answered."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller hears next. `pending` is the turn that waits for an answer, numbered `step`; None: hang up."""

    lines: tuple[Line, ...]
    pending: Turn | None
    step: int
    locale: str


class PhoneLine:
    """The line. `hotline` is a number or "", `locale` overrides the election's own where it is not "".

    `consequences` are what a stored tally sets off, in its transaction.
    """

    def __init__(
        self,
        engine: Engine,
        seal: PinSeal,
        *,
        clock: Callable[[], datetime],
        hotline: str = "",
        locale: str = "",
        consequences: Sequence[tallies.Consequence] = (),
    ) -> None:
        self._engine = backend_of(engine).open_line(engine)
        self.clock = clock
        self.hotline = hotline
        self._seal = seal
        self._consequences = consequences
        self._locale = locale
        self._elections = elections.ElectionCache()
        self._conversations = ConversationCache()

    def answer(self, sid: str, caller: str) -> Reply:
        """Takes a call. Raises `NoElection` if there is none to take it for, and then leaves no trace of it."""
        return self._reply_to(self._answer, sid, caller)

    def take(self, sid: str, step: int, given: Given) -> Reply:
        """Takes what the caller answers to a question, or the end of a transfer. Raises `UnknownCall`."""
        return self._reply_to(self._step, sid, step, given)

    def resume(self, sid: str) -> Reply:
        """Says the pending question again, after a webhook of this call failed. Raises `UnknownCall`."""
        return self._reply_to(self._resume, sid)

    def hang_up(self, sid: str, *, status: str, duration: int | None) -> None:
        """Notes that the call is over; does nothing if it is unknown, or was over already."""
        self._persist(self._hang_up, sid, status, duration, self.clock())

    def _hang_up(self, sid: str, status: str, duration: int | None, at: datetime) -> None:
        with begin_single_write(self._engine) as transaction:
            calls.hang_up(transaction, sid, status=status, duration=duration, at=at)

    def locale(self, election: Election | None = None) -> str:
        """The language of a call."""
        return self._locale or (election.locale if election else "fr")

    def _reply_to(
        self, attempt: Callable[Arguments, Reply], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Reply:
        """Attempts it (`_persist`). A call that is outdated is told so."""
        try:
            return self._persist(attempt, *arguments, **named)
        except Outdated as outdated:
            return self._outdated(outdated.election)

    def _persist(
        self, attempt: Callable[Arguments, Done], *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Done:
        """Attempts it again where another copy of the webhook was faster, or the database closed the connection: whatever
        that attempt committed, the next finds."""
        lost: DBAPIError
        for _ in range(RACES):
            try:
                return attempt(*arguments, **named)
            except DBAPIError as error:
                if not (isinstance(error, IntegrityError) or error.connection_invalidated):
                    raise
                lost = error
        raise lost

    def _resume(self, sid: str) -> Reply:
        with self._engine.connect() as connection:
            logged = self._find(connection, sid)
            election = self._election(connection, logged)
        with _outdated_if_not_replayed(logged.id, election):
            conversation = replay(election, logged.flow_version, logged.steps)
        reply = self._reply(conversation, election)
        return Reply((Line("trouble"), *reply.lines), reply.pending, reply.step, reply.locale)

    def _answer(self, sid: str, caller: str) -> Reply:
        known = self._elections.newest
        call = None if known is None else self._open(sid, caller, *known)
        if call is not None:
            return self._keep(call)
        with self._engine.connect() as connection:
            latest = self._elections.latest(connection)
        call = self._open(sid, caller, *latest)
        if call is not None:
            return self._keep(call)
        with self._engine.connect() as connection:
            return self._again(connection, self._find(connection, sid), 0)

    def _open(self, sid: str, caller: str, election: Election, schedule: elections.Schedule) -> OngoingCall | None:
        """Takes a call for this election; None if there is another by now, or the call was taken before."""
        now = self.clock()
        opened = Opened(polls_closed=schedule.polls_closed(now), hotline=bool(self.hotline))
        origin = Origin.LIVE if opened.polls_closed else Origin.REHEARSAL
        version = flow_version(election)
        new, opening = calls.NewCall(sid, origin, version, caller, now), Step(OpenLine().asked, opened)
        with begin_write(self._engine) as transaction:
            call_id = calls.open_call(transaction, new, opening, election)
        if call_id is None:
            return None
        conversation = Conversation(election, [opened])
        return OngoingCall(
            call_id, sid, election, origin, version, caller, None, now, now, opened.hotline, conversation
        )

    def _step(self, sid: str, number: int, given: Given) -> Reply:
        call = self._kept(sid, number)
        if call is None:
            with self._engine.connect() as connection:
                logged = self._find(connection, sid)
                if number < len(logged.steps):
                    return self._again(connection, logged, number)
                call = self._replay(connection, logged)
            if number > len(logged.steps):
                return self._reply(call.conversation, call.election)
        if call.conversation.pending is not None:
            CallerTurn(self._engine, self._seal, self._consequences, call, self.clock()).take(given)
        return self._keep(call)

    def _kept(self, sid: str, number: int) -> OngoingCall | None:
        """The call, as this worker kept it, where answer `number` is the next; another worker may have taken those before."""
        call = self._conversations.take(sid, number)
        if call is None or call.conversation.steps == number:
            return call
        with self._engine.connect() as connection:
            further = calls.read_further(connection, call.id, call.conversation.steps)
        if further is None or call.conversation.steps + len(further.steps) != number:
            return None
        with _outdated_if_not_replayed(call.id, call.election):
            call.catch_up(further)
        return call

    def _keep(self, call: OngoingCall) -> Reply:
        """What the caller hears next; then any thread may take the call."""
        reply = self._reply(call.conversation, call.election)
        if reply.pending is not None:
            self._conversations.put(call)
        return reply

    def _replay(self, connection: Connection, logged: LoggedCall) -> OngoingCall:
        election, opened = self._election(connection, logged), logged.steps[0].answer
        with _outdated_if_not_replayed(logged.id, election):
            conversation = replay(election, logged.flow_version, logged.steps)
        return OngoingCall(
            logged.id,
            logged.sid,
            election,
            logged.origin,
            logged.flow_version,
            logged.caller,
            logged.bureau_id,
            logged.started_at,
            logged.last_at,
            isinstance(opened, Opened) and opened.hotline,
            conversation,
        )

    def _again(self, connection: Connection, logged: LoggedCall, number: int) -> Reply:
        """What was said after step `number`, however far the call has come since."""
        election = self._election(connection, logged)
        with _outdated_if_not_replayed(logged.id, election):
            conversation = replay(election, logged.flow_version, logged.steps[: number + 1])
            for step in logged.steps[number + 1 :]:
                if not isinstance(conversation.pending, Errand):
                    break
                conversation.repeat(step)
        return self._reply(conversation, election)

    def _election(self, connection: Connection, logged: LoggedCall) -> Election:
        return self._elections.take(connection, logged.election_id, logged.revision)

    def _find(self, connection: Connection, sid: str) -> LoggedCall:
        logged = calls.find(connection, sid)
        if logged is None:
            raise UnknownCall(sid)
        return logged

    def _reply(self, conversation: Conversation, election: Election) -> Reply:
        pending = conversation.pending
        assert pending is None or isinstance(pending, Turn)
        return Reply(conversation.lines, pending, conversation.steps, self.locale(election))

    def _outdated(self, election: Election) -> Reply:
        return Reply((Line("outdated"),), None, 0, self.locale(election))


@contextmanager
def _outdated_if_not_replayed(call_id: int, election: Election) -> Iterator[None]:
    """A call whose log does not fit the conversation is never guessed at. Raises `Outdated`, and leaves the log as it is."""
    try:
        yield
    except CannotReplay as error:
        severity = logging.ERROR if isinstance(error, ReplayMismatch) else logging.INFO
        log.log(severity, "call %s cannot go on: %s", call_id, error)
        raise Outdated(election) from error
