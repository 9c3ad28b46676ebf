"""For how long a reader who has sent a form reads the primary."""

import pytest
from flask import Flask

from reporting.intranet.access.accounts import CLOCK
from reporting.intranet.requests import read_routing


@pytest.fixture
def client(clock):
    app = Flask("reader")
    app.secret_key = "of the test"
    app.extensions[CLOCK] = clock
    read_routing.note_writing(app)
    app.add_url_rule("/intranet/sent", view_func=lambda: "sent", endpoint="sent", methods=["POST"])
    app.add_url_rule(
        "/intranet/evening", view_func=lambda: str(read_routing.needs_primary()), endpoint="intranet.evening"
    )
    return app.test_client()


def reads_the_primary(client):
    return client.get("/intranet/evening").text == "True"


def test_a_reader_who_only_watches_reads_the_copy(client):
    assert not reads_the_primary(client)


def test_a_reader_who_sent_a_form_reads_the_primary_until_the_copy_has_it(client, clock):
    client.post("/intranet/sent")
    assert reads_the_primary(client)
    clock.advance(read_routing.AFTER_WRITING - 1)
    assert reads_the_primary(client)
    clock.advance(1)
    assert not reads_the_primary(client)


def test_a_host_whose_clock_is_behind_reads_the_primary_too(client, clock):
    client.post("/intranet/sent")
    clock.advance(-2)
    assert reads_the_primary(client)
