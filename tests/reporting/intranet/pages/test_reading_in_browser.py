"""The intranet's pages in a real browser, read only: what each role sees, a server that is lost, accessibility, screenshots.

The tests share one server and its evening, which none of them changes.
"""

import pytest
from playwright.sync_api import expect

from db.backends.engine import open_engine
from db.schema import flag
from db.users import Role
from reporting.lines.arrivals import arrivals
from reporting.lines.kept import Kept, keep
from reporting.lines.lengths import measured
from reporting.lines.plan import Question, make_plan
from tests.support.browser_pages import faults
from tests.support.clock import Clock
from tests.support.intranet import MAKER
from tests.support.intranet_client import add_accounts
from tests.support.intranet_windows import log_in, open_windows
from tests.support.line import Line
from tests.support.primary_2011 import CODE, ELECTION_NIGHT
from tests.support.servers import serving
from tests.support.small_evening import MISSING, begin_evening

pytestmark = pytest.mark.xdist_group("browser of the intranet")

VERIFYING = ["Rapprochement", "Validation"]
WATCHING = ["Contrôle", "Lignes", "Registre d'audit"]
MENU = {
    Role.ADMIN: ["La soirée", "Manquants", "Appels", "Signalements", *VERIFYING, *WATCHING],
    Role.SUPERVISOR: [
        "La soirée",
        "Manquants",
        "Appels",
        "Signalements",
        "Saisie opérateur",
        *VERIFYING,
        *WATCHING,
    ],
    Role.AUTHORITY: ["La soirée", "Manquants", "Appels", "Signalements", *VERIFYING, *WATCHING],
    Role.OPERATOR: ["Manquants", "Saisie opérateur"],
    Role.CDRV: ["Département 01", "Manquants", "Signalements", "Procès-verbaux", "Stylo", *VERIFYING],
    Role.CANDIDATE: ["La soirée"],
}


@pytest.fixture(scope="module")
def engine(sqlite_with_primary, tmp_path_factory):
    engine = open_engine(sqlite_with_primary.copy_to(tmp_path_factory.mktemp("evening")))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def line(engine, sqlite_with_primary):
    return begin_evening(Line(engine, Clock(), sqlite_with_primary.pins))


@pytest.fixture(scope="module")
def accounts(line):
    return add_accounts(line.engine, MAKER, ELECTION_NIGHT)


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    """The plan of lines of a small election, as the command keeps it."""
    path = tmp_path_factory.mktemp("lines") / "plan.json"
    question = Question(100, 60, measured("guided"), arrivals("real"), lines=(2, 20))
    keep(Kept(make_plan(question), ELECTION_NIGHT), path)
    return path


@pytest.fixture(scope="module")
def served(line, accounts, plan_file):
    with serving(line.engine.url.render_as_string(), REMONTEE_REHEARSAL="1", LINES_PLAN=str(plan_file)) as server:
        yield server


@pytest.fixture
def watched(browser, served):
    with open_windows(browser) as open_window:
        yield open_window


@pytest.mark.parametrize("role", Role)
def test_each_role_logs_in_and_sees_what_it_may_and_nothing_else(watched, served, accounts, engine, role):
    page = watched()
    log_in(page, served, accounts[role], engine)
    assert page.locator(".menu li:not(.find) a").all_inner_texts() == MENU[role]
    for place, name in enumerate(MENU[role]):
        page.locator(".menu li:not(.find) a").nth(place).click()
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(f'.menu a:text-is("{name}")')).to_have_attribute("aria-current", "page")
    for endpoint, name in (("evening", "La soirée"), ("calls", "Appels"), ("audit", "Registre d'audit")):
        if name not in MENU[role]:
            assert page.request.get(f"{served.url}/intranet/{endpoint}").status == 403


def test_a_page_that_lost_the_server_says_so(watched, served, accounts, engine):
    page = watched()
    log_in(page, served, accounts[Role.SUPERVISOR], engine)
    expect(page.locator("#pulse")).to_have_text("En direct")
    page.route("**/intranet/evening", lambda route: route.fulfill(status=500, body="down"))
    expect(page.locator("#pulse")).to_have_text("Plus de contact : chiffres d'avant", timeout=4000)


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
def test_no_page_has_a_serious_fault_of_accessibility(watched, served, accounts, engine, line, axe, look):
    options = {
        "light": {},
        "dark": {"color_scheme": "dark"},
        "narrow": {"viewport": {"width": 390, "height": 844}},
    }[look]
    page = watched(bypass_csp=True, **options)
    page.goto(f"{served.url}/intranet/login")
    found = faults(page, axe, "login", look)
    log_in(page, served, accounts[Role.SUPERVISOR], engine)
    which = next(row.id for row in line.rows(flag) if row.code == "sum-mismatch")
    paths = [
        "evening",
        "evening?map=leader",
        "department/01",
        f"bureau/{CODE}",
        f"bureau/{MISSING}",
        "missing",
        "calls",
    ]
    paths += ["calls/2", "flags", f"flags/{which}", "entry", "audit?check=1", "account", "change", "nothing"]
    paths += ["reconciliation?state=incomplete", f"reconciliation/{CODE}", "validation", "inspection", "lines"]
    for path in paths:
        page.goto(f"{served.url}/intranet/{path}")
        found += faults(page, axe, path, look)
        if path != "nothing":
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"
    clerk = watched(bypass_csp=True, **options)
    log_in(clerk, served, accounts[Role.CDRV], engine)
    for path in ("minutes", "minutes/00100038", "pen", "validation/01"):
        clerk.goto(f"{served.url}/intranet/{path}")
        found += faults(clerk, axe, path, look)
        assert clerk.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"
    assert found == []
