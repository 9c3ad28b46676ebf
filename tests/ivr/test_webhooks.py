"""Who may call the webhooks, and what the carrier gets when something is wrong."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from db.schema import call, call_step, metadata
from ivr.carriers.twilio import SIGNATURE_HEADER, Twilio
from tests.support.line import Line
from tests.support.primary_2011 import CODE, FIGURES
from tests.support.settings import PUBLIC_URL, TOKEN

FORM = {"CallSid": "CA1", "From": "+33639981001", "CallStatus": "ringing"}


def post(line, path, form, signature=None):
    signature = line.carrier.sign(PUBLIC_URL + path, form) if signature is None else signature
    return line.app.test_client().post(path, data=form, headers={SIGNATURE_HEADER: signature})


def test_the_validator_knows_the_published_example():
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
    url = "https://example.com/myapp.php?foo=1&bar=2"
    signature = "L/OH5YylLD5NRKLltdqwSvS0BnU="
    assert Twilio("12345").is_authentic(url, form, signature)
    assert not Twilio("12345").is_authentic(url, {**form, "Digits": "1235"}, signature)


@pytest.mark.parametrize("path", ["/voice/answer", "/voice/step/1/keys", "/voice/status", "/voice/fallback"])
@pytest.mark.parametrize("signature", ["", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "ü"])
def test_a_webhook_without_a_valid_signature_gets_403_and_leaves_no_trace(line, path, signature):
    before = everything(line)
    assert post(line, path, FORM, signature).status_code == 403
    assert everything(line) == before


def test_a_signature_for_another_address_is_not_valid(line):
    signature = line.carrier.sign("https://elsewhere.example/voice/answer", FORM)
    assert post(line, "/voice/answer", FORM, signature).status_code == 403


def test_the_query_is_part_of_what_is_signed(line):
    path = "/voice/answer?b=2&a=1"
    assert post(line, path, FORM).status_code == 200
    stolen = line.carrier.sign(PUBLIC_URL + "/voice/answer?a=1&b=2", FORM)
    assert post(line, path, FORM, stolen).status_code == 403


def test_the_address_is_rebuilt_from_the_public_url_and_not_from_the_request(line):
    signature = line.carrier.sign(PUBLIC_URL + "/voice/answer", FORM)
    response = line.app.test_client().post(
        "/voice/answer", data=FORM, headers={SIGNATURE_HEADER: signature, "Host": "127.0.0.1:8000"}
    )
    assert response.status_code == 200
    assert f"{PUBLIC_URL}/voice/step/1/keys" in response.text


def test_nobody_gets_a_webhook_by_get(line):
    assert line.app.test_client().get("/voice/answer").status_code == 405


def test_a_path_that_there_is_not_is_not_found_and_none_is_redirected(line):
    for path in ("/voice", "/voice/", "/voice/nothing", "/voice/step/x/keys", "/voice/step/9999999999/keys"):
        assert post(line, path, FORM).status_code == 404
    assert post(line, "/voice//answer", FORM).status_code == 403
    assert post(line, "/voice/answer/", FORM).status_code == 200


def test_no_session_is_given_to_a_carrier(line):
    assert "Set-Cookie" not in post(line, "/voice/answer", FORM).headers


def test_a_body_beyond_the_limit_is_refused_unread(line):
    assert post(line, "/voice/answer", {**FORM, "Padding": "x" * 70_000}).status_code == 413
    assert line.rows(call) == []


def test_a_webhook_without_a_call_is_refused(line):
    assert post(line, "/voice/answer", {"From": "+33639981001"}).status_code == 400


def test_a_step_of_an_unknown_call_asks_to_phone_again(line):
    response = post(line, "/voice/step/3/keys", {**FORM, "Digits": "1"})
    assert response.status_code == 200
    assert "Merci de rappeler." in response.text
    assert line.rows(call) == []


def test_a_step_from_the_future_gets_the_pending_question(line):
    phone = line.phone().dial()
    form = {**FORM, "CallSid": phone.call.sid, "Digits": "1"}
    assert "Composez le code" in post(line, "/voice/step/17/keys", form).text
    assert len(line.rows(call_step)) == 1


@pytest.mark.parametrize("digits", [{}, {"Digits": ""}])
def test_absent_and_empty_digits_are_both_silence(line, digits):
    phone = line.phone().dial()
    line.clock.advance(60)
    response = post(line, "/voice/step/1/keys", {"CallSid": phone.call.sid, **digits})
    assert "rien reçu" in response.text


def test_a_hang_up_is_recorded_once_whenever_it_comes(line):
    phone = line.identified().keys("312#").hang_up()
    (row,) = line.rows(call)
    assert (row.carrier_status, row.outcome) == ("completed", None)
    assert row.ended_at == line.clock.now
    assert row.duration == round(phone.call.seconds)
    line.clock.advance(60)
    phone.send_again()
    assert line.rows(call) == [row]


def test_a_status_callback_is_answered_without_content(line):
    phone = line.phone().dial().hang_up()
    assert phone.answers[-1].status == 204
    assert phone.answers[-1].body == ""


def test_a_call_that_goes_on_is_not_over(line):
    phone = line.phone().dial()
    post(line, "/voice/status", {"CallSid": phone.call.sid, "CallStatus": "in-progress"})
    assert line.rows(call)[0].ended_at is None


@pytest.mark.parametrize("duration", ["", "soon", "-1", "99999999999"])
def test_a_duration_that_is_no_number_is_left_out(line, duration):
    phone = line.phone().dial()
    form = {"CallSid": phone.call.sid, "CallStatus": "completed", "CallDuration": duration}
    assert post(line, "/voice/status", form).status_code == 204
    assert line.rows(call)[0].duration is None


def test_the_fallback_takes_the_call_up_where_it_was(line):
    phone = line.identified().keys("312#")
    response = post(line, "/voice/fallback", {"CallSid": phone.call.sid, "ErrorCode": "11200"})
    assert "Un incident technique. Un instant, je reprends." in response.text
    assert "Blancs ou nuls ?" in response.text


def test_the_fallback_of_an_unknown_call_apologises(line):
    response = post(line, "/voice/fallback", FORM)
    assert "Ce que vous avez confirmé est enregistré." in response.text


def test_a_failed_webhook_is_survived_by_the_fallback(line):
    phone = line.identified().keys("312#")
    with line.engine.begin() as connection:
        connection.execute(text("ALTER TABLE call_step RENAME TO call_step_away"))
    line.app.config["PROPAGATE_EXCEPTIONS"] = False
    failed = post(line, f"/voice/step/{5}/keys", {"CallSid": phone.call.sid, "Digits": "4"})
    assert failed.status_code == 500
    assert "call_step" not in failed.text
    with line.engine.begin() as connection:
        connection.execute(text("ALTER TABLE call_step_away RENAME TO call_step"))
    assert phone.keys("4#").hears("4. Martine Aubry ?")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("+33639981001", "+33639981001"),
        ("0639981001", "+33639981001"),
        ("+12025550123", "+12025550123"),
        ("anonymous", "anonymous"),
        ("", ""),
        ("sip:alice@example.org", "sip:alice@example.org"),
        ("+266696687", "anonymous"),
        ("+86282452253", "anonymous"),
        ("client:0639981001", "client:0639981001"),
        ("٠٦٣٩٩٨١٠٠١", "٠٦٣٩٩٨١٠٠١"),
    ],
)
def test_callers_are_brought_to_one_form_or_kept_as_text(line, said, kept):
    line.phone(said).dial()
    assert line.rows(call)[0].caller == kept


def test_a_call_identifier_is_any_text_of_up_to_255_characters(line):
    sid = "v2:" + "x" * 252
    assert post(line, "/voice/answer", {**FORM, "CallSid": sid}).status_code == 200
    assert post(line, "/voice/answer", {**FORM, "CallSid": sid + "x"}).status_code == 400


def test_without_an_election_the_line_says_so_and_leaves_no_call(engine, clock):
    line = Line(engine, clock, {})
    phone = line.phone().dial()
    assert phone.said == "Aucune élection n'est ouverte sur cette ligne. Au revoir."
    assert line.rows(call) == []


def test_every_document_of_a_call_is_what_every_carrier_takes(line):
    phone = line.reported()
    documents = [answer.body for answer in phone.answers if answer.status == 200]
    assert len(documents) == 5
    for document in documents[:-1]:
        assert 'input="dtmf"' in document
        assert 'timeout="10"' in document
        assert 'finishOnKey="#"' in document
        assert f'<Redirect method="POST">{PUBLIC_URL}/voice/step/' in document
    assert line.tallies(CODE) == [FIGURES]
    assert TOKEN not in "".join(documents)


def everything(line):
    with line.engine.connect() as connection:
        return {name: connection.execute(table.select()).all() for name, table in metadata.tables.items()}


def test_with_the_database_gone_the_caller_still_hears_us(line, monkeypatch):
    phone = line.identified().keys("312#")

    def gone(*_arguments, **_keywords):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(Engine, "connect", gone)
    response = post(line, "/voice/fallback", {"CallSid": phone.call.sid, "ErrorCode": "11200"})
    assert response.status_code == 200
    assert "Un incident technique." in response.text
    assert "<Hangup />" in response.text
