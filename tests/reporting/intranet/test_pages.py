"""The pages: what each shows of a small evening, in both languages, and how it refuses what makes no sense."""

import re
from collections import Counter

import pytest
from sqlalchemy import insert, select

from db.schema import audit, call, call_step, decision, election, flag, lockout
from db.users import Role
from reporting.anomalies.flag_list import SEVERITIES
from reporting.intranet.pages import flags
from tests.support.primary_2011 import CODE, FIGURES, PRESIDENT

OTHER = "00100046"
MISSING = "00200015"


@pytest.fixture
def evening(line):
    """Two bureaux have reported, one of them wrongly; a third has begun."""
    line.reported()
    line.identified(OTHER, caller="+33639981003").keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    line.identified(MISSING, caller="+33639981005").keys("312#").keys("4#").hang_up()
    return line


@pytest.fixture
def supervisor(evening, intranet):
    return intranet.reader(Role.SUPERVISOR)


def open_flag(line, code="sum-mismatch"):
    return next(row.id for row in line.rows(flag) if row.code == code)


def number(text):
    return text.replace("\u202f", "")


def test_the_evening_says_how_far_it_is_and_that_it_is_provisional(supervisor):
    page = number(supervisor.page("/intranet/evening"))
    assert "2 / 8" in page
    assert "627" in page
    assert page.count("PROVISOIRE") >= 2
    assert "François Hollande 240 39,0" in page
    assert "Appels reçus 3" in page


def test_the_same_in_english(supervisor):
    supervisor.get("/intranet/language/en?next=/intranet/evening")
    page = supervisor.page("/intranet/evening")
    assert "Bureaux reported" in page
    assert "PROVISIONAL" in page
    assert "39.0%" in page
    assert 'lang="en"' in supervisor.last.get_data(as_text=True)


@pytest.mark.parametrize("colouring", ["progress", "leader"])
def test_the_map_links_each_department_and_says_where_it_stands(supervisor, colouring):
    supervisor.page(f"/intranet/evening?map={colouring}")
    text = supervisor.last.get_data(as_text=True)
    assert 'href="/intranet/department/01" aria-label="01 Ain : 50' in text
    assert 'class="c2" href="/intranet/map.svg#d01"' in text or 'class="p3" href="/intranet/map.svg#d01"' in text
    assert "988" in text
    outlines = supervisor.get("/intranet/map.svg").get_data(as_text=True)
    assert '<path id="d01"' in outlines


def test_a_department_lists_its_bureaux_and_who_has_not_reported(supervisor):
    page = number(supervisor.page("/intranet/department/01"))
    assert "001 000 14".replace(" ", "") in page.replace(" ", "")
    assert "Pas encore transmis" in page
    assert "312" in page


def test_a_bureau_shows_versions_side_by_side_and_its_history_in_order(evening, supervisor, clock):
    clock.advance(60)
    evening.identified().keys("2").keys("5").keys("121#").keys("3").keys("1")
    page = supervisor.page(f"/intranet/bureau/{CODE}")
    text = supervisor.last.get_data(as_text=True)
    assert "téléphone 1" in page
    assert "téléphone 2" in page
    assert re.search(r'class="num differs ">120', text)
    assert page.index("Appel de +33639981001") < page.index("version 1, reçu") < page.index("version 2, reçu")
    assert "Version 2 : elle remplace" in page


def test_the_missing_list_says_who_began_and_whom_to_phone_and_grows_shorter(evening, supervisor):
    page = supervisor.page("/intranet/missing")
    assert "6 / 8" in page
    assert "commencé, pas confirmé" in page
    assert f'href="/intranet/bureau/{MISSING}"' in supervisor.last.get_data(as_text=True)
    assert f'href="/intranet/bureau/{CODE}"' not in supervisor.last.get_data(as_text=True)
    evening.reported("00100038", caller="+33639981002")
    assert "5 / 8" in supervisor.page("/intranet/missing")


def test_a_president_in_trouble_is_not_shown_as_silent(evening, supervisor):
    evening.phone("+33639981006").dial().keys("00200028").keys("000001#").hang_up()
    assert "a appelé, PIN faux un PIN faux" in supervisor.page("/intranet/missing?progress=wrong-pin")
    for _ in range(6):
        evening.phone("+33639981007").dial().keys("00200031").keys("000001#").hang_up()
    assert "verrouillé verrouillé jusqu'à" in supervisor.page("/intranet/missing?progress=locked")
    silent = supervisor.get("/intranet/missing?progress=silent").get_data(as_text=True)
    assert "00200028" not in silent
    assert "00200031" not in silent


def test_totals_with_doubtful_bureaux_say_so(evening, supervisor):
    assert "Ces chiffres comprennent un bureau qui porte un signalement grave." in supervisor.page("/intranet/evening")
    assert "signalé" in supervisor.page("/intranet/department/01")


def test_a_refresh_is_the_page_without_its_frame_and_takes_no_message_away(evening, supervisor):
    supervisor.post("/intranet/calls/2/review", "/intranet/calls/2", reason="")
    text = supervisor.get("/intranet/evening", X_Live="1").get_data(as_text=True)
    assert text.lstrip().startswith("<main")
    assert "Il faut un motif" not in text
    assert "Il faut un motif" in supervisor.page("/intranet/calls/2")


@pytest.mark.parametrize("order", ["code", "electorate", "last-call"])
def test_the_missing_list_is_sorted(supervisor, order):
    supervisor.page(f"/intranet/missing?order={order}")
    codes = re.findall(r'scope="row"><a href="/intranet/bureau/(\d+)"', supervisor.last.get_data(as_text=True))
    assert len(codes) == 6
    if order == "code":
        assert codes == sorted(codes)
    if order == "last-call":
        assert codes[0] == MISSING


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


def test_a_flag_shows_its_rule_its_figures_the_neighbours_and_what_to_do(evening, supervisor):
    page = supervisor.page(f"/intranet/flags/{open_flag(evening)}")
    assert "Bulletins, 312, et votants, 315 : différence de 3." in page
    assert "Que faire" in page
    assert "sum-mismatch" in page
    assert "315" in page
    assert "312" in page


def test_the_inbox_counts_its_flags_by_severity_and_beyond_a_number_no_further(evening, supervisor, monkeypatch):
    def counts():
        supervisor.page("/intranet/flags")
        text = supervisor.last.get_data(as_text=True)
        return dict(re.findall(r'id="count-(\w+)">([^<]+)<', text))

    found = Counter(row.severity for row in evening.rows(flag) if row.state == "open")
    assert counts() == {severity: str(found[severity]) for severity in SEVERITIES}
    most = max(found, key=lambda severity: found[severity])
    monkeypatch.setattr(flags, "COUNTED", found[most] - 1)
    assert counts()[most] == f"{found[most] - 1}+"


def test_a_flag_is_resolved_once_with_a_reason_and_stays(evening, supervisor, intranet):
    which = open_flag(evening)
    path = f"/intranet/flags/{which}"
    assert "Bulletins, 312" in supervisor.page("/intranet/flags")
    supervisor.post(f"{path}/resolve", path, reason="")
    assert evening.rows(decision) == []
    supervisor.post(f"{path}/resolve", path, reason="The minutes do say so")
    supervisor.post(f"{path}/resolve", "/intranet/account", reason="Once more")
    assert [row.reason for row in evening.rows(decision)] == ["The minutes do say so"]
    assert "Bulletins, 312" not in supervisor.page("/intranet/flags")
    assert "Bulletins, 312" in supervisor.page("/intranet/flags?state=resolved")
    assert "The minutes do say so" in supervisor.page(path)
    assert which in {row.id for row in evening.rows(flag)}
    assert evening.rows(audit)[-1].action == "flag resolved"


def test_a_resolved_flag_is_open_no_more_on_the_command_line(evening, supervisor, run):
    path = f"/intranet/flags/{open_flag(evening)}"
    supervisor.post(f"{path}/resolve", path, reason="The minutes do say so")
    assert "sum-mismatch" not in run("flags", "--open", "--format", "csv")[1]
    assert "resolved" in run("flags", "--format", "csv")[1]


def test_a_supervisor_locks_a_pin_and_the_line_says_so_until_it_is_unlocked(evening, supervisor):
    path = f"/intranet/bureau/{MISSING}"
    supervisor.post(f"{path}/lock", path, reason="")
    assert evening.rows(lockout) == [] or evening.rows(lockout)[-1].locked_until is None
    supervisor.post(f"{path}/lock", path, reason="A stranger has the envelope")
    assert "verrouillé par un superviseur" in supervisor.page(path)
    phone = evening.identified(MISSING)
    assert phone.hears("Ce bureau est verrouillé.")
    assert "A stranger has the envelope" in supervisor.page(path)
    supervisor.post(f"{path}/unlock", path, reason="New envelope")
    assert evening.identified(MISSING).hears("Bureau 1")
    assert [row.kind for row in evening.rows(decision)] == ["PIN locked", "PIN unlocked"]


def test_the_audit_is_searched_and_checked(evening, supervisor):
    page = supervisor.page("/intranet/audit?search=tally stored")
    assert "chiffres enregistrés" in page
    assert "élection créée" not in page
    assert "La chaîne tient" in supervisor.page("/intranet/audit?check=1")
    with evening.engine.begin() as connection:
        connection.execute(audit.update().where(audit.c.id == 1).values(actor="somebody else"))
    assert "La chaîne est rompue à la ligne 1" in supervisor.page("/intranet/audit?check=1")


NONSENSE = [
    ("/intranet/bureau/99999999", 404, "Cela n'existe pas."),
    ("/intranet/department/77", 404, "Cela n'existe pas."),
    ("/intranet/calls/99", 404, "Cela n'existe pas."),
    ("/intranet/flags/99999", 404, "Cela n'existe pas."),
    ("/intranet/evening?election=99", 404, "Cela n'existe pas."),
    ("/intranet/missing?order=size", 400, "order ne peut être « size »"),
    ("/intranet/missing?page=x", 400, "page ne peut être « x »"),
    ("/intranet/calls?since=yesterday", 400, "since ne peut être « yesterday »"),
    ("/intranet/evening?map=x", 400, "map ne peut être « x »"),
    ("/intranet/flags?severity=grave", 400, "severity ne peut être « grave »"),
    ("/intranet/calls?since=0001-01-01", 400, "since ne peut être"),
    ("/intranet/calls?form=x&_external=1&_scheme=ftp", 200, "Appels"),
    ("/intranet/flags/99999999999", 404, "Cela n'existe pas."),
    ("/intranet/bureau/%00", 400, "NUL"),
    ("/intranet/bureau?code=%00", 400, "NUL"),
    ("/intranet/evening?election=99999999999999999999", 404, "Cela n'existe pas."),
    ("/intranet/nothing", 404, "Cela n'existe pas."),
]


def test_what_makes_no_sense_gets_one_clear_sentence(supervisor):
    for path, status, says in NONSENSE:
        response = supervisor.get(path)
        assert (path, response.status_code) == (path, status)
        assert says in response.get_data(as_text=True).replace("&#39;", "'"), path


def test_without_an_election_there_is_a_page_all_the_same(line, intranet):
    reader = intranet.reader(Role.SUPERVISOR)
    with line.engine.begin() as connection:
        for table in ("standing", "norm", "pin", "bureau", "department", "candidate", "election"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    assert reader.get("/intranet/evening").status_code == 404
    assert reader.get("/intranet/account").status_code == 200


def test_another_election_is_seen_by_its_number(line, intranet):
    with line.engine.begin() as connection:
        row = connection.execute(select(election)).one()
        later = {**row._mapping, "id": 2, "round": 2}
        connection.execute(insert(election).values(later))
    reader = intranet.reader(Role.SUPERVISOR)
    assert reader.get(f"/intranet/bureau/{CODE}").status_code == 404
    reader.page(f"/intranet/bureau/{CODE}?election=1")
    assert "/intranet/evening?election=1" in reader.last.get_data(as_text=True)


def test_pages_show_no_number_that_a_president_did_not_confirm(evening, supervisor):
    total = sum(FIGURES.values())
    assert str(total * 3) not in supervisor.page("/intranet/evening")
    assert PRESIDENT in supervisor.page(f"/intranet/bureau/{CODE}")
