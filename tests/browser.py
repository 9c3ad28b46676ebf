"""A real browser for tests: Debian's Chromium. Where there is none, the tests that need it say so and are skipped."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = os.environ.get("REMONTEE_SCREENSHOTS", "")
"""A folder to keep screenshots in; none are taken where it is not set."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module at a time: while it runs, nothing else in its process may use asyncio."""
    if CHROMIUM is None:
        pytest.skip("needs a browser: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def shoot(page: Page, name: str) -> None:
    """Keeps a screenshot of the whole page, if screenshots are wanted."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
