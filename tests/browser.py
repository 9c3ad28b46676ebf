"""A real browser for tests: Debian's Chromium. Where there is none, the tests that need it say so and are skipped."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NPM = shutil.which("npm")
PACKAGES = Path(__file__).parent / "package.json"
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


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core's source, from npm."""
    if NPM is None:
        pytest.skip("needs npm: apt-get install npm")
    wanted = json.loads(PACKAGES.read_text())["devDependencies"]
    folder = tmp_path_factory.mktemp("axe")
    package = f"axe-core@{wanted['axe-core']}"
    subprocess.run([NPM, "pack", "--silent", package], cwd=folder, check=True, capture_output=True, timeout=120)
    (archive,) = folder.glob("*.tgz")
    shutil.unpack_archive(archive, folder, "gztar")
    return (folder / "package" / "axe.min.js").read_text(encoding="utf-8")


RULES = {"dark": ["color-contrast"], "narrow": ["color-contrast", "scrollable-region-focusable"]}
"""What another look can change: all else is checked in the light one."""


def faults(page: Page, axe: str, path: str, look: str) -> list[tuple[str, str, str]]:
    """The serious faults of accessibility of the page that is open, which is named for its screenshot."""
    wanted = {"resultTypes": ["violations"], **({"runOnly": RULES[look]} if look in RULES else {})}
    shoot(page, f"{re.sub(r'[^a-z0-9]+', '-', path)}-{look}")
    page.evaluate(axe)
    result = page.evaluate("wanted => axe.run(document, wanted)", wanted)
    return [
        (path, each["id"], node["html"][:160])
        for each in result["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]
