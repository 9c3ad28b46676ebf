"""The keypad phone at `/phone`: a real browser phones a tally in, and hears its receipt.

The tests share one server. Only one of them phones for `CODE`.
"""

import re

import pytest
from playwright.sync_api import expect

from db.backends.engine import open_engine
from db.schema import call
from tests.support.browser_pages import shoot
from tests.support.line import Line
from tests.support.primary_2011 import CODE, FIGURES
from tests.support.servers import serving
from tests.support.settings import HOTLINE

pytestmark = pytest.mark.xdist_group("browser")
OTHER = "00100046"


@pytest.fixture(scope="module")
def engine(sqlite_with_primary, tmp_path_factory):
    """SQLite: the page is the same on both, and what the line stores has tests on both."""
    engine = open_engine(sqlite_with_primary.copy_to(tmp_path_factory.mktemp("keypad")))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def pins(sqlite_with_primary):
    return sqlite_with_primary.pins


@pytest.fixture(scope="module")
def served(engine):
    with serving(engine.url.render_as_string(), REMONTEE_REHEARSAL="1", HOTLINE_NUMBER=HOTLINE) as server:
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


def test_escape_hangs_up_and_the_line_knows(page, pins, engine, clock):
    line = Line(engine, clock, pins)
    page.locator("#call").click()
    waits(page)
    with page.expect_response("**/phone/hang-up"):
        page.keyboard.press("Escape")
    expect(page.locator("body")).to_have_attribute("data-state", "ended")
    assert line.rows(call)[-1].carrier_status == "completed"


def test_keys_pressed_ahead_answer_the_next_question(page, pins):
    page.locator("#call").click()
    type_keys(page, f"{OTHER}{pins[OTHER]}#312#")
    expect(page.locator("#transcript")).to_contain_text("312. Blancs ou nuls ?")


def test_the_hot_line_may_or_may_not_answer(page):
    page.locator("#call").click()
    type_keys(page, "0#")
    expect(page.locator("body")).to_have_attribute("data-state", "dialling")
    page.locator("#not-reached").click()
    expect(page.locator("#transcript")).to_contain_text("L'assistance ne répond pas.")
    type_keys(page, "0#")
    page.locator("#reached").click()
    expect(page.locator("body")).to_have_attribute("data-state", "ended")


def test_a_server_that_is_gone_is_said_plainly(browser, sqlite_with_primary, tmp_path):
    with serving(sqlite_with_primary.copy_to(tmp_path), REMONTEE_REHEARSAL="1") as server:
        page = browser.new_page()
        page.goto(f"{server.url}/phone?quick")
        page.locator("#call").click()
        waits(page)
    type_keys(page, CODE)
    expect(page.locator("#saying")).to_contain_text("La ligne ne répond pas.", timeout=10_000)
    page.close()
