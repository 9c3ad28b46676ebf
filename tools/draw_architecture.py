"""Draws the picture of `docs/architecture.md` from the imports, and puts it there: `python -m tools.draw_architecture`.

The folders are boxes, in the layers of import-linter's contract (`pyproject.toml`). An arrow says that something in one folder
imports something in the other. An arrow that follows from others is left out.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import grimp

HOME = Path(__file__).parent.parent
PAGE = HOME / "docs" / "architecture.md"
DRAWN = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)
TOP = "top"
"""The files that assemble the service. They may import everything, and no folder imports them."""
DRAWN_INSIDE = "reporting"
"""This folder's own folders are drawn."""


def layers() -> list[list[str]]:
    """The folders, layer by layer, top first, as the contracts say."""
    settings = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    ordering = [each for each in settings["contracts"] if each["type"] == "layers"]
    by_containers = {tuple(each.get("containers", ())): each["layers"] for each in ordering}
    first, *below = (_names(layer) for layer in by_containers[()])
    within = [[f"{DRAWN_INSIDE}.{name}" for name in _names(layer)] for layer in by_containers[(DRAWN_INSIDE,)]]
    within[0] = [name for name in first if name != DRAWN_INSIDE] + within[0]
    return [*within, *below]


def _names(layer: str) -> list[str]:
    return re.findall(r"\w+", layer)


def arrows(folders: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Who imports whom, without what follows from other arrows."""
    graph = grimp.build_graph(*dict.fromkeys(each.partition(".")[0] for each in folders))
    for folder in folders:
        graph.squash_module(folder)
    for folder in folders:
        imported = graph.find_modules_directly_imported_by(folder) & set(folders)
        for each in sorted(imported, key=folders.index):
            if not any(graph.chain_exists(importer=other, imported=each) for other in imported - {each}):
                yield folder, each


def picture() -> str:
    """The picture, in Mermaid's language."""
    rows = layers()
    folders = [name for row in rows for name in row]
    found = list(arrows(folders))
    imported = {name for _, name in found}
    lines = ["```mermaid", "flowchart TB", f'    {TOP}["app.py, cli.py, services.py<br/>assemble the service"]']
    for number, row in enumerate(rows):
        lines.append(f'    subgraph layer{number}[" "]')
        lines += [f'        {name}["{name.replace(".", "/")}/"]' for name in row]
        lines.append("    end")
    lines += [f"    {TOP} --> {name}" for name in folders if name not in imported]
    lines += [f"    {importer} --> {name}" for importer, name in found]
    return "\n".join([*lines, "```", ""])


def drawn_into(page: str) -> str:
    """The page with today's picture."""
    return DRAWN.sub(lambda _: picture(), page, count=1)


if __name__ == "__main__":
    PAGE.write_text(drawn_into(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
