"""The keypad phone at `/phone`: a real browser phones a tally in, and hears its receipt."""

import re

import pytest
from playwright.sync_api import expect

from db.schema import call
from tests.support.browser_pages import shoot
from tests.support.line import Line
from tests.support.primary_2011 import CODE, FIGURES
from tests.support.servers import serving
from tests.support.settings import HOTLINE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The page is the same on both; what the line stores has tests on both."""


@pytest.fixture
def served(engine, pins):
    url = engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    with serving(url, REMONTEE_REHEARSAL="1", HOTLINE_NUMBER=HOTLINE) as server:
        yield server


@pytest.fixture
def page(browser, served):
    context = browser.new_context(viewport={"width": 1180, "height": 900}, locale="fr-FR")
    opened = context.new_page()
    complaints = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{served.url}/phone?quick")
    yield opened
    context.close()
    assert complaints == []


def waits(page):
    expect(page.locator("body")).to_have_attribute("data-state", "waiting", timeout=10_000)


def click(page, keys):
    waits(page)
    for key in keys:
        page.locator(f'[data-key="{key}"]').click()


def type_keys(page, keys):
    waits(page)
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.xdist_group("browser")
def test_a_tally_is_phoned_in_with_clicks_and_keys_and_its_receipt_is_shown(page, pins, engine, clock):
    line = Line(engine, clock, pins)
    shoot(page, "phone-idle")
    page.locator("#call").click()
    click(page, CODE)
    expect(page.locator("#transcript")).to_contain_text("Code secret")
    type_keys(page, pins[CODE])
    shoot(page, "phone-pin")
    page.keyboard.press("Enter")
    expect(page.locator("#transcript")).to_contain_text("L'Abergement-Clémenciat")
    for count in list(FIGURES.values())[:-1]:
        type_keys(page, f"{count}#")
    shoot(page, "phone-figure")
    type_keys(page, "16#")
    expect(page.locator("#transcript")).to_contain_text("Total, 312.")
    waits(page)
    shoot(page, "phone-read-back")
    assert line.tallies() == []
    click(page, "1")
    expect(page.locator("#receipt output")).to_have_text(re.compile(r"\d{3} \d{3} \d"))
    expect(page.locator("body")).to_have_attribute("data-state", "ended")
    shoot(page, "phone-receipt")
    assert line.tallies() == [FIGURES]
    assert pins[CODE] not in page.content()
    expect(page.locator("#transcript")).to_contain_text("●●●●●●#")
    expect(page.locator("#twiml")).to_contain_text("<Hangup/>")


@pytest.mark.xdist_group("browser")
def test_the_telephone_fits_a_small_and_a_dark_screen(browser, served):
    for scheme, width in (("light", 390), ("dark", 390), ("dark", 1180)):
        context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{served.url}/phone?quick")
        page.locator("#call").click()
        waits(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for key in page.locator("[data-key]").all():
            box = key.bounding_box()
            assert box is not None
            assert box["height"] >= 56
            assert box["width"] >= 56
        shoot(page, f"phone-{scheme}-{width}")
        context.close()


@pytest.mark.xdist_group("browser")
def test_escape_hangs_up_and_the_line_knows(page, pins, engine, clock):
    line = Line(engine, clock, pins)
    page.locator("#call").click()
    waits(page)
    with page.expect_response("**/phone/hang-up"):
        page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_attribute("data-state", "ended")
    assert line.rows(call)[0].carrier_status == "completed"


@pytest.mark.xdist_group("browser")
def test_keys_pressed_ahead_answer_the_next_question(page, pins):
    page.locator("#call").click()
    type_keys(page, f"{CODE}{pins[CODE]}#312#")
    expect(page.locator("#transcript")).to_contain_text("312. Blancs ou nuls ?")


@pytest.mark.xdist_group("browser")
def test_the_hot_line_may_or_may_not_answer(page):
    page.locator("#call").click()
    type_keys(page, "0#")
    expect(page.locator("body")).to_have_attribute("data-state", "dialling")
    page.locator("#not-reached").click()
    expect(page.locator("#transcript")).to_contain_text("L'assistance ne répond pas.")
    type_keys(page, "0#")
    page.locator("#reached").click()
    expect(page.locator("body")).to_have_attribute("data-state", "ended")


@pytest.mark.xdist_group("browser")
def test_a_server_that_is_gone_is_said_plainly(browser, pins, database_url):
    with serving(database_url, REMONTEE_REHEARSAL="1") as server:
        page = browser.new_page()
        page.goto(f"{server.url}/phone?quick")
        page.locator("#call").click()
        waits(page)
    type_keys(page, CODE)
    expect(page.locator("#saying")).to_contain_text("La ligne ne répond pas.", timeout=10_000)
    page.close()


def test_the_keypad_is_off_unless_it_is_a_rehearsal(line):
    client = line.app.test_client()
    assert client.get("/phone").status_code == 404
    assert client.post("/phone/dial", json={}).status_code == 404


@pytest.fixture
def client(engine, clock, pins):
    return Line(engine, clock, pins, rehearsal=True).app.test_client()


def test_a_handset_that_the_server_did_not_sign_is_refused(client):
    call_ = client.post("/phone/dial", json={}).get_json()["call"]
    for forged in ("", "nonsense", call_[:-2] + "xx"):
        response = client.post("/phone/keys", json={"call": forged, "keys": "1"})
        assert response.status_code == 400
        assert response.get_json()["error"]
    assert client.post("/phone/keys", json={}).status_code == 400
    assert client.post("/phone/dialled", json={"call": call_, "reached": True}).status_code == 400


def test_nothing_from_elsewhere_and_nothing_inline(client):
    response = client.get("/phone")
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "style=" not in response.text
    assert "onclick" not in response.text


def test_without_an_election_the_telephone_says_what_to_do(engine, clock):
    response = Line(engine, clock, {}, rehearsal=True).app.test_client().get("/phone")
    assert response.status_code == 503
    assert "election load" in response.text
