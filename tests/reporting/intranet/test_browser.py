"""The intranet in a real browser: what each role sees, figures that move by themselves, accessibility, screenshots."""

import re

import pytest
from playwright.sync_api import expect

from db.schema import flag
from db.users import Role
from reporting.lines.arrivals import arrivals
from reporting.lines.kept import Kept, keep
from reporting.lines.lengths import measured
from reporting.lines.plan import Question, make_plan
from tests.support.browser_pages import faults
from tests.support.intranet import MAKER
from tests.support.intranet_client import add_accounts, add_colleagues, forget_codes
from tests.support.line import Line
from tests.support.primary_2011 import CODE, ELECTION_NIGHT, FIGURES
from tests.support.servers import serving

pytestmark = [
    pytest.mark.xdist_group("browser of the intranet"),
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),  # the pages' own tests run on both
]

OTHER = "00100046"
MISSING = "00200015"
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


@pytest.fixture
def line(engine, pins, clock):
    """The line in this process, on the database that the server shows; two bureaux have reported, a third has begun."""
    line = Line(engine, clock, pins)
    line.reported()
    line.identified(OTHER, caller="+33639981003").keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    line.identified(MISSING, caller="+33639981005").keys("312#").keys("4#").hang_up()
    return line


@pytest.fixture
def accounts(line, clock):
    return add_accounts(line.engine, MAKER, clock.now)


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    """The plan of lines of a small election, as the command keeps it."""
    path = tmp_path_factory.mktemp("lines") / "plan.json"
    question = Question(100, 60, measured("guided"), arrivals("real"), lines=(2, 20))
    keep(Kept(make_plan(question), ELECTION_NIGHT), path)
    return path


@pytest.fixture
def served(engine, accounts, plan_file):
    url = engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    with serving(url, REMONTEE_REHEARSAL="1", LINES_PLAN=str(plan_file)) as server:
        yield server


@pytest.fixture
def watched(browser, served):
    """Opens windows in which nothing may go wrong: no error on the console, no request to elsewhere."""
    contexts, complaints = [], []

    def note(message):
        if message.type == "error" and "500" not in message.text and "404" not in message.text:
            complaints.append(message.text)

    def open_window(**options):
        context = browser.new_context(locale="fr-FR", **{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert complaints == []


def log_in(page, served, account, engine):
    forget_codes(engine)
    page.goto(f"{served.url}/intranet/")
    page.fill("#email", account.email)
    page.fill("#password", account.password)
    page.click("main button")
    if account.secret:
        page.fill("#code", account.code())
        page.click("main button")
    expect(page.locator(".who")).to_contain_text(account.email)


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


def test_a_call_in_one_window_moves_the_figures_in_another_within_two_seconds(watched, served, accounts, engine, pins):
    evening = watched()
    log_in(evening, served, accounts[Role.SUPERVISOR], engine)
    evening.goto(f"{served.url}/intranet/evening")
    expect(evening.locator("#reported")).to_contain_text("2 / 8")
    evening.evaluate("window.sameDocument = true")
    phone = watched()
    phone.goto(f"{served.url}/phone?quick")
    phone.locator("#call").click()
    for keys in ("00100038", f"{pins['00100038']}#", "*".join(map(str, FIGURES.values())) + "#", "1"):
        expect(phone.locator("body")).to_have_attribute("data-state", "waiting", timeout=10_000)
        for key in keys:
            phone.keyboard.press(key)
    expect(phone.locator("#receipt output")).to_be_visible(timeout=10_000)
    expect(evening.locator("#reported")).to_contain_text("3 / 8", timeout=2000)
    assert evening.evaluate("window.sameDocument") is True


def test_a_supervisor_finds_a_call_reads_it_and_resolves_its_flag(watched, served, accounts, engine):
    page = watched()
    log_in(page, served, accounts[Role.SUPERVISOR], engine)
    page.click(".menu >> text=Appels")
    page.select_option("select[name=flagged]", "true")
    page.click("text=Afficher")
    page.locator("tbody th a").first.click()
    expect(page.locator(".transcript")).to_contain_text("Il manque 3 bulletins")
    page.click("text=différence de 3")
    page.fill("#reason", "The minutes do say so")
    page.click("text=Résoudre")
    expect(page.locator("#resolution")).to_contain_text("The minutes do say so")
    page.click(".menu >> text=Signalements")
    expect(page.locator("#content")).not_to_contain_text("différence de 3")


def test_what_somebody_is_typing_is_left_alone_by_the_refreshing(watched, served, accounts, engine, line):
    page = watched()
    log_in(page, served, accounts[Role.SUPERVISOR], engine)
    page.goto(f"{served.url}/intranet/bureau/{MISSING}")
    page.click("text=Verrouiller le PIN")
    page.fill("#pin-reason", "A stranger")
    line.reported("00100038")
    page.wait_for_timeout(1800)
    assert page.input_value("#pin-reason") == "A stranger"
    assert page.locator("details.decide").get_attribute("open") is not None


def test_pages_work_without_scripts(watched, served, accounts, engine, pins):
    page = watched(java_script_enabled=False)
    log_in(page, served, accounts[Role.OPERATOR], engine)
    page.fill("#code", MISSING)
    page.fill("#pin", pins[MISSING])
    page.click("text=Vérifier")
    for field, count in FIGURES.items():
        page.fill(f"#f-{field}", str(count))
    page.click("text=Relire")
    expect(page.locator(".readback")).to_contain_text("François Hollande")
    page.click("text=Le président confirme")
    expect(page.locator(".receipt output")).to_have_text(re.compile(r"\d{3}.\d{3}.\d"))


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


def phone_in(page, served, pins, code):
    """A president keys a tally on the telephone in the browser."""
    page.goto(f"{served.url}/phone?quick")
    page.locator("#call").click()
    for keys in (code, f"{pins[code]}#", "*".join(map(str, FIGURES.values())) + "#", "1"):
        expect(page.locator("body")).to_have_attribute("data-state", "waiting", timeout=10_000)
        for key in keys:
            page.keyboard.press(key)
    expect(page.locator("#receipt output")).to_be_visible(timeout=10_000)


def key_minutes(page, served, code):
    """A clerk keys minutes by keyboard alone, from the desk to the next one."""
    page.goto(f"{served.url}/intranet/minutes")
    expect(page.locator("main [name=search]")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#f-voters")).to_be_focused()
    for count in FIGURES.values():
        page.keyboard.type(str(count))
        page.keyboard.press("Enter")
    expect(page.locator(".flashes")).to_be_visible()


def refused(page, served, address, form="account", **fields):
    """True if this account, sending the form by hand with a token of its own, is forbidden."""
    page.goto(f"{served.url}/intranet/{form}")
    token = page.locator("[name=csrf_token]").first.get_attribute("value")
    sent = page.request.post(
        f"{served.url}/intranet/{address}", form={"csrf_token": token, **fields}, headers={"Referer": page.url}
    )
    return sent.status == 403


def test_six_people_take_a_tally_from_the_phone_to_the_public_page(watched, served, accounts, engine, pins):
    """President, two clerks, chair, two members of the High Authority; at each step somebody who may not, cannot."""
    code, case, public = "00100038", "reconciliation/00100038", f"{served.url}/resultats.json"
    colleagues = add_colleagues(engine, MAKER, ELECTION_NIGHT)
    windows = {}
    for name, account in {
        "clerk": colleagues["clerk"],
        "second clerk": colleagues["second-clerk"],
        "chair": accounts[Role.CDRV],
        "member": accounts[Role.AUTHORITY],
        "second member": colleagues["second-member"],
        "supervisor": accounts[Role.SUPERVISOR],
    }.items():
        windows[name] = watched()
        log_in(windows[name], served, account, engine)
    clerk, second, chair = windows["clerk"], windows["second clerk"], windows["chair"]
    member, other, supervisor = windows["member"], windows["second member"], windows["supervisor"]

    phone_in(watched(), served, pins, code)
    assert refused(supervisor, served, f"minutes/{code}", **dict.fromkeys(FIGURES, "1"))
    assert refused(member, served, f"minutes/{code}")
    key_minutes(clerk, served, code)
    expect(clerk.locator(".flashes")).to_contain_text("Une autre personne fera la seconde")
    clerk.goto(f"{served.url}/intranet/minutes/{code}")
    expect(clerk.locator("#f-voters")).to_have_count(0)
    key_minutes(second, served, code)
    expect(second.locator(".flashes")).to_contain_text("identiques")

    assert refused(clerk, served, f"{case}/missing", reason="x")
    chair.goto(f"{served.url}/intranet/reconciliation/00100023")
    chair.click("summary:text('Déclarer manquant')")
    chair.fill("#reason-list-missing", "Not found tonight")
    chair.click("details[open] button:text('Déclarer manquant')")
    expect(chair.locator(".flashes")).to_contain_text("déclaré manquant")

    assert refused(chair, served, f"{case}/validate", version="2")
    assert refused(supervisor, served, f"{case}/validate", version="2")
    member.goto(f"{served.url}/intranet/{case}")
    member.click("text=Valider (premier membre)")
    expect(member.locator("#content")).to_contain_text("il en faut un second")
    assert code not in member.request.get(public).text()
    member.goto(f"{served.url}/intranet/{case}")
    member.click("text=Valider (second membre)")
    expect(member.locator(".flashes")).to_contain_text("il en faut un autre")
    assert code not in member.request.get(public).text()
    other.goto(f"{served.url}/intranet/{case}")
    other.click("text=Valider (second membre)")
    expect(other.locator("#content")).to_contain_text("publié")
    reader = watched()
    reader.goto(f"{served.url}/resultats")
    expect(reader.locator("main")).to_contain_text("François Hollande")
    assert code in reader.request.get(public).text()

    assert refused(chair, served, f"{case}/take-back", reason="x", version="2")
    for page, button in ((member, "Demander le retrait"), (other, "Confirmer le retrait")):
        assert code in page.request.get(public).text()
        page.goto(f"{served.url}/intranet/{case}")
        page.click(f"summary:text('{button}')")
        page.fill("details[open] textarea", "A mistake in the paper")
        page.click(f"details[open] button:text('{button}')")
        expect(page.locator(".flashes")).to_contain_text("Retrait")
    reader.wait_for_timeout(1000)
    assert code not in reader.request.get(public).text()
