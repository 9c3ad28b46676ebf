"""The page of the lines: Erlang's answer at once, and the plan that was kept; it plays nothing itself."""

import re

import pytest

from db.users import Role
from reporting.lines.arrivals import REAL, arrivals
from reporting.lines.kept import Kept, keep
from reporting.lines.lengths import measured
from reporting.lines.plan import Question, make_plan
from tests.support.intranet import Intranet
from tests.support.line import Line
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import ELECTION_NIGHT

pytestmark = on_sqlite  # one count of bureaux is all it reads
ADDRESS = "/intranet/lines"


@pytest.fixture(scope="module")
def plan():
    return make_plan(Question(200, 40, measured("guided").scaled(90), arrivals(REAL), lines=(6, 12, 40)))


@pytest.fixture
def intranet(engine, clock, pins, tmp_path):
    return Intranet(Line(engine, clock, pins, lines_plan=tmp_path / "plan.json"))


@pytest.fixture
def supervisor(intranet):
    return intranet.reader(Role.SUPERVISOR)


def markup(reader, query=""):
    return reader.get(ADDRESS + query).get_data(as_text=True)


def figure(page, name):
    return re.search(rf'id="{name}">([^<]*)<', page).group(1)


@pytest.mark.parametrize(("role", "status"), [(Role.SUPERVISOR, 200), (Role.AUTHORITY, 200), (Role.CANDIDATE, 403)])
def test_who_watches_the_line_may_read_it(intranet, role, status):
    assert intranet.reader(role).get(ADDRESS).status_code == status


def test_without_a_plan_it_says_how_to_make_one_for_this_register(supervisor):
    page = supervisor.page(ADDRESS)
    assert "Aucun plan n'est conservé" in page
    assert "lines plan --bureaux 8 --window 120" in page
    assert "<polyline" not in markup(supervisor)


def test_erlangs_number_is_told_for_what_is_asked(supervisor):
    page = markup(supervisor, "?bureaux=9474&window=120&seconds=90&accepted=1")
    assert (figure(page, "even"), figure(page, "order")) == ("137", "242")
    assert "118,4 erlangs" in page
    assert figure(markup(supervisor, "?bureaux=9474&window=120&seconds=90&accepted=5"), "even") == "123"


def test_the_kept_plan_is_shown_with_its_drawing(supervisor, plan, tmp_path):
    keep(Kept(plan, ELECTION_NIGHT), tmp_path / "plan.json")
    page = supervisor.page(ADDRESS)
    assert "200 bureaux en 40 minutes, appels de 90 secondes" in page
    assert "2011-10-09 20:30" in page
    assert markup(supervisor).count("<polyline") == 3
    assert "jamais" in page
    assert "Deux fois plus d" in page
    supervisor.get("/intranet/language/en")
    assert "Everybody phones at closing" in supervisor.page(ADDRESS)


NONSENSE = ("bureaux=0", "window=0", "seconds=-1", "accepted=3", "bureaux=x", "window=1&seconds=61", "bureaux=200001")


def test_what_makes_no_sense_is_refused(supervisor):
    for query in NONSENSE:
        assert (query, supervisor.get(f"{ADDRESS}?{query}").status_code) == (query, 400)
