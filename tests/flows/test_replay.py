"""Replaying a log leads to the same place, at every length of the log."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.ballot import Candidate, CheckDigit, Election, Invalid
from flows.replay import MAX_STEPS, Conversation, ReplayMismatch, flow_version, replay
from flows.vocabulary import (
    Ask,
    AskPin,
    Fresh,
    Identified,
    Interrupted,
    Keyed,
    LookUp,
    Malformed,
    Opened,
    OpenLine,
    Outcome,
    Refused,
    Returned,
    Silent,
    Step,
    Stored,
    StoreTally,
    Transfer,
)

ELECTION = Election(
    1, "Primaire", 1, "fr", Invalid.COMBINED, CheckDigit.NONE, (Candidate(1, "A", "A"), Candidate(2, "B", "B")), None
)
BUREAU = Identified("1001", "Bureau 1", "Belep", 900)
ANSWERS = {
    OpenLine: st.builds(Opened, polls_closed=st.booleans(), hotline=st.booleans()),
    Ask: st.one_of(
        st.builds(Keyed, keys=st.sampled_from(["1", "2", "3", "0", "*", "10", "7*1*2*4", "1001", "99999", "123456"])),
        st.builds(Silent, immediate=st.booleans()),
    ),
    AskPin: st.sampled_from([BUREAU, BUREAU, Refused(), Malformed(), Keyed("*"), Silent()]),
    Transfer: st.builds(Returned, reached=st.booleans()),
    LookUp: st.sampled_from(
        [Fresh(), Interrupted({"voters": 7}), Interrupted({"voters": 7, "invalid": 1, "1": 2, "2": 4})]
    ),
    StoreTally: st.just(Stored("1234567", 1)),
}


def test_a_call_that_is_over_takes_no_answer():
    conversation = Conversation(ELECTION, [Opened(False, False), Keyed("2")])
    assert conversation.pending is None
    with pytest.raises(ValueError, match="over"):
        conversation.answer(Keyed("1"))


@given(st.data())
def test_a_replayed_log_leads_to_the_same_place(data):
    conversation = Conversation(ELECTION)
    log = []
    while conversation.pending is not None and len(log) < 60:
        step = Step(conversation.pending.asked, data.draw(ANSWERS[type(conversation.pending)]))
        conversation.answer(step.answer)
        log.append(step)
        again = replay(ELECTION, flow_version(ELECTION), log)
        assert (again.pending, again.lines, again.figures, again.outcome, again.steps) == (
            conversation.pending,
            conversation.lines,
            conversation.figures,
            conversation.outcome,
            len(log),
        )


@settings(max_examples=50)
@given(st.data())
def test_a_log_that_was_asked_something_else_is_refused_at_that_step(data):
    conversation = Conversation(ELECTION)
    log = []
    while conversation.pending is not None and len(log) < 20:
        step = Step(conversation.pending.asked, data.draw(ANSWERS[type(conversation.pending)]))
        conversation.answer(step.answer)
        log.append(step)
    place = data.draw(st.integers(0, len(log) - 1))
    asked = data.draw(st.sampled_from([step.asked for step in log] + ["ask shoe-size", ""]))
    altered = [*log[:place], Step(asked, log[place].answer), *log[place + 1 :]]
    if asked == log[place].asked:
        replay(ELECTION, flow_version(ELECTION), altered)
        return
    with pytest.raises(ReplayMismatch) as mismatch:
        replay(ELECTION, flow_version(ELECTION), altered)
    assert (mismatch.value.step, mismatch.value.logged, mismatch.value.expected) == (place, asked, log[place].asked)


@settings(max_examples=50)
@given(st.data())
def test_whatever_is_answered_the_call_ends(data):
    conversation = Conversation(ELECTION)
    while conversation.pending is not None:
        conversation.answer(data.draw(ANSWERS[type(conversation.pending)]))
    assert conversation.steps <= MAX_STEPS + 2
    assert conversation.outcome is not None
    assert conversation.said or conversation.outcome is Outcome.TRANSFERRED
