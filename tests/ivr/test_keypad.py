"""The keypad phone's page and its addresses: off unless it is a rehearsal, signed, nothing inline."""

import pytest

from tests.support.line import Line
from tests.support.marks import on_sqlite

pytestmark = on_sqlite
"""The page is the same on both; what the line stores has tests on both."""


def test_the_keypad_is_off_unless_it_is_a_rehearsal(line):
    client = line.app.test_client()
    assert client.get("/phone").status_code == 404
    assert client.post("/phone/dial", json={}).status_code == 404


@pytest.fixture
def client(engine, clock, pins):
    return Line(engine, clock, pins, rehearsal=True).app.test_client()


def test_a_handset_that_the_server_did_not_sign_is_refused(client):
    call_ = client.post("/phone/dial", json={}).get_json()["call"]
    for forged in ("", "nonsense", call_[:-2] + "xx"):
        response = client.post("/phone/keys", json={"call": forged, "keys": "1"})
        assert response.status_code == 400
        assert response.get_json()["error"]
    assert client.post("/phone/keys", json={}).status_code == 400
    assert client.post("/phone/dialled", json={"call": call_, "reached": True}).status_code == 400


def test_nothing_from_elsewhere_and_nothing_inline(client):
    response = client.get("/phone")
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "style=" not in response.text
    assert "onclick" not in response.text


def test_without_an_election_the_telephone_says_what_to_do(engine, clock):
    response = Line(engine, clock, {}, rehearsal=True).app.test_client().get("/phone")
    assert response.status_code == 503
    assert "election load" in response.text
