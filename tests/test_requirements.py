"""What is imported is declared: the product's imports in requirements.txt, the tests' in requirements-dev.txt at the latest."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("*.py", "flows/**/*.py", "db/**/*.py", "ivr/**/*.py", "reporting/**/*.py", "sample/**/*.py")
DEVELOPERS = ("tests/**/*.py", "tools/**/*.py")
BY_HAND = {"sklearn"}
"""Needed to train the pen's recogniser, and by nothing else: docs/pen.md says how to install it."""


def normal(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(name: str) -> set[str]:
    """The distributions of a requirements file and of those that it includes."""
    text = (ROOT / name).read_text()
    names = {normal(each) for each in re.findall(r"^([\w.-]+)(?:\[\w+\])?==", text, re.MULTILINE)}
    return names.union(*(declared(other) for other in re.findall(r"^-r (\S+)", text, re.MULTILINE)))


def modules(file: Path) -> set[str]:
    """The top-level modules that a file imports, at its top or inside its functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def undeclared(patterns: tuple[str, ...], requirements: str) -> set[str]:
    """Third-party modules that these files import, of which no distribution is declared."""
    files = [file for pattern in patterns for file in ROOT.glob(pattern)]
    ours = {file.stem for file in ROOT.glob("tests/**/*.py")} | {path.name for path in ROOT.iterdir() if path.is_dir()}
    ours |= {file.stem for file in ROOT.glob("*.py")}
    imported = set().union(*map(modules, files)) - ours - sys.stdlib_module_names - BY_HAND
    distributions, known = packages_distributions(), declared(requirements)
    return {each for each in imported if known.isdisjoint(map(normal, distributions.get(each, [])))}


@pytest.mark.parametrize(
    ("patterns", "requirements"), [(PRODUCT, "requirements.txt"), (DEVELOPERS, "requirements-dev.txt")]
)
def test_what_is_imported_is_declared(patterns, requirements):
    assert undeclared(patterns, requirements) == set()
