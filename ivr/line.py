"""Runs one call: replays its log, applies the new answer, runs the errands, appends, commits; then there is something to say.

A step is one transaction, and most steps are one statement. Two copies of a webhook race for the primary key (call, step):
the loser starts over, finds the step taken, and says what the winner said. Who has just taken a call's last answer need not
read and replay the log for the next one (`ongoing`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import ceil
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from db import calls, elections, lockout, tallies
from db.at_hand import AtHand
from db.calls import CallSoFar, LoggedCall, NewStep
from db.engine import autocommitting, begin_write, write_alone
from db.identification import Attempt, verify
from db.pins import PinSeal
from db.schema import Channel, Origin
from flows.ballot import PIN_LENGTH, Election
from flows.identify import CODE
from flows.replay import Conversation, flow_version
from flows.vocabulary import (
    AnyAnswer,
    Ask,
    AskPin,
    Errand,
    Fresh,
    Identified,
    Interrupted,
    Keyed,
    Line,
    Locked,
    LookUp,
    Malformed,
    Opened,
    OpenLine,
    Overtaken,
    Refused,
    Reported,
    Returned,
    Silent,
    Stored,
    StoreTally,
    Transfer,
    Turn,
)
from ivr.ongoing import OngoingCall, OngoingCalls

Done = TypeVar("Done")

GATHER_SECONDS = 10
"""How long a question waits for the first key, and between two keys."""

KEYS = frozenset("0123456789*")
MAX_KEYS = 200
DRAFTS_SOUGHT = 5
"""Earlier calls that are asked for the figures they came to, newest first."""
RACES = 5
"""Copies of one webhook that may lose the race for its step before something else must be wrong."""


class Outdated(Exception):
    """The flow, or the register, is no longer what the call began under: its figures may mean something else now."""

    def __init__(self, election: Election) -> None:
        super().__init__(election.name)
        self.election = election


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
        self._at_hand = AtHand(autocommitting(engine))
        self.seal = seal
        self.clock = clock
        self.hotline = hotline
        self.consequences = consequences
        self._locale = locale
        self._elections = elections.ElectionShelf()
        self._ongoing = OngoingCalls()

    def answer(self, sid: str, caller: str) -> Reply:
        """Takes a call. Raises `NoElection` if there is none to take it for, and then leaves no trace of it."""
        return self._race(lambda connection: self._answer(connection, sid, caller))

    def keyed(self, sid: str, step: int, keys: str) -> Reply:
        """Takes the answer to a question: the keys, or "" for silence. Raises `UnknownCall`."""
        pressed = "".join(key for key in keys if key in KEYS)[:MAX_KEYS]
        return self._race(lambda connection: self._step(connection, sid, step, lambda turn: turn.keyed(pressed)))

    def returned(self, sid: str, step: int, *, reached: bool) -> Reply:
        """Takes the end of a transfer to the hot line. Raises `UnknownCall`."""
        return self._race(lambda connection: self._step(connection, sid, step, lambda turn: turn.returned(reached)))

    def resume(self, sid: str) -> Reply:
        """Says the pending question again, after a webhook of this call failed. Raises `UnknownCall`."""
        return self._race(lambda connection: self._resume(connection, sid))

    def hang_up(self, sid: str, *, status: str, duration: int | None) -> None:
        """Notes that the call is over; does nothing if it is unknown, or was over already."""
        now = self.clock()

        def note(alone: Connection) -> None:
            calls.hang_up(alone, sid, status=status, duration=duration, at=now)

        self._persist(lambda connection: write_alone(connection, note))

    def locale(self, election: Election | None = None) -> str:
        """The language of a call."""
        return self._locale or (election.locale if election else "fr")

    def _election(self, connection: Connection, logged: LoggedCall) -> Election:
        """The call's election. Raises `Outdated` if it is not what the call began under."""
        election = self._elections.take(connection, logged.election_id, logged.revision)
        if logged.flow_version != flow_version(election):
            raise Outdated(election)
        return election

    def _race(self, attempt: Callable[[Connection], Reply]) -> Reply:
        """Attempts it (`_persist`); what came too late for it is told so."""
        try:
            return self._persist(attempt)
        except Outdated as outdated:
            return self._outdated(outdated.election)

    def _persist(self, attempt: Callable[[Connection], Done]) -> Done:
        """Attempts it again where another copy of the webhook was faster, or the database closed the connection: whatever
        that attempt committed, the next finds."""
        lost: DBAPIError
        for _ in range(RACES):
            try:
                with self._at_hand.connection() as connection:
                    return attempt(connection)
            except DBAPIError as error:
                if not (isinstance(error, IntegrityError) or error.connection_invalidated):
                    raise
                lost = error
        raise lost

    def _resume(self, connection: Connection, sid: str) -> Reply:
        logged = self._find(connection, sid)
        election = self._election(connection, logged)
        reply = self._reply(Conversation(election, logged.answers), election)
        return Reply((Line("trouble"), *reply.lines), reply.pending, reply.step, reply.locale)

    def _answer(self, connection: Connection, sid: str, caller: str) -> Reply:
        known = self._elections.newest
        call = None if known is None else self._open(connection, sid, caller, *known)
        if call is None:
            call = self._open(connection, sid, caller, *self._elections.latest(connection))
        return self._again(connection, self._find(connection, sid), 0) if call is None else self._keep(call)

    def _open(
        self, connection: Connection, sid: str, caller: str, election: Election, schedule: elections.Schedule
    ) -> OngoingCall | None:
        """Takes a call for this election; None if there is another by now, or the call was taken before."""
        now = self.clock()
        opened = Opened(polls_closed=schedule.polls_closed(now), hotline=bool(self.hotline))
        origin = Origin.LIVE if opened.polls_closed else Origin.REHEARSAL
        version = flow_version(election)
        new, opening = calls.NewCall(sid, origin, version, caller, now), NewStep(OpenLine().name, opened)
        call_id = write_alone(connection, lambda alone: calls.open_call(alone, new, opening, election))
        if call_id is None:
            return None
        conversation = Conversation(election, [opened])
        return OngoingCall(
            call_id, sid, election, origin, version, caller, None, now, now, opened.hotline, conversation
        )

    def _step(
        self, connection: Connection, sid: str, number: int, respond: Callable[["CallerTurn"], AnyAnswer | None]
    ) -> Reply:
        call = self._kept(connection, sid, number)
        if call is None:
            logged = self._find(connection, sid)
            if number < len(logged.answers):
                return self._again(connection, logged, number)
            call = self._replay(connection, logged)
            if number > len(logged.answers):
                return self._reply(call.conversation, call.election)
        if call.conversation.pending is not None:
            turn = CallerTurn(self, connection, call, self.clock())
            answer = respond(turn)
            if answer is not None:
                turn.take(answer)
        return self._keep(call)

    def _kept(self, connection: Connection, sid: str, number: int) -> OngoingCall | None:
        """The call, as this worker kept it, where answer `number` is the next; another worker may have taken those before."""
        call = self._ongoing.take(sid, number)
        if call is None or call.conversation.steps == number:
            return call
        further = calls.read_further(connection, call.id, call.conversation.steps)
        if further is None or call.conversation.steps + len(further.answers) != number:
            return None
        call.catch_up(further)
        return call

    def _keep(self, call: OngoingCall) -> Reply:
        """What the caller hears next; then the call is anybody's again."""
        reply = self._reply(call.conversation, call.election)
        if reply.pending is not None:
            self._ongoing.put(call)
        return reply

    def _replay(self, connection: Connection, logged: LoggedCall) -> OngoingCall:
        election, opened = self._election(connection, logged), logged.answers[0]
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
            Conversation(election, logged.answers),
        )

    def _again(self, connection: Connection, logged: LoggedCall, number: int) -> Reply:
        """What was said after step `number`, however far the call has come since."""
        election = self._election(connection, logged)
        conversation = Conversation(election, logged.answers[: number + 1])
        for answer in logged.answers[number + 1 :]:
            if not isinstance(conversation.pending, Errand):
                break
            conversation.answer(answer)
        return self._reply(conversation, election)

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


class CallerTurn:
    """One answer of the caller, with the errands that it leads to."""

    def __init__(self, line: PhoneLine, connection: Connection, call: OngoingCall, now: datetime) -> None:
        self._line = line
        self._connection = connection
        self._call = call
        self._election = call.election
        self._conversation = call.conversation
        self._now = now
        self._writes = False
        self._held: int | None = None

    def keyed(self, keys: str) -> AnyAnswer | None:
        """What the keys mean to the pending turn; None if it was waiting for something else."""
        pending = self._conversation.pending
        if not isinstance(pending, (Ask, AskPin)):
            return None
        if not keys:
            waited = (self._now - self._call.last_at).total_seconds()
            return Silent(immediate=waited < GATHER_SECONDS)
        if isinstance(pending, AskPin):
            return self._verdict(pending.code, keys)
        return Keyed(self._election.code_for_log(keys) if pending.name == CODE else keys)

    def returned(self, reached: bool) -> AnyAnswer | None:
        """What the end of a transfer means to the pending turn; None if it was not one."""
        return Returned(reached) if isinstance(self._conversation.pending, Transfer) else None

    def take(self, answer: AnyAnswer) -> None:
        """Takes the conversation to its next turn, and commits all that this meant."""
        first = self._conversation.steps
        steps = []
        while True:
            pending = self._conversation.pending
            assert pending is not None
            steps.append(NewStep(pending.name, answer))
            self._conversation.answer(answer)
            errand = self._conversation.pending
            if not isinstance(errand, Errand):
                break
            answer = self._run(errand)
        self._commit(first, steps)
        self._call.last_at = self._now

    def _commit(self, first: int, steps: list[NewStep]) -> None:
        call, outcome = self._call, self._conversation.outcome
        if len(steps) == 1 and outcome is None and not self._writes:
            self._append_alone(first, steps[0])
            return
        self._begin()
        self._must_hold()
        calls.append(self._connection, call.id, first, steps, self._now)
        if outcome is not None:
            calls.finish(self._connection, call.id, outcome)
        self._connection.commit()

    def _append_alone(self, number: int, step: NewStep) -> None:
        def append(alone: Connection) -> bool:
            return calls.append_under(alone, self._call.id, number, step, self._now, self._election)

        if not write_alone(self._connection, append):
            raise Outdated(self._election)

    def _begin(self) -> None:
        """Begins the write, unless it has begun."""
        if not self._writes:
            self._writes = True
            begin_write(self._connection)

    def _must_hold(self) -> None:
        """Sees to it that the register is the call's own, and stays so until the transaction ends. Raises `Outdated`."""
        if self._held is None:
            self._held = elections.hold_revision(self._connection, self._election.id)
        if self._held != self._election.revision:
            raise Outdated(self._election)

    def _run(self, errand: Errand) -> AnyAnswer:
        if isinstance(errand, LookUp):
            return self._progress()
        if isinstance(errand, StoreTally):
            return self._store(errand)
        raise AssertionError(f"{errand.name} is asked once, when the call is taken")

    def _verdict(self, code: str, keys: str) -> AnyAnswer:
        """Checks a PIN, if it is one."""
        call = self._call
        if keys == "*" or (keys == "0" and call.hotline):
            return Keyed(keys)
        if len(keys) != PIN_LENGTH or not keys.isdigit():
            return Malformed()
        attempt = Attempt(self._election.id, code, keys, call.caller, actor="the line", detail={"call": call.id})
        verdict = verify(self._connection, self._line.seal, attempt, at=self._now, begin=self._begin, blame=self._blame)
        if verdict.locked_until is not None:
            return self._locked(verdict.locked_until)
        if verdict.bureau is None:
            return Refused()
        call.bureau_id = verdict.bureau.bureau_id
        calls.identify(self._connection, call.id, call.bureau_id)
        return Identified(verdict.bureau.code, verdict.bureau.name, verdict.bureau.commune, verdict.bureau.electorate)

    def _blame(self) -> None:
        # In this order: who loads a register locks it first too, and the audit's end last.
        self._must_hold()
        calls.blame(self._connection, self._call.id)

    def _locked(self, until: datetime) -> Locked:
        if until >= lockout.FOR_GOOD:
            return Locked(0)
        return Locked(max(1, ceil((until - self._now).total_seconds() / 60)))

    def _progress(self) -> AnyAnswer:
        call = self._call
        assert call.bureau_id is not None
        situation = calls.read_situation(self._connection, self._election.id, call.bureau_id, call.origin, call.id)
        self._held = situation.revision
        self._must_hold()
        if not situation.heard_of:
            return Fresh()
        newest = tallies.find_newest(self._connection, call.bureau_id, call.origin, Channel.PHONE)
        if newest is not None:
            _, schedule = elections.find(self._connection, self._election.id)
            local = newest.at.astimezone(schedule.zone)
            figures = {field: newest.figures[field] for field in self._election.fields}
            return Reported(figures, newest.version, newest.receipt, local.hour, local.minute)
        previous = calls.read_previous(self._connection, call.bureau_id, call.origin, call.id)
        for logged in islice(previous, DRAFTS_SOUGHT):
            if logged.flow_version == call.flow_version:
                figures = Conversation(self._election, logged.answers).figures
                if figures:
                    return Interrupted(dict(figures))
        return Fresh()

    def _store(self, errand: StoreTally) -> AnyAnswer:
        call = self._call
        assert call.bureau_id is not None
        self._begin()
        new = tallies.NewTally(
            election_id=self._election.id,
            bureau_id=call.bureau_id,
            channel=Channel.PHONE,
            origin=call.origin,
            figures=errand.figures,
            replaces=errand.replaces,
            call=CallSoFar(call.id, call.started_at, tuple(self._conversation.heard)),
            caller=call.caller,
            actor=f"call {call.id}",
            revision=self._election.revision,
        )
        self._held = self._election.revision
        try:
            stored = tallies.store(self._connection, new, at=self._now, consequences=self._line.consequences)
        except tallies.RegisterChanged as changed:
            raise Outdated(self._election) from changed
        except tallies.TallyOvertaken:
            return Overtaken()
        return Stored(stored.receipt, stored.version)
