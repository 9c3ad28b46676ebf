"""THIRD-PARTY-NOTICES.md names what is in this repository of others, and every library that is installed to run."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTICES = (ROOT / "THIRD-PARTY-NOTICES.md").read_text()
COPYLEFT = {"LGPL": r"L?GPL|Lesser General Public", "MPL": r"MPL|Mozilla"}


def section(title: str) -> str:
    """What stands under a heading, up to the next one of its rank."""
    rank, text = re.search(rf"^(#+) {re.escape(title)}\n(.*)", NOTICES, re.MULTILINE | re.DOTALL).groups()
    return re.split(rf"^#{{1,{len(rank)}}} ", text, maxsplit=1, flags=re.MULTILINE)[0]


def cells(title: str, column: int) -> list[str]:
    """A column of the section's table, without its heading."""
    rows = re.findall(r"^\| (.+) \|$", section(title), re.MULTILINE)
    return [row.split(" | ")[column] for row in rows[1:]]


def libraries(title: str) -> set[str]:
    """The libraries of a table whose second column lists them."""
    listed = ", ".join(cells(title, 1))
    return set(re.sub(r" \(on \w+\)", "", listed).split(", "))


def locked(name: str) -> set[str]:
    """The libraries that a lock names."""
    return set(re.findall(r"^([\w.-]+)(?:\[\w+\])?==", (ROOT / name).read_text(), re.MULTILINE))


def licence(library: str) -> str:
    """What a library says of its licence in a few words, or nothing where it is not installed."""
    try:
        said = metadata(library)
    except PackageNotFoundError:
        return ""
    licences = [each for each in said.get_all("Classifier") or [] if each.startswith("License")]
    licences += [said.get("License-Expression") or "", (said.get("License") or "").partition("\n")[0]]
    return " ".join(licences)


def test_every_library_that_is_installed_to_run_is_listed():
    listed = libraries("Under other licences").union(*(cells(f"Under the {name}", 0) for name in COPYLEFT))
    assert listed == locked("requirements.lock")
    assert libraries("Installed to draw plans") == locked("requirements-plot.lock") - locked("requirements.lock")


@pytest.mark.parametrize("name", COPYLEFT)
def test_libraries_whose_licence_asks_for_more_are_told_apart(name):
    found = {each for each in locked("requirements.lock") if re.search(COPYLEFT[name], licence(each))}
    assert set(cells(f"Under the {name}", 0)) == found


def test_every_file_of_others_is_listed():
    """A folder that holds a licence or a source is one."""
    paths = re.findall(r"`([^`]+)`", " ".join(cells("In this repository", 1)))
    assert [path for path in paths if not (ROOT / path).exists()] == []
    files = [file for folder in ("flows", "db", "ivr", "reporting", "tests") for file in (ROOT / folder).rglob("*")]
    files = [file for file in files if "node_modules" not in file.parts]
    folders = {file.parent.relative_to(ROOT) for file in files if file.name.startswith(("LICENSE", "SOURCE"))}
    fonts = {file.parent.relative_to(ROOT) for file in files if file.suffix in {".ttf", ".woff2"}}
    assert [str(folder) for folder in folders | fonts if not any(path.startswith(str(folder)) for path in paths)] == []
