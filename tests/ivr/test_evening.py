"""A whole evening over HTTP: the production server, simulated carriers, every figure where it belongs."""

import threading
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import select, text

from db.backends.engine import open_engine
from db.schema import bureau, call, election, tally, tally_count
from ivr.carriers.twilio import Twilio
from ivr.simulator.evening import Evening, NoLine
from ivr.simulator.president import Lost, President, Style, receipt_in
from tests.support.marks import on_postgresql, on_sqlite
from tests.support.servers import serving
from tests.support.settings import TOKEN

BUREAUX = {
    "00100014": (312, 4, 100, 2, 120, 40, 30, 16),
    "00100023": (120, 0, 50, 0, 50, 10, 5, 5),
    "00100038": (612, 12, 200, 50, 250, 50, 30, 20),
    "00100046": (1130, 2, 400, 100, 500, 70, 30, 28),
    "00200015": (10, 0, 0, 0, 10, 0, 0, 0),
    "00200028": (0, 0, 0, 0, 0, 0, 0, 0),
    "00200031": (100, 1, 10, 20, 30, 20, 10, 7),
}
"""One with more voters than electors, one that does not add up, one without a voter."""


def stored(database_url):
    engine = open_engine(database_url)
    with engine.connect() as connection:
        query = (
            select(bureau.c.code, tally_count.c.field, tally_count.c.count)
            .select_from(tally.join(bureau).join(tally_count))
            .order_by(tally.c.id)
        )
        figures = {}
        for code, field, count in connection.execute(query):
            figures.setdefault(code, {})[field] = count
        calls = connection.execute(call.select()).all()
    engine.dispose()
    return figures, calls


FIELDS = ("voters", "invalid", "1", "2", "3", "4", "5", "6")
EXPECTED = {code: dict(zip(FIELDS, row, strict=True)) for code, row in BUREAUX.items()}


@pytest.mark.parametrize("style", Style)
def test_every_bureau_phones_at_once_and_every_figure_arrives(server, pins, style):
    evening = Evening(Twilio(TOKEN), server.url, server.url, lines=len(BUREAUX), style=style)
    tally = evening.run(BUREAUX, pins)
    assert tally.failures == []
    assert (tally.calls, tally.confirmed, tally.already, tally.retries) == (7, 7, 0, 0)
    figures, calls = stored(server.database_url)
    assert figures == EXPECTED
    assert {(row.outcome, row.carrier_status) for row in calls} == {("confirmed", "completed")}

    again = evening.run(BUREAUX, pins)
    assert (again.confirmed, again.already, again.failures) == (0, 7, [])


CUT_ONE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " ORDER BY random() LIMIT 1"
)


@contextmanager
def connections_cut(database_url):
    """Meanwhile the server ends one of its sessions after the other, whatever it is in the middle of; yields how many."""
    engine, over, cut = open_engine(database_url), threading.Event(), []

    def keep_cutting():
        with engine.connect() as connection:
            while not over.wait(0.02):
                cut.extend(connection.execute(CUT_ONE).all())

    cutting = threading.Thread(target=keep_cutting)
    cutting.start()
    yield cut
    over.set()
    cutting.join()
    engine.dispose()


@on_postgresql
def test_an_evening_whose_connections_to_the_database_are_cut_again_and_again_hears_nothing_of_it(server, pins):
    evening = Evening(Twilio(TOKEN), server.url, server.url, lines=len(BUREAUX), style=Style.PRACTISED)
    with connections_cut(server.database_url) as cut:
        tally = evening.run(BUREAUX, pins)
    assert (tally.confirmed, tally.failures) == (7, [])
    assert len(cut) > 5
    figures, _ = stored(server.database_url)
    assert figures == EXPECTED


def test_a_refused_pin_is_a_failure_of_the_evening_and_not_a_silence(server, pins):
    evening = Evening(Twilio(TOKEN), server.url, server.url, lines=1)
    tally = evening.run({"00100014": BUREAUX["00100014"]}, {"00100014": "111111"})
    assert tally.failures == ["bureau 00100014: code or PIN refused"]


def test_a_line_that_is_not_there_is_said_at_once():
    evening = Evening(Twilio(TOKEN), "http://127.0.0.1:9", "http://127.0.0.1:9", lines=1)
    with pytest.raises(NoLine, match="no line answers at"):
        evening.run({"00100014": BUREAUX["00100014"]}, {})


@on_sqlite
def test_a_server_killed_in_the_middle_of_the_evening_loses_nothing(database_url, pins):
    with serving(database_url) as first:
        evening = Evening(Twilio(TOKEN), first.url, first.url, lines=2)
        bind = first.url.removeprefix("http://")
        done = []

        def kill_then_start_again():
            done.append(1)
            if len(done) == 2:
                first.kill()
                successor.enter_context(serving(database_url, bind=bind))

        with ExitStack() as successor:
            tally = evening.run(BUREAUX, pins, kill_then_start_again)
    assert tally.failures == []
    assert tally.confirmed == 7
    assert stored(database_url)[0] == EXPECTED


def test_the_longer_a_caller_listens_the_longer_the_call(line):
    seconds = {}
    for style, code in zip(Style, list(BUREAUX), strict=False):
        phone = line.phone().dial()
        phone.call.patience = style.patience
        president = President(code, line.pins[code], BUREAUX[code], style)
        while not phone.ended:
            phone.keys(president.keys(phone.call.heard))
        assert receipt_in(phone.call.heard)
        seconds[style] = phone.call.seconds
    assert seconds[Style.GUIDED] > seconds[Style.PRACTISED] > seconds[Style.AT_ONCE]


@on_sqlite
@pytest.mark.parametrize("code_length", [8, None])
@pytest.mark.parametrize(("style", "webhooks"), [(Style.PRACTISED, 13), (Style.AT_ONCE, 6)])
def test_a_president_answers_each_question_once_and_leaves_no_key_over(line, style, webhooks, code_length):
    """A key too many would be taken for an answer to the next question: one webhook more in each call."""
    with line.engine.begin() as connection:
        connection.execute(election.update().values(code_length=code_length))
    code = "00100014"
    phone, president = line.phone().dial(), President(code, line.pins[code], BUREAUX[code], style)
    while not phone.ended:
        phone.keys(president.keys(phone.call.heard))
    assert receipt_in(phone.call.heard)
    assert len(phone.sent) == webhooks
    assert [post.url for post in phone.sent if post.url.endswith("/silence")] == []


def test_a_president_does_not_confirm_what_the_minutes_do_not_say():
    president = President("00100014", "271828", (312, 4, 308))
    with pytest.raises(Lost, match="not what the statement says"):
        president.keys(["Je relis.", "Votants, 312.", "Blancs ou nuls, 4.", "A, 380.", "Pour confirmer, 1. …, 3."])
