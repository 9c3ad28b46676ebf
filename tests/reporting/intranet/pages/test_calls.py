"""The calls: found, read as the conversation that they were, reviewed; no PIN is shown."""

import re

from db.schema import audit, call, call_step, decision
from tests.support.primary_2011 import CODE

FOUND_CALLS = [
    ("", [3, 2, 1]),
    ("bureau=00100014", [1]),
    ("department=02", [3]),
    ("caller=06 39 98 10 03", [2]),
    ("outcome=confirmed", [2, 1]),
    ("outcome=dropped", [3]),
    ("flagged=true", [2]),
    ("flagged=false", [3, 1]),
    ("reviewed=true", []),
    ("before=2", [1]),
    ("since=2011-10-09T20:00", [3, 2, 1]),
    ("until=2011-10-09T18:30:00%2B02:00", []),
]


def test_calls_are_found(supervisor):
    for query, found in FOUND_CALLS:
        supervisor.page(f"/intranet/calls?{query}")
        text = supervisor.last.get_data(as_text=True)
        listed = [int(each) for each in re.findall(r'scope="row"><a href="/intranet/calls/(\d+)"', text)]
        assert (query, listed) == (query, found)


def test_a_call_reads_as_the_conversation_that_it_was(evening, supervisor):
    page = supervisor.page("/intranet/calls/1")
    spoken = [
        "Composez le code de votre bureau.",
        "00100014",
        "●●●●●● correct",
        "Bureau 1, L'Abergement-Clémenciat.",
        "312*4*100*2*120*40*30*16",
        "Je relis.",
        "Martine Aubry, 100.",
        "Enregistré. Reçu :",
        "confirmé",
    ]
    places = [page.index(each) for each in spoken]
    assert places == sorted(places)
    assert evening.pins[CODE] not in supervisor.last.get_data(as_text=True)


def test_a_call_read_in_another_language_than_it_was_heard_in_says_so(evening, supervisor):
    said = "The line spoke French; its sentences are shown in English."
    assert said not in supervisor.page("/intranet/calls/1")
    supervisor.get("/intranet/language/en?next=/intranet/calls/1")
    page = supervisor.page("/intranet/calls/1")
    assert said in page
    assert "Key in your polling station's code." in page


def test_a_wrong_pin_is_shown_as_wrong_and_never_in_clear(evening, supervisor):
    evening.phone().dial().keys(CODE).keys("271828#").hang_up()
    page = supervisor.page("/intranet/calls/4")
    assert "●●●●●● faux" in page
    assert "271828" not in page


def test_a_call_of_another_version_shows_its_answers_only(evening, supervisor):
    with evening.engine.begin() as connection:
        connection.execute(call.update().values(flow_version="0.1"))
    page = supervisor.page("/intranet/calls/1")
    assert "seules les réponses sont montrées" in page
    assert "00100014" in page


def test_a_call_whose_log_does_not_fit_the_conversation_shows_its_answers_only(evening, supervisor):
    with evening.engine.begin() as connection:
        connection.execute(call_step.update().where(call_step.c.step == 2).values(asked="ask shoe size"))
    page = supervisor.page("/intranet/calls/1")
    assert "seules les réponses sont montrées" in page
    assert "00100014" in page


def test_a_supervisor_marks_a_call_as_reviewed_with_a_note(evening, supervisor):
    assert supervisor.post("/intranet/calls/2/review", "/intranet/calls/2", reason=" ").status_code == 302
    assert evening.rows(decision) == []
    supervisor.post("/intranet/calls/2/review", "/intranet/calls/2", reason="Heard twice, all in order")
    (row,) = evening.rows(decision)
    assert (row.kind, row.call_id, row.reason) == ("call reviewed", 2, "Heard twice, all in order")
    assert evening.rows(audit)[-1].action == "call reviewed"
    assert "Heard twice" in supervisor.page("/intranet/calls/2")
