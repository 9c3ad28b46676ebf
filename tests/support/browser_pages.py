"""What a test asks of a page that is open in a browser: a screenshot, and its faults of accessibility."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page

SHOTS = os.environ.get("REMONTEE_SCREENSHOTS", "")
"""A folder to keep screenshots in; none are taken where it is not set."""


def shoot(page: Page, name: str) -> None:
    """Keeps a screenshot of the whole page, if screenshots are wanted."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


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
