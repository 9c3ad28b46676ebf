"""A signature is what the carrier's own library says it is, fields sent twice and addresses with a port included."""

from io import BytesIO
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.carriers.twilio import Twilio
from ivr.webhooks import Webhook

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


@settings(max_examples=100)
@given(fields)
def test_the_fields_of_a_webhook_are_those_of_its_form(sent):
    body = urlencode(sent).encode()
    webhook = Webhook({"wsgi.input": BytesIO(body), "PATH_INFO": "/voice/answer"})
    form = MultiDict(sent)
    assert dict(webhook.fields) == form.to_dict()
    assert Twilio("token").sign("https://line.example/", webhook.fields) == Twilio("token").sign(
        "https://line.example/", form
    )


def test_a_body_that_is_no_form_is_nobodys_webhook(line):
    for body in (b"", b"%ff=1", b"\xff\xfe=1", b"=&=&&", b"{}"):
        assert (
            line.app.test_client().post("/voice/answer", data=body, headers={"X-Twilio-Signature": "x"}).status_code
            == 403
        )
