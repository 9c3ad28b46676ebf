"""Replaying a log leads to the same place, however far it has come."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.ballot import Candidate, CheckDigit, Election, Invalid
from flows.replay import MAX_STEPS, Conversation
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
        answer = data.draw(ANSWERS[type(conversation.pending)])
        conversation.answer(answer)
        log.append(answer)
        again = Conversation(ELECTION, log)
        assert (again.pending, again.lines, again.figures, again.outcome, again.steps) == (
            conversation.pending,
            conversation.lines,
            conversation.figures,
            conversation.outcome,
            len(log),
        )


@settings(max_examples=50)
@given(st.data())
def test_whatever_is_answered_the_call_ends(data):
    conversation = Conversation(ELECTION)
    while conversation.pending is not None:
        conversation.answer(data.draw(ANSWERS[type(conversation.pending)]))
    assert conversation.steps <= MAX_STEPS + 2
    assert conversation.outcome is not None
    assert conversation.said or conversation.outcome is Outcome.TRANSFERRED
