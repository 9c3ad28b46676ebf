"""Work on the intranet in a real browser: a call, a flag, an operator's entry, a tally from the phone to the public page."""

import re

import pytest
from playwright.sync_api import expect

from db.users import Role
from tests.support.intranet import MAKER
from tests.support.intranet_client import add_accounts, add_colleagues
from tests.support.intranet_windows import log_in, open_windows
from tests.support.line import Line
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import ELECTION_NIGHT, FIGURES
from tests.support.servers import serving
from tests.support.small_evening import MISSING, begin_evening

pytestmark = [
    pytest.mark.xdist_group("browser of the intranet"),
    on_sqlite,  # the pages' own tests run on both
]


@pytest.fixture
def line(engine, pins, clock):
    """The line in this process, on the database that the server shows."""
    return begin_evening(Line(engine, clock, pins))


@pytest.fixture
def accounts(line, clock):
    return add_accounts(line.engine, MAKER, clock.now)


@pytest.fixture
def served(engine, accounts):
    with serving(engine.url.render_as_string(), REMONTEE_REHEARSAL="1") as server:
        yield server


@pytest.fixture
def watched(browser, served):
    with open_windows(browser) as open_window:
        yield open_window


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
    for _ in range(2):  # once the second is asked for, the first has been shown
        with page.expect_response(f"**/bureau/{MISSING}"):
            pass
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


def phone_in(page, served, pins, code):
    """A president keys a tally on the telephone in the browser."""
    page.goto(f"{served.url}/phone?quick")
    page.locator("#call").click()
    for keys in (code, f"{pins[code]}#", "*".join(map(str, FIGURES.values())) + "#", "1"):
        expect(page.locator("body")).to_have_attribute("data-state", "waiting", timeout=10_000)
        for key in keys:
            page.keyboard.press(key)
    expect(page.locator("#receipt output")).to_be_visible(timeout=10_000)


def key_statement(page, served, code):
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
    key_statement(clerk, served, code)
    expect(clerk.locator(".flashes")).to_contain_text("Une autre personne fera la seconde")
    clerk.goto(f"{served.url}/intranet/minutes/{code}")
    expect(clerk.locator("#f-voters")).to_have_count(0)
    key_statement(second, served, code)
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
