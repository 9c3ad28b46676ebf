"""Windows of a real browser on the intranet."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from sqlalchemy import Engine

from tests.support.intranet_client import Account, forget_codes
from tests.support.servers import Server


@contextmanager
def open_windows(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens windows in which nothing may go wrong: no error on the console, no request to elsewhere."""
    contexts, complaints = [], []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "500" not in message.text and "404" not in message.text:
            complaints.append(message.text)

    def open_window(**options: Any) -> Page:
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


def log_in(page: Page, served: Server, account: Account, engine: Engine) -> None:
    """Logs in by hand, with the second factor where one is asked for."""
    forget_codes(engine)
    page.goto(f"{served.url}/intranet/")
    page.fill("#email", account.email)
    page.fill("#password", account.password)
    page.click("main button")
    if account.secret:
        page.fill("#code", account.code())
        page.click("main button")
    expect(page.locator(".who")).to_contain_text(account.email)
