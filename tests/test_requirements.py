"""What is imported is declared, and what is declared is locked.

The product's imports stand in requirements.txt, the tests' in requirements-dev.txt at the latest.
"""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("*.py", "flows/**/*.py", "db/**/*.py", "ivr/**/*.py", "reporting/**/*.py", "sample/**/*.py")
DEVELOPERS = ("tests/**/*.py", "tools/**/*.py")
OPTIONAL = {"reporting/lines/plot.py": {"matplotlib"}}
"""What requirements-plot.txt installs: the command that needs it does without, or says what to install."""
BY_HAND = {"tools/train_recogniser.py": {"sklearn"}}
"""What no requirements file installs: docs/pen.md says how to."""


def normal(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def included(name: str) -> list[str]:
    """A requirements file, and those that it includes."""
    others = re.findall(r"^-r (\S+)", (ROOT / name).read_text(), re.MULTILINE)
    return [name, *(each for other in others for each in included(other))]


def pins(name: str) -> set[str]:
    """`name==version` for each line of a requirements file or a lock, without extras and markers."""
    found = re.findall(r"^([\w.-]+)(?:\[\w+\])?==([\w.]+)", (ROOT / name).read_text(), re.MULTILINE)
    return {f"{normal(distribution)}=={version}" for distribution, version in found}


def asked_for(lock: str) -> set[str]:
    """`name==version` for each entry of a lock that a requirements file asks for."""
    entries = re.split(r"^(?=\w)", (ROOT / lock).read_text(), flags=re.MULTILINE)
    direct = [entry for entry in entries if re.search(r"# .*-r requirements", entry)]
    return {re.sub(r"\[\w+\]", "", entry.split()[0]) for entry in direct}


def modules(file: Path) -> set[str]:
    """The top-level modules that a file imports, at its top or inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def undeclared(patterns: tuple[str, ...], requirements: str) -> dict[str, set[str]]:
    """Third-party modules of which no distribution is declared, by the file that imports them."""
    files = [file for pattern in patterns for file in ROOT.glob(pattern)]
    ours = {file.stem for file in ROOT.glob("tests/**/*.py")} | {path.name for path in ROOT.iterdir() if path.is_dir()}
    ours |= {file.stem for file in ROOT.glob("*.py")}
    distributions = packages_distributions()
    known = {pin.partition("==")[0] for name in included(requirements) for pin in pins(name)}
    provided = {module for module, names in distributions.items() if not known.isdisjoint(map(normal, names))}
    missing = {file: modules(file) - ours - sys.stdlib_module_names - provided for file in files}
    return {str(file.relative_to(ROOT)): names for file, names in missing.items() if names}


@pytest.mark.parametrize(
    ("patterns", "requirements", "but"),
    [(PRODUCT, "requirements.txt", OPTIONAL), (DEVELOPERS, "requirements-dev.txt", BY_HAND)],
)
def test_what_is_imported_is_declared(patterns, requirements, but):
    assert undeclared(patterns, requirements) == but


@pytest.mark.parametrize("name", ["requirements", "requirements-plot", "requirements-dev"])
def test_a_lock_has_what_its_requirements_ask_for(name):
    """If this fails: `make lock`."""
    assert asked_for(f"{name}.lock") == set().union(*map(pins, included(f"{name}.txt")))


@pytest.mark.parametrize("name", ["requirements", "requirements-plot", "requirements-dev"])
def test_a_lock_has_hashes_and_names_no_registry(name):
    text = (ROOT / f"{name}.lock").read_text()
    assert len(re.findall(r"^\S+==.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) == len(
        pins(f"{name}.lock")
    )
    assert "://" not in text
    assert "index-url" not in text


def test_the_tests_run_with_the_products_own_versions():
    assert pins("requirements.lock") | pins("requirements-plot.lock") <= pins("requirements-dev.lock")
