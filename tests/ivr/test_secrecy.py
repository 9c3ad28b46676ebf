"""No PIN in any table, log line, exception or URL: everything a call leaves behind is searched."""

import logging

import pytest
from sqlalchemy import text

from db.identification import Attempt
from db.schema import call_step, metadata
from flows.ballot import Candidate, CheckDigit, Election, Invalid
from ivr.carriers.twilio import SIGNATURE_HEADER
from settings import Settings
from tests.support.primary_2011 import CODE
from tests.support.settings import PEPPER, TOKEN


def everything_stored(line):
    with line.engine.connect() as connection:
        return "\n".join(repr(connection.execute(table.select()).all()) for table in metadata.tables.values())


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


def test_no_pin_is_left_in_a_table_a_log_line_or_an_address(line, log):
    wrong = "314159"
    pin = line.pins[CODE]
    line.phone().dial().keys(CODE).keys(f"{wrong}#").hang_up()
    phone = line.reported()
    left = everything_stored(line) + log.text + " ".join(post.url for post in phone.sent)
    for secret in (pin, wrong, " ".join(pin)):
        assert secret not in left
    assert pin not in " ".join(answer.body for answer in phone.answers)


def test_the_log_of_a_call_holds_the_verdict_only(line):
    line.phone().dial().keys(CODE).keys("314159#").keys(CODE).keys("31415#").keys(f"{line.pins[CODE]}#")
    answers = [row.answer for row in line.rows(call_step) if row.asked == "ask pin"]
    assert [answer[:20] for answer in answers] == ['{"type":"refused"}', '{"type":"malformed"}', '{"type":"identified"']


def test_no_pin_is_in_the_error_of_a_webhook_that_failed(line, log):
    phone = line.phone().dial().keys(CODE)
    with line.engine.begin() as connection:
        connection.execute(text("ALTER TABLE call_step RENAME COLUMN answer TO away"))
    line.app.config["PROPAGATE_EXCEPTIONS"] = False
    webhook = phone.call.press(f"{line.pins[CODE]}#")
    headers = {SIGNATURE_HEADER: line.carrier.sign(webhook.url, webhook.form)}
    response = line.app.test_client().post("/voice/step/2/keys", data=webhook.form, headers=headers)
    assert response.status_code == 500
    assert "Traceback" in log.text
    for secret in (line.pins[CODE], PEPPER, TOKEN):
        assert secret not in response.text + log.text


def test_settings_do_not_print_their_secrets():
    printed = repr(Settings(secret_key="swordfish", pin_pepper="swordfish", twilio_auth_token="swordfish"))
    assert "swordfish" not in printed


def test_a_pin_keyed_where_the_code_is_asked_for_does_not_reach_the_log(line, log):
    pin = line.pins[CODE]
    phone = line.phone().dial().keys(f"{pin}#")
    assert phone.hears("Le code a 8 chiffres.")
    phone.keys(CODE).keys(f"{pin}#")
    assert phone.hears("Nombre de votants")
    assert pin not in everything_stored(line) + log.text


def test_codes_of_any_length_keep_what_fails_the_check_digit_out_of_the_log():
    election = Election(1, "E", 1, "fr", Invalid.COMBINED, CheckDigit.DAMM, (Candidate(1, "A", "A"),), None)
    for keys in ("271828", "31415", "9"):
        kept = election.code_for_log(keys)
        assert kept != keys
        assert len(kept) == len(keys)
        assert not CheckDigit.DAMM.accepts(kept)
    assert election.code_for_log("27*828") == "******"
    assert election.code_for_log("0") == "0"
    assert election.code_for_log(CODE) == CODE


def test_codes_of_one_length_keep_what_fails_the_check_digit_out_of_the_log_too():
    election = Election(1, "E", 1, "fr", Invalid.COMBINED, CheckDigit.DAMM, (Candidate(1, "A", "A"),), 6)
    for keys in ("482913", "730264", "915837"):
        assert election.code_for_log(keys) == "000001"
        assert not CheckDigit.DAMM.accepts("000001")


def test_an_attempt_does_not_print_its_pin():
    assert "482913" not in repr(Attempt(1, CODE, "482913", "", "the line", {}))
