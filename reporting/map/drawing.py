"""Places departments on the map; the pages colour them. A browser fetches the outlines once, and every page refers to them."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "departments.json"
PALETTE = 12
"""Colours of candidates, in the order of the ballot; more candidates begin again."""
NEUTRAL = "p0"
"""The shade of a department of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Shaded:
    """A department to draw: its code, what it says of itself, the class that colours it."""

    code: str
    title: str
    shade: str


@dataclass(frozen=True, slots=True)
class MapPlace:
    """A department on the map: its outlines' names, or its tile (x, y, width, height), and the class that colours it."""

    code: str
    title: str
    shade: str
    outlines: tuple[str, ...]
    tile: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class Map:
    """A drawing of an election's departments: `backdrop` are the outlines that have no part in it, `frame` the inset's."""

    view: Sequence[float]
    places: Sequence[MapPlace]
    backdrop: Sequence[str]
    frame: Sequence[float] | None


@lru_cache
def _file() -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@lru_cache
def department_name(code: str) -> str:
    """The department's name, or "" for one that the map does not know."""
    return next((each["name"] for each in _file()["departments"] if each["code"] == code), "")


def name_and_code(code: str) -> str:
    """Aisne (02)."""
    name = department_name(code)
    return f"{name} ({code})" if name else code


def outlines_svg() -> str:
    """The outlines of all departments, each under the name that `MapPlace.outlines` says."""
    width, height = _file()["view"]
    paths = [(f"d{each['code']}", each["path"]) for each in _file()["departments"] if each["path"]]
    paths += [(f"i{each['code']}", each["path"]) for each in _file()["inset"]["paths"]]
    body = "".join(f'<path id="{name}" d="{path}"/>' for name, path in paths)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><defs>{body}</defs></svg>'


def candidate_shade(position: int) -> str:
    """The class that colours the candidate at this position of the ballot."""
    return f"c{position % PALETTE}"


def draw_map(departments: Iterable[Shaded]) -> Map:
    """The departments on the map. Those that the map does not know are tiles in a row of their own."""
    known = {each["code"]: each for each in _file()["departments"]}
    inset = {each["code"] for each in _file()["inset"]["paths"]}
    places: list[MapPlace] = []
    strangers = 0
    for shaded in departments:
        each = known.get(shaded.code)
        tile = tuple(each["tile"]) if each and "tile" in each else None
        names = (f"d{shaded.code}", f"i{shaded.code}") if shaded.code in inset else (f"d{shaded.code}",)
        if each is None:
            tile = (4.0 + 33.0 * strangers, 4.0, 28.0, 28.0)
            strangers += 1
        places.append(MapPlace(shaded.code, shaded.title, shaded.shade, () if tile else names, tile))
    frame = _file()["inset"]["frame"] if any(len(each.outlines) > 1 for each in places) else None
    return Map(_file()["view"], places, _backdrop({each.code for each in places}), frame)


def _backdrop(voting: Collection[str]) -> list[str]:
    """The outlines that have no part in this election. They are drawn faintly, so that people recognise the map."""
    return [f"d{each['code']}" for each in _file()["departments"] if each["path"] and each["code"] not in voting]
