"""Pages read from a real standby: which ones, how late they say that they are, and what happens when it fails."""

from uuid import uuid4

import pytest

from db.backends import replica
from db.users import Role
from reporting.intranet.pages import evening
from reporting.intranet.requests import read_routing
from tests.support.cluster import ask
from tests.support.intranet import Intranet
from tests.support.intranet_client import words
from tests.support.line import Line
from tests.support.primary_2011 import CODE, load_primary
from tests.support.waiting import wait_until

pytestmark = pytest.mark.xdist_group("cluster")

COMMUNE = "Abergement"
CATCHES_UP = "La copie a moins d'une seconde de retard."
READ_FROM_IT = "Cette page en a été lue."


@pytest.fixture
def database_url(cluster):
    """A database of its own on the primary, and so on the standby."""
    name = f"copy_{uuid4().hex}"
    ask(cluster.primary, f"CREATE DATABASE {name} TEMPLATE migrated")
    return cluster.url(cluster.primary, name)


@pytest.fixture
def pins(engine):
    return load_primary(engine)


@pytest.fixture
def line(cluster, engine, clock, pins):
    wait_until(cluster.has_caught_up)
    return Line(engine, clock, pins, database_replica_url=cluster.url(cluster.standby, engine.url.database))


@pytest.fixture
def supervisor(cluster, line, monkeypatch):
    """Somebody who logged in a while ago, beside a copy that is in time."""
    reader = Intranet(line).reader(Role.SUPERVISOR)
    monkeypatch.setattr(read_routing, "AFTER_WRITING", 0.0)
    wait_until(cluster.has_caught_up)
    return reader


@pytest.fixture
def frozen(cluster, line, supervisor):
    """The copy shows what was before a bureau reported."""
    ask(cluster.standby, "SELECT pg_wal_replay_pause()")
    line.reported()
    return supervisor


@pytest.fixture
def patient(monkeypatch):
    """However late the copy is, it may be read from."""
    monkeypatch.setattr(replica, "BOUND", 3600.0)


def test_what_is_only_watched_is_read_from_the_copy_and_says_how_late_it_is(supervisor, patient):
    page = supervisor.page("/intranet/evening")
    assert f"{CATCHES_UP} {READ_FROM_IT}" in page
    supervisor.get("/intranet/language/en?next=/intranet/evening")
    assert "The copy is less than a second behind. This page was read from it." in supervisor.page("/intranet/missing")


@pytest.mark.usefixtures("patient")
def test_watched_pages_exports_and_the_api_show_the_copy_and_what_one_decides_by_the_primary(frozen):
    for path in ("/intranet/evening", "/intranet/department/01"):
        assert "0 / " in frozen.page(path)
        assert READ_FROM_IT in frozen.page(path)
    assert COMMUNE not in frozen.page("/intranet/calls")
    assert COMMUNE in frozen.page("/intranet/missing")
    assert frozen.get("/intranet/totals.json?level=national").get_json()["rows"][0]["reported"] == 0
    assert frozen.get("/intranet/api/totals?level=national").get_json()["rows"][0]["reported"] == 0
    for path in (f"/intranet/bureau/{CODE}", "/intranet/audit", "/intranet/reconciliation", "/intranet/validation"):
        assert READ_FROM_IT not in frozen.page(path)
    assert "312" in frozen.page(f"/intranet/bureau/{CODE}")


@pytest.mark.usefixtures("patient")
def test_a_reader_who_sent_a_form_finds_what_they_did(frozen, monkeypatch):
    assert "0 / " in frozen.page("/intranet/evening")
    monkeypatch.setattr(read_routing, "AFTER_WRITING", 3600.0)
    frozen.post(f"/intranet/bureau/{CODE}/lock", f"/intranet/bureau/{CODE}", reason="A try")
    assert "1 / " in frozen.page("/intranet/evening")
    assert "1 / " in words(frozen.get("/intranet/evening", X_Live="1"))


def test_a_copy_that_is_too_late_is_not_read_from_and_the_page_says_so(frozen, monkeypatch):
    monkeypatch.setattr(replica, "BOUND", -1.0)
    page = frozen.page("/intranet/evening")
    assert "1 / " in page
    assert "C'est trop : les pages sont lues à la source." in page


@pytest.mark.usefixtures("patient")
def test_a_session_is_over_at_once_however_late_the_copy_is(frozen):
    kept = frozen.client.get_cookie("remontee", domain="line.example").value
    frozen.post("/intranet/logout", "/intranet/account")
    frozen.client.set_cookie("remontee", kept, domain="line.example")
    assert frozen.get("/intranet/evening").status_code == 302


@pytest.mark.usefixtures("patient")
def test_a_copy_that_fails_in_the_middle_of_a_page_brings_the_page_back_from_the_primary(
    cluster, supervisor, monkeypatch
):
    def cut_off(*arguments):
        ask(cluster.standby, f"SELECT pg_terminate_backend(pid) {OTHERS}")
        return read_pace(*arguments)

    read_pace = evening.read_pace
    monkeypatch.setattr(evening, "read_pace", cut_off)
    answer = supervisor.get("/intranet/evening")
    assert (answer.status_code, answer.headers["Refresh"]) == (503, "1")
    assert "La copie de la base a fait défaut" in words(answer)
    page = supervisor.page("/intranet/evening")
    assert "La copie ne répond pas : les pages sont lues à la source." in page


OTHERS = "FROM pg_stat_activity WHERE datname LIKE 'copy%' AND pid <> pg_backend_pid()"


def test_the_machinery_is_told_how_late_the_copy_is(supervisor):
    (told,) = [each for each in supervisor.get("/metrics").text.splitlines() if each.startswith("remontee_copy_")]
    assert float(told.split()[1]) >= 0
