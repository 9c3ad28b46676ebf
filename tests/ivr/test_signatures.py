"""A signature is what the carrier's own library says it is, fields sent twice and addresses with a port included."""

from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.carriers.twilio import SIGNATURE_HEADER, Twilio
from tests.support.primary_2011 import CODE
from tests.support.settings import PUBLIC_URL, TOKEN

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


def test_a_field_that_is_sent_twice_is_signed_twice_and_its_first_value_counts(line):
    phone = line.phone().dial()
    form = MultiDict([("CallSid", phone.call.sid), ("Digits", CODE), ("Digits", "1")])
    path = "/voice/step/1/keys"
    signature = {SIGNATURE_HEADER: RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, form)}
    response = line.app.test_client().post(path, data=form, headers=signature)
    assert "Code secret, puis dièse." in response.text


def test_a_body_that_is_no_form_is_nobodys_webhook(line):
    for body in (b"", b"%ff=1", b"\xff\xfe=1", b"=&=&&", b"{}"):
        assert (
            line.app.test_client().post("/voice/answer", data=body, headers={"X-Twilio-Signature": "x"}).status_code
            == 403
        )
