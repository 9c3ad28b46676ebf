"""Rules of the layout that no linter checks. The layers are import-linter's (`pyproject.toml`)."""

import ast

import pytest

from tests.support.settings import ROOT

FOLDERS = ("flows", "db", "ivr", "reporting", "sample", "tools")
PRODUCT = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
TOP = sorted(ROOT.glob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
SAYS_NOTHING = {"utils", "helpers", "common", "misc"}
FEWEST_WORDS = 8
"""Of the docstring that says what lives in a folder."""
KNOWS = {
    "server": set(),
    "concurrency": set(),
    "settings": {"db", "flows", "ivr"},
    "services": {"concurrency", "settings", "db", "ivr", "reporting"},
    "app": {"concurrency", "services", "settings", "ivr", "reporting"},
    "wsgi": {"app"},
    "cli": {"app", "server", "services", "settings", "db", "flows", "ivr", "reporting", "sample"},
}
"""What each file at the top may import of ours."""


def name_of(path):
    return str(path.relative_to(ROOT))


def imported(tree):
    """The full names of the modules that a file imports, at its top or inside its functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def attributes(tree):
    """The dotted names that a file uses, such as `engine.dialect.name`."""
    return (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def asks_which_database(tree):
    return any(f".{each}".endswith(".dialect.name") for each in attributes(tree))


def goes_below_the_driver(tree):
    names = (*imported(tree), *attributes(tree))
    strings = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return any(f"{each}.".startswith("psycopg.pq.") for each in names) or "before_cursor_execute" in strings


def read(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def test_a_module_is_named_for_what_is_in_it():
    assert [name_of(path) for path in (*PRODUCT, *TOP, *TESTS) if path.stem in SAYS_NOTHING] == []


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in PRODUCT if "migrations" not in path.parts}), ids=name_of
)
def test_a_folder_says_what_lives_in_it(folder):
    says = ast.get_docstring(read(folder / "__init__.py")) or ""
    assert len(says.split()) >= FEWEST_WORDS


def test_only_the_backends_ask_which_database_it_is():
    asking = [name_of(path) for path in (*PRODUCT, *TOP) if asks_which_database(read(path))]
    assert [path for path in asking if not path.startswith("db/backends/")] == []


def test_only_documented_features_of_the_drivers_are_used():
    assert [name_of(path) for path in (*PRODUCT, *TOP) if goes_below_the_driver(read(path))] == []


def test_each_file_at_the_top_knows_what_it_may():
    assert {path.stem for path in TOP} == KNOWS.keys()
    ours = {*FOLDERS, *KNOWS, "tests"}
    for path in TOP:
        found = {name.partition(".")[0] for name in imported(read(path))} & ours
        assert found <= KNOWS[path.stem], path.stem


@pytest.mark.parametrize(
    ("guard", "code"),
    [
        (asks_which_database, "if engine.dialect.name == 'sqlite': pass"),
        (asks_which_database, "dialect.name"),
        (goes_below_the_driver, "from psycopg import pq"),
        (goes_below_the_driver, "import psycopg.pq"),
        (goes_below_the_driver, "psycopg.pq.PGconn"),
        (goes_below_the_driver, "event.listen(engine, 'before_cursor_execute', note)"),
    ],
)
def test_the_guards_find_what_they_look_for(guard, code):
    assert guard(ast.parse(code))
