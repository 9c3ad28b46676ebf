"""What all pages have: a refresh without the frame, sentences for nonsense, another election, no election."""

from sqlalchemy import insert, select

from db.schema import election
from db.users import Role
from tests.support.primary_2011 import CODE


def test_a_refresh_is_the_page_without_its_frame_and_takes_no_message_away(evening, supervisor):
    supervisor.post("/intranet/calls/2/review", "/intranet/calls/2", reason="")
    text = supervisor.get("/intranet/evening", X_Live="1").get_data(as_text=True)
    assert text.lstrip().startswith("<main")
    assert "Il faut un motif" not in text
    assert "Il faut un motif" in supervisor.page("/intranet/calls/2")


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
