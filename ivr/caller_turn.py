"""One answer of the caller, with the errands that it leads to: what it means, and what of it is written, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import ceil

from sqlalchemy import Connection

from db import calls, elections, lockout, tallies
from db.calls import CallSoFar, NewStep
from db.engine import begin_write, write_alone
from db.identification import Attempt, verify
from db.pins import PinSeal
from db.schema import Channel
from flows.ballot import PIN_LENGTH, Election
from flows.identify import CODE
from flows.replay import Conversation
from flows.vocabulary import (
    AnyAnswer,
    Ask,
    AskPin,
    Errand,
    Fresh,
    Identified,
    Interrupted,
    Keyed,
    Locked,
    LookUp,
    Malformed,
    Overtaken,
    Refused,
    Reported,
    Returned,
    Silent,
    Stored,
    StoreTally,
    Transfer,
)
from ivr.ongoing import OngoingCall

GATHER_SECONDS = 10
"""How long a question waits for the first key, and between two keys."""
DRAFTS_SOUGHT = 5
"""Earlier calls that are asked for the figures they came to, newest first."""


class Outdated(Exception):
    """The flow, or the register, is no longer what the call began under: its figures may mean something else now."""

    def __init__(self, election: Election) -> None:
        super().__init__(election.name)
        self.election = election


@dataclass(frozen=True, slots=True)
class Means:
    """What errands are run with: the seal of the PINs, and what a stored tally sets off, in its transaction."""

    seal: PinSeal
    consequences: Sequence[tallies.Consequence]


class CallerTurn:
    """One answer of the caller at `now`, to a call that has a turn pending."""

    def __init__(self, means: Means, connection: Connection, call: OngoingCall, now: datetime) -> None:
        self._means = means
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
        verdict = verify(
            self._connection, self._means.seal, attempt, at=self._now, begin=self._begin, blame=self._blame
        )
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
            stored = tallies.store(self._connection, new, at=self._now, consequences=self._means.consequences)
        except tallies.RegisterChanged as changed:
            raise Outdated(self._election) from changed
        except tallies.TallyOvertaken:
            return Overtaken()
        return Stored(stored.receipt, stored.version)
