"""A signature is what the carrier's own library says it is, fields sent twice and addresses with a port included."""

from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.carriers.twilio import Twilio

fields = st.lists(st.tuples(st.sampled_from(["CallSid", "Digits", "From", "été"]), st.text(max_size=8)), max_size=6)
addresses = st.sampled_from(
    [
        "https://line.example/voice/answer",
        "https://line.example:8443/voice/step/3/keys?b=2&a=1",
        "http://127.0.0.1:8000/x",
    ]
)


@settings(max_examples=50)
@given(fields, addresses)
def test_what_the_library_signed_is_authentic_and_nothing_else(sent, url):
    form, library = MultiDict(sent), RequestValidator("token")
    signature = library.compute_signature(url, form)
    assert Twilio("token").is_authentic(url, form, signature)
    assert not Twilio("another token").is_authentic(url, form, signature)
    assert not Twilio("token").is_authentic(url, MultiDict([*sent, ("Digits", "one more")]), signature)


def test_a_carrier_that_signs_with_the_port_is_authentic_too():
    form = {"CallSid": "CA1"}
    signature = RequestValidator("token").compute_signature("https://line.example:443/voice/answer", form)
    assert Twilio("token").is_authentic("https://line.example/voice/answer", form, signature)
