"""A bureau's page: versions side by side, history, and its PIN locked and unlocked."""

import re

from sqlalchemy.exc import DBAPIError

from db.backends.engine import backend_of
from db.schema import decision, lockout
from tests.support.primary_2011 import CODE
from tests.support.small_evening import MISSING


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


def test_a_code_that_no_bureau_has_is_said(supervisor):
    supervisor.get("/intranet/bureau?code=99999999")
    assert "99999999" in supervisor.page("/intranet/evening")


def test_nothing_is_called_done_that_the_database_did_not_commit(evening, supervisor, monkeypatch):
    def lose(_backend, _connection):
        raise DBAPIError("COMMIT", None, Exception("the connection is lost"))

    path = f"/intranet/bureau/{MISSING}"
    supervisor.page(path)
    monkeypatch.setattr(type(backend_of(evening.engine)), "commit", lose)
    answer = supervisor.post(f"{path}/lock", path, reason="A stranger has the envelope")
    monkeypatch.undo()
    assert answer.status_code == 500
    assert "verrouillé" not in answer.get_data(as_text=True)
    assert evening.rows(decision) == []
