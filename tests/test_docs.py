"""What the documentation names exists: links, headings, files, and modules that are run."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("db", "deploy", "docs", "flows", "ivr", "reporting", "sample", "tests", "tools")
HISTORY = ("CHANGELOG.md", "docs/performance-log.md")
"""They are dated, and may name files that are gone."""

LINK = re.compile(r"\[[^\]]*\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
PATH = re.compile(rf"`((?:{'|'.join(FOLDERS)})(?:/[\w.-]+)+/?)(?: [^`]*)?`")
MODULE = re.compile(r"python -m ((?:tests|tools)[\w.]+)")
PAGE = re.compile(r"docs/[\w-]+\.md")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def files(pattern: str) -> list[Path]:
    """The files of this kind in the repository."""
    top = [*ROOT.glob(pattern), *(each for folder in FOLDERS for each in (ROOT / folder).rglob(pattern))]
    return sorted(each for each in top if "node_modules" not in each.parts)


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def dangling(page: Path, text: str) -> Iterator[str]:
    """What a page names that is not there."""
    prose = FENCED.sub("", text)
    for path, anchor in LINK.findall(prose):
        target = page if path == "" else page.parent / path
        if not target.exists():
            yield f"link {path}"
        elif anchor and anchor not in map(slug, HEADING.findall(target.read_text(encoding="utf-8"))):
            yield f"heading {path}#{anchor}"
    if page.relative_to(ROOT).as_posix() in HISTORY:
        return
    yield from (f"path {path}" for path in PATH.findall(prose) if not (ROOT / path).exists())
    for module in MODULE.findall(text):
        path = ROOT / module.rstrip(".").replace(".", "/")
        if not (path.with_suffix(".py").exists() or (path / "__main__.py").exists()):
            yield f"module {module}"


@pytest.mark.parametrize("page", [each.relative_to(ROOT).as_posix() for each in files("*.md")])
def test_what_a_page_names_exists(page):
    assert list(dangling(ROOT / page, (ROOT / page).read_text(encoding="utf-8"))) == []


def test_the_pages_that_the_code_names_exist():
    named = {name for each in files("*.py") for name in PAGE.findall(each.read_text(encoding="utf-8"))}
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](nowhere.md)", ["link nowhere.md"]),
        ("[a](architecture.md#no-such-heading)", ["heading architecture.md#no-such-heading"]),
        ("[a](architecture.md) ![b](pictures/phone.png) [c](https://example.org/nowhere.md)", []),
        ("`flows/report.py` and `flows/nothing.py`, in `nowhere/`", ["path flows/nothing.py"]),
        ("`tests/nothing.py > out`", ["path tests/nothing.py"]),
        ("```\n[a](nowhere.md) python -m tests.nothing\n```", ["module tests.nothing"]),
        ("`python -m tests.bench` and `python -m tests.bench.country`.", []),
    ],
)
def test_what_is_missing_is_found(text, found):
    assert list(dangling(ROOT / "docs" / "made-up.md", text)) == found
