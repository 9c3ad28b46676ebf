"""Our documents are, to the letter, what the carrier's own library would have written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from flows.catalogue import prompts
from flows.vocabulary import Ask, AskPin, Line, Transfer
from ivr.caller_turn import GATHER_SECONDS
from ivr.carriers.twilio import Twilio
from ivr.line import Reply
from ivr.twiml import RING_SECONDS, TwimlWriter

LINE = "https://line.example/a&b"
HOTLINE = "+33199001112"
TURNS = (Ask("figure 1", ()), Ask("code", (), digits=8), AskPin("00100014", ()), Transfer(), None)
names = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@settings(max_examples=25)
@given(
    st.sampled_from(TURNS), st.lists(names, min_size=1, max_size=3), st.integers(0, 200), st.sampled_from(["fr", "en"])
)
def test_a_document_is_the_librarys_own(pending, elections, step, locale):
    lines = tuple(Line("welcome", {"election": each, "round": 1}) for each in elections)
    written = TwimlWriter(LINE, HOTLINE, Twilio.voices).write(Reply(lines, pending, step, locale))
    assert written == by_the_library(lines, pending, f"{LINE}/voice/step/{step}", locale)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_farewell_is_one_sentence_and_the_end(locale):
    written = TwimlWriter(LINE, HOTLINE, Twilio.voices).farewell("trouble-goodbye", locale)
    assert written == by_the_library((Line("trouble-goodbye"),), None, "", locale)


def by_the_library(lines, pending, url, locale):
    response = VoiceResponse()
    asks = isinstance(pending, (Ask, AskPin))
    digits = pending.digits if isinstance(pending, Ask) else None
    gather = Gather(
        input="dtmf", action=f"{url}/keys", method="POST", timeout=GATHER_SECONDS, finish_on_key="#", num_digits=digits
    )
    voice = Twilio.voices[locale]
    for line in lines:
        (gather if asks else response).say(prompts(locale).text(line), language=voice.language, voice=voice.name)
    if asks:
        response.append(gather)
        response.redirect(f"{url}/silence", method="POST")
    elif isinstance(pending, Transfer):
        response.append(Dial(HOTLINE, action=f"{url}/returned", method="POST", timeout=RING_SECONDS))
    else:
        response.hangup()
    return str(response)
