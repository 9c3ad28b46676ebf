"""The public page in a real browser: on a phone and at a desk, in the light, in the dark and on paper."""

import pytest
from playwright.sync_api import expect

from db.backends.engine import open_engine
from tests.support.browser_pages import faults, shoot
from tests.support.primary_2011 import CODE
from tests.support.public_site import OTHER, OTHER_FIGURES, publish
from tests.support.result_workflow import ResultWorkflow
from tests.support.servers import serving

pytestmark = pytest.mark.xdist_group("browser")

LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def served(sqlite_with_primary, tmp_path_factory):
    """The service, on a database in which two bureaux are published. No test changes it."""
    database_url = sqlite_with_primary.copy_to(tmp_path_factory.mktemp("results"))
    engine = open_engine(database_url)
    workflow = ResultWorkflow(engine)
    publish(workflow)
    publish(workflow, OTHER, OTHER_FIGURES)
    engine.dispose()
    with serving(database_url) as server:
        yield server


@pytest.fixture
def watched(browser, served):
    """Opens windows that run no script, in which nothing may go wrong: no error on the console, no request to elsewhere."""
    contexts, complaints, elsewhere = [], [], []

    def note(message):
        if message.type == "error" and "404" not in message.text:
            complaints.append(message.text)

    def open_window(**options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "fr-FR", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("request", lambda each: each.url.startswith((served.url, "data:")) or elsewhere.append(each.url))
        return page

    yield open_window
    assert [each.cookies() for each in contexts] == [[]] * len(contexts)
    for context in contexts:
        context.close()
    assert (complaints, elsewhere) == ([], [])


def test_a_reader_without_scripts_reads_the_results_and_finds_a_bureau(watched, served):
    page = watched(java_script_enabled=False)
    page.goto(f"{served.url}/resultats")
    expect(page.locator(".seal")).to_have_text("Résultats validés par la Haute Autorité")
    expect(page.locator("#bureaux")).to_have_text("2")
    page.click(".list >> text=Ain (01)")
    expect(page.locator("h1")).to_contain_text("Ain (01)")
    expect(page.locator(".list tbody")).to_contain_text(CODE)
    page.click("text=English")
    expect(page.locator(".seal")).to_have_text("Results validated by the High Authority")
    page.click("text=All departments")
    page.locator('.france a[aria-label^="01 Ain"]').focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.url}/resultats/departement/01?lang=en")


def test_no_page_has_a_serious_fault_of_accessibility_or_is_wider_than_a_phone(watched, served, axe):
    found = []
    for look, options in LOOKS.items():
        page = watched(bypass_csp=True, **options)
        for path in ("resultats", "resultats/departement/01", "resultats/departement/02", "resultats/nothing"):
            page.goto(f"{served.url}/{path}")
            found += faults(page, axe, path, look)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (path, look)
    assert found == []


def test_on_paper_the_figures_stay(watched, served):
    page = watched()
    page.goto(f"{served.url}/resultats")
    page.emulate_media(media="print")
    expect(page.locator(".shares")).to_be_visible()
    expect(page.locator(".map")).to_be_hidden()
    shoot(page, "resultats-print")
