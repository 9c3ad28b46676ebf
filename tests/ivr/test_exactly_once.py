"""A webhook that comes twice, or twice at once, gives the same document and one row."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from db.schema import audit, call, call_step, lockout, tally
from ivr.carriers.twilio import SIGNATURE_HEADER
from tests.support.line import Line
from tests.support.primary_2011 import CODE, FIGURES

KEYS = [CODE, "PIN", "312#", "4*100*2*120*40*30*16#", "1"]
COPIES = 4


def walk(line):
    """The keys of a whole call."""
    return [f"{line.pins[CODE]}#" if each == "PIN" else each for each in KEYS]


def test_the_same_webhook_sent_again_gives_the_same_document_and_no_new_row(line):
    phone = line.phone().dial()
    for keys in [None, *walk(line)]:
        if keys is not None:
            phone.keys(keys)
        documents = [answer.body for answer in phone.answers if answer.status == 200]
        before = line.rows(call), line.rows(call_step), line.rows(tally), line.rows(audit)
        webhook = next(post for post in reversed(phone.sent) if not post.url.endswith("/status"))
        again = send(line, webhook)
        assert again == documents[-1]
        assert (line.rows(call), line.rows(call_step), line.rows(tally), line.rows(audit)) == before


def test_an_old_webhook_sent_late_gives_the_document_of_its_own_step(line):
    phone = line.phone().dial()
    for keys in walk(line):
        phone.keys(keys)
    documents = [answer.body for answer in phone.answers if answer.status == 200]
    webhooks = [post for post in phone.sent if not post.url.endswith("/status")]
    assert [send(line, webhook) for webhook in webhooks] == documents
    assert line.tallies() == [FIGURES]


@pytest.mark.parametrize("place", range(len(KEYS) + 1))
def test_the_same_webhook_sent_at_once_by_two_workers_gives_one_document_and_one_row(line, clock, place):
    workers = [line] + [Line(line.engine, clock, line.pins) for _ in range(COPIES - 1)]
    phone = line.phone()
    if place == 0:
        webhook = phone.call.dial()
    else:
        phone.dial()
        for keys in walk(line)[: place - 1]:
            phone.keys(keys)
        webhook = phone.call.press(walk(line)[place - 1])
    start = Barrier(COPIES)

    def deliver(worker):
        start.wait()
        return send(worker, webhook)

    with ThreadPoolExecutor(COPIES) as pool:
        documents = set(pool.map(deliver, workers))
    assert len(documents) == 1
    steps = [each.step for each in line.rows(call_step)]
    assert steps == list(range(len(steps)))
    assert len(line.rows(call)) == 1
    assert len(line.rows(tally)) == (place == len(KEYS))


def test_two_presidents_who_confirm_at_once_store_one_tally_and_one_is_told(line):
    first = line.identified().keys("312*4*100*2*120*40*30*16#")
    second = line.identified().keys("2").keys("312*5*100*2*120*40*30*15#")
    start = Barrier(2)

    def confirm(webhook):
        start.wait()
        return send(line, webhook)

    with ThreadPoolExecutor(2) as pool:
        documents = list(pool.map(confirm, [first.call.press("1"), second.call.press("1")]))
    assert sum("C'est enregistré." in document for document in documents) == 1
    assert sum("Un autre appel vient de transmettre ce bureau." in document for document in documents) == 1
    assert len(line.tallies()) == 1


def test_wrong_pins_sent_at_once_are_all_counted(line):
    phones = [line.phone("anonymous").dial().keys(CODE) for _ in range(5)]
    webhooks = [phone.call.press("111111#") for phone in phones]
    start = Barrier(5)

    def deliver(webhook):
        start.wait()
        return send(line, webhook)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(deliver, webhooks))
    (row,) = line.rows(lockout)
    assert (row.scope, row.subject, row.failures) == ("bureau", CODE, 5)


def test_guesses_sent_all_at_once_are_no_more_than_six(line):
    phones = [line.phone("anonymous").dial().keys(CODE) for _ in range(10)]
    webhooks = [phone.call.press("111111#") for phone in phones]
    with ThreadPoolExecutor(10) as pool:
        documents = list(pool.map(lambda webhook: send(line, webhook), webhooks))
    assert sum("code secret inexact" in document for document in documents) == 5
    assert sum("Trop d'essais" in document for document in documents) == 5
    (row,) = line.rows(lockout)
    assert (row.total, row.locks) == (6, 1)


def send(line, webhook):
    headers = {SIGNATURE_HEADER: line.carrier.sign(webhook.url, webhook.form)}
    path = webhook.url.removeprefix("https://line.example")
    response = line.app.test_client().post(path, data=webhook.form, headers=headers)
    assert response.status_code == 200
    return response.text
