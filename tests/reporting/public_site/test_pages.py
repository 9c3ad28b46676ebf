"""What everybody reads: only what is validated, its sums, its languages, and nothing of who reads it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from db.schema import Channel, bureau, department
from flows.catalogue import LOCALES
from reporting.public_site.html import HERE, Wording
from reporting.publication.publish import GENESIS, add_up, sha256
from reporting.publication.signature import is_signed
from reporting.tabulation.totals import Level
from reporting.tabulation.totals_records import columns
from reporting.wording.page_wording import read_catalogue
from tests.support.clock import Clock
from tests.support.line import Line
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import CODE, FIGURES
from tests.support.public_site import OTHER, OTHER_FIGURES, PublicSite, add_round, publish, take_back
from tests.support.result_workflow import ResultWorkflow

PROVISIONAL = {**FIGURES, "voters": 77777, "1": 77565}
"""Figures that are not validated, and that no other figure contains."""


@pytest.fixture
def public(workflow) -> PublicSite:
    return PublicSite(workflow)


def read_csv(text_of_it: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of_it)))


def both() -> dict[str, int]:
    return {field: FIGURES[field] + OTHER_FIGURES[field] for field in FIGURES}


@on_sqlite
def test_before_the_polls_close_the_page_says_when_they_do(workflow, public):
    workflow.now = workflow.schedule.polls_close - timedelta(minutes=1)
    page = public.page()
    assert "Le vote est en cours." in page
    assert "9 octobre 2011 à 19:00 (UTC+02:00)" in page
    snapshot = public.data()
    assert (snapshot["publication"], snapshot["why"], snapshot["departments"]) == (None, "polls-open", [])
    assert snapshot["polls_close"] == "2011-10-09T19:00:00+02:00"
    assert read_csv(public.page(".csv")) == []
    assert public.data("/publications.json")["publications"] == []


@on_sqlite
def test_the_page_opens_by_itself_when_the_polls_close(workflow, public):
    workflow.now = workflow.schedule.polls_close - timedelta(seconds=1)
    first = public.get()
    workflow.now = workflow.schedule.polls_close
    public.a_second_later()
    second = public.get()
    assert "Aucun résultat n'est encore validé." in second.text.replace("&#39;", "'")
    assert first.headers["ETag"] != second.headers["ETag"]
    assert public.data()["why"] == "nothing-validated"


def test_only_what_two_members_validated_is_published(workflow, public):
    workflow.phone(**PROVISIONAL)
    workflow.phone(OTHER, **OTHER_FIGURES)
    workflow.paper(OTHER, OTHER_FIGURES)
    workflow.validate(workflow.deciders.member, OTHER)
    assert public.data()["publication"] is None
    workflow.validate(workflow.deciders.second_member, OTHER)
    public.a_second_later()
    snapshot = public.data()
    (row,) = snapshot["departments"][0]["rows"]
    assert (row["code"], row["figures"]) == (OTHER, OTHER_FIGURES)
    assert snapshot["totals"]["bureaux"] == 1
    workflow.tell(Channel.PEN, **PROVISIONAL)
    public.a_second_later()
    for path in ("", "/departement/01", ".json", ".csv", ".csv?level=bureau", "/publications.json"):
        page = public.page(path)
        assert "77777" not in page
        assert "77565" not in page
        assert CODE not in page


def test_a_bureau_that_is_taken_back_is_gone_within_a_second(workflow, public):
    publish(workflow)
    publish(workflow, OTHER, OTHER_FIGURES)
    paths = ("/departement/01", ".json", ".csv?level=bureau")
    assert all(CODE in public.page(path) for path in paths)
    take_back(workflow)
    assert all(CODE in public.page(path) for path in paths)
    public.a_second_later()
    for path in paths:
        assert CODE not in public.page(path)
        assert OTHER in public.page(path)


def test_rows_totals_tables_and_pages_say_the_same(workflow, public):
    publish(workflow)
    publish(workflow, OTHER, OTHER_FIGURES)
    snapshot = public.data()
    rows = [row for each in snapshot["departments"] for row in each["rows"]]
    assert snapshot["totals"] == add_up(rows) == add_up(rows) | {"figures": both(), "bureaux": 2, "electorate": 1726}
    assert snapshot["of"] == {"bureaux": 8, "electorate": 3866}
    national, by_department = read_csv(public.page(".csv?level=national")), read_csv(public.page(".csv"))
    by_bureau = read_csv(public.page(".csv?level=bureau"))
    assert [row["department"] for row in by_department] == ["01"]
    assert [row["code"] for row in by_bureau] == [CODE, OTHER]
    for field, count in both().items():
        assert (
            int(national[0][field])
            == int(by_department[0][field])
            == sum(int(row[field]) for row in by_bureau)
            == count
        )
    page = public.page()
    for number in (both()["voters"], both()["1"], both()["3"], 1726, 3866):
        assert f">{number}<" in page or f" {number}<" in page, number
    assert "bureaux sur 8, 25,0\u202f%".replace("\u202f", "") in page
    assert "Le total n&#39;est connu" in page
    assert f"{100 * both()['1'] / (both()['voters'] - 15):.2f}".replace(".", ",") in page
    ranked = re.findall(r'<th scope="row">([^<]+?)\s*<svg', page)
    assert ranked[:3] == ["Martine Aubry", "François Hollande", "Arnaud Montebourg"]


@on_sqlite
@pytest.mark.parametrize("level", Level)
def test_tables_have_the_columns_of_all_totals(workflow, public, level):
    publish(workflow)
    assert public.page(f".csv?level={level}").splitlines()[0].split(",") == columns(workflow.election, level)
    assert public.get(f".csv?level={level}").headers["Content-Type"] == "text/csv; charset=utf-8"


@on_sqlite
def test_results_are_partial_until_every_bureau_is_published(workflow, public):
    publish(workflow)
    assert "Résultats partiels" in public.page()
    with workflow.engine.begin() as connection:
        connection.execute(update(department).where(department.c.code == "01").values(bureaux=1))
    public.a_second_later()
    assert "Résultats complets" in public.page("/departement/01")


@on_sqlite
def test_each_department_has_a_page_and_no_other_has(workflow, public):
    publish(workflow)
    page = public.page("/departement/01")
    assert "Ain (01)" in page
    assert "L&#39;Abergement-Clémenciat" in page
    assert "Aucun bureau de ce département" in public.page("/departement/02")
    missing = public.get("/departement/2A")
    assert missing.status_code == 404
    assert "Aucun département de ce code" in missing.text


@on_sqlite
def test_what_is_not_there_is_refused_in_words(workflow, public):
    for path, status, words in (
        ("?election=7", 404, "Aucun scrutin"),
        ("?election=x", 404, "Aucun scrutin"),
        ("?election=7&lang=en", 404, "no election of this number"),
        ("/nothing", 404, "pas de page"),
        ("x", 404, "pas de page"),
        (".csv?level=commune", 400, "Le niveau"),
        ("/publications.json?before=x", 400, "Le numéro"),
    ):
        response = public.get(path)
        assert (response.status_code, words in response.text) == (status, True), path
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    posted = public.client.post("/resultats")
    assert posted.status_code == 405
    assert "GET" in posted.headers["Allow"]


@on_sqlite
def test_one_round_leads_to_the_other_and_the_last_is_shown_first(workflow, public):
    publish(workflow)
    second = add_round(workflow.engine, workflow)
    public.a_second_later()
    page = public.page()
    assert "second tour" in page
    assert "16 octobre 2011 à 19:00" in page
    assert 'href="/resultats?election=1"' in page
    first = public.page("?election=1")
    assert ">312<" in first
    assert 'href="/resultats/departement/01?election=1"' in first
    assert public.data(".json?election=1")["election"]["id"] == 1
    assert public.data(f".json?election={second}")["why"] == "polls-open"


@on_sqlite
def test_the_address_chooses_the_language(workflow, public):
    publish(workflow)
    french = public.get(headers={"Accept-Language": "en"}).text
    english = public.page("?lang=en")
    assert "Résultats validés par la Haute Autorité" in french
    assert "Results validated by the High Authority" in english
    assert 'href="/resultats/departement/01?lang=en"' in english
    assert '<html lang="en">' in english
    assert "Résultats" in public.page("?lang=xx")


@on_sqlite
def test_a_page_renews_itself_only_for_who_asks_for_it(workflow, public):
    publish(workflow)
    assert "Refresh" not in public.get().headers
    assert 'href="/resultats?live=1"' in public.page()
    assert public.get("?live=1").headers["Refresh"] == "60"
    assert public.get("/departement/01?live=1").headers["Refresh"] == "60"


@on_sqlite
def test_names_from_the_register_are_text_and_nothing_else(workflow, public):
    bad = '<script>alert(1)</script>"'
    with workflow.engine.begin() as connection:
        connection.execute(update(bureau).where(bureau.c.code == CODE).values(commune=bad, name="=1+1"))
    publish(workflow)
    page = public.page("/departement/01")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    (row,) = read_csv(public.page(".csv?level=bureau"))
    assert (row["commune"], row["name"]) == (bad, "'=1+1")
    assert public.data()["departments"][0]["rows"][0]["commune"] == bad
    assert public.get(".json").headers["X-Content-Type-Options"] == "nosniff"


def test_the_chain_of_publications_can_be_proven(workflow, public):
    publish(workflow)
    publish(workflow, OTHER, OTHER_FIGURES)
    take_back(workflow)
    chain = public.data("/publications.json")
    assert ([each["number"] for each in chain["publications"]], chain["next"]) == ([3, 2, 1], None)
    previous = GENESIS
    for each in reversed(chain["publications"]):
        assert each["previous"] == previous
        assert each["hash"] == sha256(each["manifest"])
        assert is_signed(each["manifest"], each["signature"], workflow.signer.public_key)
        previous = each["hash"]
    assert [each["number"] for each in public.data("/publications.json?before=3")["publications"]] == [2, 1]


@on_sqlite
def test_a_long_chain_comes_page_by_page(workflow, public, monkeypatch):
    monkeypatch.setattr("reporting.public_site.data.CHAIN_LIMIT", 1)
    publish(workflow)
    publish(workflow, OTHER, OTHER_FIGURES)
    first = public.data("/publications.json")
    assert first["next"] == "/resultats/publications.json?election=1&before=2"
    assert public.data(first["next"].removeprefix("/resultats"))["next"] is None


@on_sqlite
def test_the_page_says_what_it_was_signed_with_and_when(workflow, public):
    publish(workflow)
    page = public.page()
    published = workflow.published()
    assert published.hash in page
    assert workflow.signer.public_key in page
    assert re.search(r"Publication n° 1</strong> ·\s+<time [^>]*>9 octobre 2011 à 20:30:00", page)


def test_in_the_house_it_needs_no_session_and_sets_no_cookie(engine, pins, clock: Clock):
    line = Line(engine, clock, pins)
    publish(ResultWorkflow(engine))
    client = line.app.test_client()
    client.set_cookie("session", "anything")
    for path in ("/resultats", "/resultats.json", "/resultats.csv", "/resultats/departement/01", "/resultats/x"):
        response = client.get(path)
        assert "Set-Cookie" not in response.headers
        assert response.headers.get("Vary", "") in ("", "Accept-Encoding")
        assert "public" in response.headers["Cache-Control"]
    assert client.get("/healthz").text == "ok\n"


@on_sqlite
def test_where_the_database_does_not_answer_nothing_is_shown(workflow, public):
    publish(workflow)
    assert public.get().status_code == 200
    with workflow.engine.begin() as connection:
        connection.execute(text("DROP TABLE published_department"))
        connection.execute(text("DROP TABLE publication"))
    public.a_second_later()
    response = public.get()
    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")
    assert "312" not in response.text


@on_sqlite
def test_without_an_election_the_page_says_so(engine):
    without_election = type("WithoutElection", (), {"engine": engine, "now": Clock().now})()
    response = PublicSite(without_election).get()
    assert response.status_code == 404
    assert "Aucun scrutin" in response.text


def test_every_sentence_is_there_in_both_languages_and_is_said():
    french, english = (set(read_catalogue(locale, Wording.folder)) for locale in LOCALES)
    assert french == english
    sources = [*HERE.glob("*.py"), *HERE.glob("templates/*.html"), *HERE.glob("catalogues/fr.ftl")]
    said = " ".join(path.read_text(encoding="utf-8") for path in sources)
    made = ("error-", "download-", "figure-")
    ways = ('"{}"', "'{}'", "{ {} }")
    unsaid = [
        each
        for each in french
        if not each.startswith(made) and not any(way.replace("{}", each) in said for way in ways)
    ]
    assert unsaid == []
