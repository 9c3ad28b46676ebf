"""Calls that were recorded are replayed: under their own version to the letter, under another one not at all.

If one of these tests fails after the conversation was changed, `flows.vocabulary.FLOW_VERSION` says what to do.
"""

from dataclasses import replace as changed

import pytest

from flows import asking
from flows.replay import Conversation, OutdatedLog, ReplayMismatch, replay
from flows.vocabulary import FLOW_VERSION, Step
from tools.recorded_calls import folder, read

CURRENT = sorted(folder().glob("*.json"))
OLDER = [path for version in range(1, FLOW_VERSION) for path in sorted(folder(version).glob("*.json"))]


def named(path):
    return f"{path.parent.name}/{path.stem}"


def recorded(name):
    return read(folder() / f"{name}.json")


def test_there_are_recordings_of_every_version():
    missing = [version for version in range(1, FLOW_VERSION + 1) if not any(folder(version).glob("*.json"))]
    assert not missing, "run `python -m tools.record_calls`"


@pytest.mark.parametrize("path", CURRENT, ids=named)
def test_a_recorded_call_is_asked_the_same_again_to_the_letter(path):
    call = read(path)
    conversation = Conversation(call.election)
    for step in call.steps:
        assert conversation.pending.asked == step.asked
        conversation.answer(step.answer)
    assert conversation.outcome == call.outcome
    assert (conversation.pending is None) == (call.outcome is not None)
    assert replay(call.election, call.version, call.steps).heard == conversation.heard


@pytest.mark.parametrize("path", OLDER, ids=named)
def test_a_call_of_an_older_version_is_refused(path):
    call = read(path)
    with pytest.raises(OutdatedLog, match=f"began under version {call.version}, now it is {FLOW_VERSION}.1"):
        replay(call.election, call.version, call.steps)


@pytest.mark.parametrize("path", OLDER, ids=named)
def test_it_would_be_refused_if_nobody_had_raised_the_version(path):
    call = read(path)
    with pytest.raises(ReplayMismatch):
        replay(call.election, f"{FLOW_VERSION}.1", call.steps)


def test_a_call_of_another_register_is_refused():
    call = recorded("all-figures-at-once")
    with pytest.raises(OutdatedLog):
        replay(changed(call.election, revision=2), call.version, call.steps)


def test_a_question_that_gives_up_sooner_is_noticed(monkeypatch):
    monkeypatch.setattr(asking, "TRIES", 2)
    call = recorded("silence")
    with pytest.raises(ReplayMismatch) as mismatch:
        replay(call.election, call.version, call.steps)
    assert (mismatch.value.step, mismatch.value.expected) == (7, None)
    assert str(mismatch.value) == "step 7: the log has 'ask figure invalid', but the conversation is over"


def test_keys_that_would_count_for_another_candidate_are_noticed_before_anything_is_stored():
    call = recorded("all-figures-at-once")
    first, second, *others = call.election.candidates
    exchanged = changed(call.election, candidates=(second, first, *others))
    with pytest.raises(ReplayMismatch) as mismatch:
        replay(exchanged, call.version, call.steps)
    assert mismatch.value.step == 5
    assert mismatch.value.logged == "ask read-back: voters=312 invalid=4 1=100 2=2 3=120 4=40 5=30 6=16"
    assert mismatch.value.expected == "ask read-back: voters=312 invalid=4 2=100 1=2 3=120 4=40 5=30 6=16"
    assert str(mismatch.value) == "step 5: 'ask read-back' over other figures than the log has"


def test_a_log_that_goes_on_after_the_end_is_noticed():
    call = recorded("all-figures-at-once")
    with pytest.raises(ReplayMismatch, match="step 7: the log has 'store tally 1', but the conversation is over"):
        replay(call.election, call.version, (*call.steps, call.steps[-1]))


def test_another_question_is_named():
    call = recorded("all-figures-at-once")
    start = [*call.steps[:4], Step("ask figure invalid", call.steps[4].answer)]
    with pytest.raises(
        ReplayMismatch, match="the log has 'ask figure invalid', but the conversation expects 'ask figure v"
    ):
        replay(call.election, call.version, start)


def test_no_recording_holds_keys_where_a_pin_was_asked_for():
    for path in (*CURRENT, *OLDER):
        for step in read(path).steps:
            if step.asked in ("ask pin", "pin"):
                assert getattr(step.answer, "keys", "*") in "*0"
