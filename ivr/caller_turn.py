"""One answer of the caller, with the errands that it leads to: what it means, and what of it is written, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import ceil

from sqlalchemy import Engine

from db import calls, elections, identification, lockout, tallies
from db.calls import CallSoFar, LoggedCall
from db.identification import Attempt, Verdict
from db.pins import PinSeal
from db.schema import Channel
from db.transactions import WriteTransaction, begin_single_write, begin_write
from flows.ballot import PIN_LENGTH, Election
from flows.digits import is_digits
from flows.identify import CODE
from flows.replay import CannotReplay, replay
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
    Step,
    Stored,
    StoreTally,
    Transfer,
    Turn,
)
from ivr.conversation_cache import OngoingCall

GATHER_SECONDS = 10
"""How long a question waits for the first key, and between two keys."""
DRAFTS_SOUGHT = 5
"""Earlier calls that are asked for the figures they came to, newest first."""
KEYS = frozenset("0123456789*")
MAX_KEYS = 200


@dataclass(frozen=True, slots=True)
class Keys:
    """What the caller pressed; "" is silence."""

    pressed: str

    @classmethod
    def of(cls, text: str) -> "Keys":
        """The keys in what the carrier sends."""
        return cls("".join(key for key in text if key in KEYS)[:MAX_KEYS])


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """A transfer to the hot line is over; `reached` if somebody took the call."""

    reached: bool


Given = Keys | TransferEnded
"""What the caller, or the caller's telephone, does next."""


class Outdated(Exception):
    """The call cannot go on: the conversation, or the register, is no longer what it began under."""

    def __init__(self, election: Election) -> None:
        super().__init__(election.name)
        self.election = election


class CallerTurn:
    """One answer of the caller at `now`, to a call that has a turn pending. `consequences` are what a stored tally sets off."""

    def __init__(
        self,
        engine: Engine,
        seal: PinSeal,
        consequences: Sequence[tallies.Consequence],
        call: OngoingCall,
        now: datetime,
    ) -> None:
        self._engine = engine
        self._seal = seal
        self._consequences = consequences
        self._call = call
        self._election = call.election
        self._conversation = call.conversation
        self._now = now
        self._held: int | None = None

    def take(self, given: Given) -> None:
        """Takes the conversation to its next turn, and commits all that this meant. Raises `Outdated`.

        Does nothing if the pending turn was waiting for something else.
        """
        meant = self._understand(given)
        if meant is None:
            return
        if isinstance(meant, Attempt):
            self._try_pin(meant)
        else:
            self._go_on(meant)
        self._call.last_at = self._now

    def _understand(self, given: Given) -> AnyAnswer | Attempt | None:
        """What was given means to the pending turn: an answer, or an attempt at a PIN; None if it was waiting for something
        else."""
        pending = self._conversation.pending
        if isinstance(given, TransferEnded):
            return Returned(given.reached) if isinstance(pending, Transfer) else None
        if not isinstance(pending, (Ask, AskPin)):
            return None
        keys = given.pressed
        if not keys:
            waited = (self._now - self._call.last_at).total_seconds()
            return Silent(immediate=waited < GATHER_SECONDS)
        if isinstance(pending, Ask):
            return Keyed(self._election.code_for_log(keys) if pending.name == CODE else keys)
        if keys == "*" or (keys == "0" and self._call.hotline):
            return Keyed(keys)
        if len(keys) != PIN_LENGTH or not is_digits(keys):
            return Malformed()
        call = self._call
        return Attempt(self._election.id, pending.code, keys, call.caller, actor="the line", detail={"call": call.id})

    def _go_on(self, answer: AnyAnswer) -> None:
        first = self._conversation.steps
        step = self._answer(answer)
        if isinstance(self._conversation.pending, Turn):
            self._append_alone(first, step)
            return
        with begin_write(self._engine) as transaction:
            self._run_errands(transaction, first, step)

    def _try_pin(self, attempt: Attempt) -> None:
        with self._engine.connect() as connection:
            checked = identification.check(connection, self._seal, attempt)
        with begin_write(self._engine) as transaction:
            verdict = identification.count(transaction, checked, at=self._now)
            if verdict.counted:
                self._must_hold(transaction)
                calls.count_pin_failure(transaction, self._call.id)
                identification.record_lock(transaction, checked, verdict, at=self._now)
            if verdict.bureau is not None:
                self._call.bureau_id = verdict.bureau.bureau_id
                calls.identify(transaction, self._call.id, verdict.bureau.bureau_id)
            first = self._conversation.steps
            self._run_errands(transaction, first, self._answer(self._answer_to(verdict)))

    def _answer_to(self, verdict: Verdict) -> AnyAnswer:
        if verdict.locked_until is not None:
            return self._locked(verdict.locked_until)
        if verdict.bureau is None:
            return Refused()
        bureau = verdict.bureau
        return Identified(bureau.code, bureau.name, bureau.commune, bureau.electorate)

    def _locked(self, until: datetime) -> Locked:
        if until >= lockout.FOR_GOOD:
            return Locked(0)
        return Locked(max(1, ceil((until - self._now).total_seconds() / 60)))

    def _answer(self, answer: AnyAnswer) -> Step:
        """Gives the conversation its answer; returns the step for the log."""
        pending = self._conversation.pending
        assert pending is not None
        self._conversation.answer(answer)
        return Step(pending.asked, answer)

    def _append_alone(self, number: int, step: Step) -> None:
        """Appends a step that led to nothing else: one statement, which checks the register, too."""
        with begin_single_write(self._engine) as transaction:
            if not calls.append_under(transaction, self._call.id, number, step, self._now, self._election):
                raise Outdated(self._election)

    def _run_errands(self, transaction: WriteTransaction, first: int, step: Step) -> None:
        """Runs the errands that a step leads to, and appends it with them; notes how the call ended if it did."""
        steps = [step]
        while isinstance(errand := self._conversation.pending, Errand):
            steps.append(self._answer(self._run(transaction, errand)))
        self._must_hold(transaction)
        calls.append(transaction, self._call.id, first, steps, self._now)
        if self._conversation.outcome is not None:
            calls.finish(transaction, self._call.id, self._conversation.outcome)

    def _must_hold(self, transaction: WriteTransaction) -> None:
        """Sees to it that the register is the call's own, and stays so until the transaction ends. Raises `Outdated`."""
        if self._held is None:
            self._held = elections.hold_register(transaction, self._election.id)
        if self._held != self._election.revision:
            raise Outdated(self._election)

    def _run(self, transaction: WriteTransaction, errand: Errand) -> AnyAnswer:
        if isinstance(errand, LookUp):
            return self._look_up(transaction)
        if isinstance(errand, StoreTally):
            return self._store(transaction, errand)
        raise AssertionError(f"{errand.asked!r} is asked once, when the call is taken")

    def _look_up(self, transaction: WriteTransaction) -> AnyAnswer:
        """How far the bureau is."""
        call, connection = self._call, transaction.connection
        assert call.bureau_id is not None
        situation = calls.read_situation(transaction, self._election.id, call.bureau_id, call.origin, call.id)
        self._held = situation.revision
        self._must_hold(transaction)
        if not situation.heard_of:
            return Fresh()
        newest = tallies.find_newest(connection, call.bureau_id, call.origin, Channel.PHONE)
        if newest is not None:
            _, schedule = elections.find(connection, self._election.id)
            local = newest.at.astimezone(schedule.zone)
            figures = {field: newest.figures[field] for field in self._election.fields}
            return Reported(figures, newest.version, newest.receipt, local.hour, local.minute)
        previous = calls.read_previous(connection, call.bureau_id, call.origin, call.id)
        for logged in islice(previous, DRAFTS_SOUGHT):
            draft = self._figures_of(logged)
            if draft:
                return Interrupted(dict(draft))
        return Fresh()

    def _figures_of(self, logged: LoggedCall) -> Mapping[str, int]:
        """The figures that an earlier call came to; none if it cannot be replayed."""
        try:
            return replay(self._election, logged.flow_version, logged.steps).figures
        except CannotReplay:
            return {}

    def _store(self, transaction: WriteTransaction, errand: StoreTally) -> AnyAnswer:
        call = self._call
        assert call.bureau_id is not None
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
            stored = tallies.store(transaction, new, at=self._now, consequences=self._consequences)
        except tallies.RegisterChanged as changed:
            raise Outdated(self._election) from changed
        except tallies.TallyOvertaken:
            return Overtaken()
        return Stored(stored.receipt, stored.version)
