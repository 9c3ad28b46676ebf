"""The simulated phone does what a carrier does, and is as strict as the strictest of them."""

import pytest

from flows.speech import keying_seconds, speech_seconds, spoken
from ivr.simulator.handset import BadTwiml, Handset, LineFailed, State

URL = "https://line.example"
SAY = '<Say language="fr-FR" voice="Polly.Lea-Neural">Composez le code.</Say>'
GATHER = (
    f'<Gather input="dtmf" action="{URL}/keys" method="POST" timeout="10" finishOnKey="#" numDigits="3">{SAY}</Gather>'
)
REDIRECT = f'<Redirect method="POST">{URL}/silence</Redirect>'
IMPATIENT = GATHER.replace(' timeout="10"', "")
PECULIAR = GATHER.replace("input=", 'actionOnEmptyResult="true" input=')
QUESTION = f"<Response>{GATHER}{REDIRECT}</Response>"


@pytest.fixture
def call():
    handset = Handset(URL, "+33639981001")
    handset.dial()
    return handset


def test_a_question_waits_for_keys(call):
    assert call.receive(200, QUESTION) is None
    assert call.state is State.GATHERING
    assert call.heard == ["Composez le code."]


def test_keys_are_posted_when_there_are_enough(call):
    call.receive(200, QUESTION)
    assert call.press("12") is None
    post = call.press("3")
    assert (post.url, post.form["Digits"]) == (f"{URL}/keys", "123")


def test_hash_ends_the_keys_and_is_not_one_of_them(call):
    call.receive(200, QUESTION)
    assert call.press("12#").form["Digits"] == "12"


def test_the_time_out_submits_what_was_keyed(call):
    call.receive(200, QUESTION)
    call.press("12")
    assert call.time_out().form["Digits"] == "12"


def test_silence_and_a_lone_hash_fall_through_to_the_redirect(call):
    call.receive(200, QUESTION)
    post = call.time_out()
    assert post.url == f"{URL}/silence"
    assert "Digits" not in post.form
    call.receive(200, QUESTION)
    assert call.press("#").url == f"{URL}/silence"


def test_keys_pressed_ahead_answer_the_next_question(call):
    call.receive(200, QUESTION)
    assert call.press("123#45").form["Digits"] == "123"
    assert call.receive(200, QUESTION).url == f"{URL}/silence"
    assert call.receive(200, QUESTION) is None
    assert call.press("6").form["Digits"] == "456"


def test_hanging_up_sends_the_status_callback(call):
    call.receive(200, QUESTION)
    post = call.hang_up()
    assert post.url == f"{URL}/voice/status"
    assert post.form["CallStatus"] == "completed"
    assert call.state is State.ENDED


def test_a_failed_webhook_falls_back_once(call):
    assert call.receive(500, "").url == f"{URL}/voice/fallback"
    with pytest.raises(LineFailed):
        call.receive(500, "")


@pytest.mark.parametrize(
    "document",
    [
        "",
        "not XML",
        "<html/>",
        "<Response><Pause/></Response>",
        f"<Response>{GATHER}</Response>",
        f"<Response>{IMPATIENT}{REDIRECT}</Response>",
        f"<Response>{GATHER.replace('POST', 'GET')}{REDIRECT}</Response>",
        f"<Response>{GATHER.replace(URL, '')}{REDIRECT}</Response>",
        f"<Response>{PECULIAR}{REDIRECT}</Response>",
        '<Response><Say language="fr-FR" voice="v">Un <break/> deux</Say></Response>',
        "<Response><Say>Un</Say></Response>",
        '<!DOCTYPE x [<!ENTITY e "e">]><Response/>',
    ],
)
def test_a_document_that_not_every_carrier_takes_is_refused(call, document):
    with pytest.raises(BadTwiml):
        call.receive(200, document)


def test_documents_that_only_redirect_are_a_loop(call):
    for _ in range(10):
        call.receive(200, f"<Response>{REDIRECT}</Response>")
    with pytest.raises(BadTwiml, match="without a question"):
        call.receive(200, f"<Response>{REDIRECT}</Response>")


def test_time_passes_as_the_model_says():
    assert spoken("312. Martine Aubry ?", "fr") == "trois cent douze. Martine Aubry ?"
    assert speech_seconds("quatorze lettr", "fr") == pytest.approx(1.0)
    assert keying_seconds("12345") == pytest.approx(2.0)


def test_a_patient_caller_hears_the_question_out_and_a_practised_one_does_not():
    patient, practised = Handset(URL), Handset(URL, patience=0.8)
    for call in (patient, practised):
        call.dial()
        call.receive(200, QUESTION)
        call.press("123")
    assert patient.seconds == pytest.approx(len("Composez le code.") / 14 + 3 / 2.5)
    assert practised.seconds == pytest.approx(0.8 + 3 / 2.5)


def test_a_resumed_handset_is_where_it_was(call):
    call.receive(200, QUESTION)
    again = Handset.resume(URL, sid=call.sid, caller=call.caller, twiml=call.twiml, seconds=call.seconds)
    assert again.press("123").form == call.press("123").form
