"""Build ``departments.json``: the outlines of the French departments as small SVG paths.

    python tools/build_map.py OUTLINES.geojson DEPARTEMENTS.json OUT.json [--preview OUT.svg]

The outlines (lon/lat) are projected to Lambert-93, cut into *arcs* (stretches of border between
two places where three or more borders meet). Each arc is simplified and rounded once, for both of
its departments, so that two neighbours keep exactly the same border. Only the standard library is
used.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

Point = tuple[float, float]
"""A place: (lon, lat) in degrees, (x, y) in metres, or (x, y) in view units."""
Cell = tuple[int, int]
"""A place in tenths of a view unit, the precision of the file."""
Ring = list[Cell]
"""A closed outline; its first place is not repeated at the end."""
Box = tuple[float, float, float, float]
"""x, y, width, height."""

WIDTH = 600
"""Width of the view."""
MARGIN = 4.0
"""Room left around the mainland."""
MIN_AREA = 0.3
"""A point goes when the triangle it makes with its neighbours is smaller (square view units)."""
INSET_CODES = ("75", "92", "93", "94")
INSET_SCALE = 5.0
INSET_PADDING = 6.0
ABROAD = ("099", "Français de l'étranger")
TILE_ROWS = (
    ("971", "972", "973"),
    ("974", "975", "976"),
    ("977", "978", "986"),
    ("987", "988", ABROAD[0]),
)
"""The squares for what is not on the map, as laid out at the bottom left."""
TILE_SIZE = 28.0
TILE_GAP = 5.0
SOURCE = (
    "Outlines: IGN/INSEE, departements-version-simplifiee.geojson of github"
    " gregoiredavid/france-geojson@5d34ee6d, projected to Lambert-93 and simplified;"
    " names: @etalab/decoupage-administratif 6.0.0"
)
LICENCE = "Licence Ouverte / Open Licence (outlines); MIT (names)"


# --- projection ---------------------------------------------------------------------------------


def _lambert93() -> Callable[[Point], Point]:
    """The Lambert-93 projection, from (lon, lat) in degrees to (easting, northing) in metres."""
    a, inverse_flattening = 6378137.0, 298.257222101  # GRS 80
    e = math.sqrt(2 / inverse_flattening - 1 / inverse_flattening**2)
    phi0, phi1, phi2 = (math.radians(d) for d in (46.5, 44.0, 49.0))

    def isometric(phi: float) -> float:
        s = e * math.sin(phi)
        return math.atanh(math.sin(phi)) - e * math.atanh(s)

    def normal(phi: float) -> float:
        return a / math.sqrt(1 - (e * math.sin(phi)) ** 2)

    r1, r2 = normal(phi1) * math.cos(phi1), normal(phi2) * math.cos(phi2)
    n = math.log(r1 / r2) / (isometric(phi2) - isometric(phi1))
    c = r1 / n * math.exp(n * isometric(phi1))
    radius0 = c * math.exp(-n * isometric(phi0))

    def project(place: Point) -> Point:
        lon, lat = place
        radius = c * math.exp(-n * isometric(math.radians(lat)))
        angle = n * math.radians(lon - 3.0)
        return 700_000 + radius * math.sin(angle), 6_600_000 + radius0 - radius * math.cos(angle)

    return project


LAMBERT93 = _lambert93()


def bounds(points: Iterable[Point]) -> Box:
    """The smallest box around the points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


# --- topology -----------------------------------------------------------------------------------


class Outlines:
    """Rings of all departments, cut into shared arcs.

    ``rings[code]`` lists the rings of a department with ``True`` for an outer ring, ``False`` for
    a hole. Places are the (lon, lat) pairs of the input: neighbours share them exactly.
    """

    def __init__(self, collection: dict[str, Any]) -> None:
        """Read a GeoJSON collection of Polygons and MultiPolygons with a ``code`` each."""
        self.rings: dict[str, list[tuple[list[Point], bool]]] = {}
        for feature in collection["features"]:
            shape = feature["geometry"]
            polygons = shape["coordinates"]
            if shape["type"] == "Polygon":
                polygons = [polygons]
            self.rings[feature["properties"]["code"]] = [
                ([(lon, lat) for lon, lat in ring[:-1]], index == 0)
                for polygon in polygons
                for index, ring in enumerate(polygon)
            ]
        around: defaultdict[Point, set[Point]] = defaultdict(set)
        for rings in self.rings.values():
            for ring, _ in rings:
                for here, there in zip(ring, ring[1:] + ring[:1], strict=True):
                    around[here].add(there)
                    around[there].add(here)
        self._joints = {place for place, others in around.items() if len(others) != 2}

    def points(self, codes: Iterable[str] | None = None) -> list[Point]:
        """All the places of the given departments (default: of all)."""
        chosen = self.rings if codes is None else codes
        return [place for code in chosen for ring, _ in self.rings[code] for place in ring]

    def arcs(self, ring: Sequence[Point]) -> list[list[Point]]:
        """The ring cut at its joints; a ring without any is one arc that starts at its least place.

        Consecutive arcs share their end: the last place of one is the first of the next.
        """
        starts = [i for i, place in enumerate(ring) if place in self._joints]
        if not starts:
            starts = [min(range(len(ring)), key=lambda i: ring[i])]
        turned = [*ring[starts[0] :], *ring[: starts[0] + 1]]
        cuts = [*(i - starts[0] for i in starts), len(ring)]
        return [turned[i : j + 1] for i, j in itertools.pairwise(cuts)]

    def draw(self, code: str, to_view: Callable[[Point], Point], min_area: float) -> list[Ring]:
        """The simplified rings of a department: outer rings turn one way, holes the other."""
        drawn: list[Ring] = []
        for ring, is_outer in self.rings[code]:
            cells: Ring = []
            for arc in self.arcs(ring):
                cells += draw_arc(arc, to_view, min_area)[:-1]
            cells = [c for i, c in enumerate(cells) if c != cells[i - 1]]
            area = twice_area(cells)
            if area:  # otherwise too small to be seen
                drawn.append(cells if (area > 0) == is_outer else cells[::-1])
        return drawn


def draw_arc(arc: list[Point], to_view: Callable[[Point], Point], min_area: float) -> list[Cell]:
    """Project, simplify and round an arc: the same cells whichever way it is walked."""
    backwards = arc[0] > arc[-1] or (arc[0] == arc[-1] and arc[1] > arc[-2])
    points = [to_view(place) for place in (arc[::-1] if backwards else arc)]
    cells = [(round(x * 10), round(y * 10)) for x, y in simplify(points, min_area)]
    tidy: list[Cell] = []
    for cell in cells:
        while len(tidy) > 1 and cross(tidy[-2], tidy[-1], cell) == 0 and cell != tidy[-2]:
            tidy.pop()
        if not tidy or tidy[-1] != cell or len(cells) == 2:
            tidy.append(cell)
    if len(tidy) == 1:
        tidy *= 2
    return tidy[::-1] if backwards else tidy


def simplify(points: Sequence[Point], min_area: float) -> list[Point]:
    """Drop the inner points of least effect (Visvalingam and Whyatt); the ends stay."""
    last = len(points) - 1
    before, after = list(range(-1, last)), list(range(1, last + 2))
    area = [math.inf] * len(points)

    def triangle(i: int) -> float:
        return abs(cross(points[before[i]], points[i], points[after[i]])) / 2

    for i in range(1, last):
        area[i] = triangle(i)
    queue = [(area[i], i) for i in range(1, last)]
    heapq.heapify(queue)
    kept = set(range(len(points)))
    least = 4 if points[0] == points[-1] else 2  # a closed arc stays at least a triangle
    while queue and len(kept) > least:
        size, i = heapq.heappop(queue)
        if i not in kept or size != area[i]:
            continue  # out of date
        if size >= min_area:
            break
        kept.remove(i)
        after[before[i]], before[after[i]] = after[i], before[i]
        for j in (before[i], after[i]):
            if 0 < j < last:
                area[j] = max(size, triangle(j))
                heapq.heappush(queue, (area[j], j))
    return [points[i] for i in sorted(kept)]


# --- geometry -----------------------------------------------------------------------------------


def cross(a: Point, b: Point, c: Point) -> float:
    """Twice the signed area of the triangle a, b, c."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def twice_area(ring: Sequence[Point]) -> float:
    """Twice the signed area of a ring."""
    return sum(p[0] * q[1] - q[0] * p[1] for p, q in zip(ring, [*ring[1:], *ring[:1]], strict=True))


def depth(place: Point, rings: Sequence[Ring]) -> float:
    """How far a place is from the nearest border: positive inside, negative outside."""
    x, y = place
    inside, nearest = False, math.inf
    for ring in rings:
        for (px, py), (qx, qy) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (py > y) != (qy > y) and x < (qx - px) * (y - py) / (qy - py) + px:
                inside = not inside
            dx, dy = qx - px, qy - py
            t = max(0.0, min(1.0, ((x - px) * dx + (y - py) * dy) / ((dx * dx + dy * dy) or 1)))
            nearest = min(nearest, math.hypot(x - px - t * dx, y - py - t * dy))
    return nearest if inside else -nearest


def label_place(rings: Sequence[Ring]) -> Cell:
    """The place farthest from every border of the largest ring: the best one for a text."""
    largest = max(rings, key=lambda ring: abs(twice_area(ring)))
    x, y, width, height = bounds(largest)
    best: Point = (x + width / 2, y + height / 2)
    span, steps = (width / 2, height / 2), 6
    while max(span) > 0.5:  # search a grid, then a finer one around its best place
        grid = [
            (best[0] + span[0] * i / steps, best[1] + span[1] * j / steps)
            for i in range(-steps, steps + 1)
            for j in range(-steps, steps + 1)
        ]
        best = max(grid, key=lambda place: depth(place, rings))
        span = (span[0] / 4, span[1] / 4)
    return round(best[0]), round(best[1])


def is_clear(box: Box, rings: Iterable[Ring]) -> bool:
    """Whether a box (view units) touches no ring: no border inside it, and it inside no ring."""
    x, y, width, height = (10 * v for v in box)
    middle = (x + width / 2, y + height / 2)
    for ring in rings:
        if depth(middle, [ring]) > 0:
            return False
        for p, q in zip(ring, ring[1:] + ring[:1], strict=True):
            for k in range(21):
                px, py = p[0] + (q[0] - p[0]) * k / 20, p[1] + (q[1] - p[1]) * k / 20
                if x <= px <= x + width and y <= py <= y + height:
                    return False
    return True


# --- writing ------------------------------------------------------------------------------------


def number(tenths: int) -> str:
    """A number of tenths as SVG text: 12 -> 1.2, -5 -> -.5, 30 -> 3."""
    whole, rest = divmod(abs(tenths), 10)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if tenths < 0 else text


def svg_path(rings: Iterable[Ring]) -> str:
    """The rings as one SVG path: each step absolute or relative, whichever is shorter."""
    out: list[str] = []
    for ring in rings:
        (x, y), command = ring[0], "M"
        out.append(f"M{number(x)}{separated(y)}")
        for cell_x, cell_y in ring[1:]:
            dx, dy = cell_x - x, cell_y - y
            options: list[tuple[str, tuple[int, ...]]] = [("l", (dx, dy)), ("L", (cell_x, cell_y))]
            if dy == 0:
                options += [("h", (dx,)), ("H", (cell_x,))]
            elif dx == 0:
                options += [("v", (dy,)), ("V", (cell_y,))]
            texts = []
            for letter, values in options:
                head = separated(values[0]) if letter == command else letter + number(values[0])
                texts.append((head + "".join(separated(v) for v in values[1:]), letter))
            text, command = min(texts, key=lambda option: len(option[0]))
            out.append(text)
            x, y = cell_x, cell_y
        out.append("z")
    return "".join(out)


def separated(tenths: int) -> str:
    """A number that follows another one: its minus sign is separator enough."""
    text = number(tenths)
    return text if text.startswith("-") else f" {text}"


def place_of(cell: Cell) -> list[float]:
    """A cell in view units, for JSON."""
    return [cell[0] / 10, cell[1] / 10]


def build(collection: dict[str, Any], listed: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The whole file, from the outlines and the list of departments."""
    outlines = Outlines(collection)
    names = {entry["code"]: entry["nom"] for entry in listed} | dict([ABROAD])

    west, south, width, height = bounds(map(LAMBERT93, outlines.points()))
    scale = (WIDTH - 2 * MARGIN) / width
    view = (WIDTH, math.ceil(height * scale + 2 * MARGIN))

    def to_view(place: Point) -> Point:
        x, y = LAMBERT93(place)
        return MARGIN + (x - west) * scale, MARGIN + (south + height - y) * scale

    drawn = {code: outlines.draw(code, to_view, MIN_AREA) for code in sorted(outlines.rings)}
    departments: list[dict[str, Any]] = [
        {
            "code": code,
            "name": names[code],
            "path": svg_path(rings),
            "label": place_of(label_place(rings)),
        }
        for code, rings in drawn.items()
    ]
    mainland = [ring for rings in drawn.values() for ring in rings]

    top = view[1] - MARGIN - len(TILE_ROWS) * (TILE_SIZE + TILE_GAP) + TILE_GAP
    for row, codes in enumerate(TILE_ROWS):
        for column, code in enumerate(codes):
            x = MARGIN + column * (TILE_SIZE + TILE_GAP)
            y = top + row * (TILE_SIZE + TILE_GAP)
            tile = (x, y, TILE_SIZE, TILE_SIZE)
            if not is_clear(tile, mainland):
                raise ValueError(f"the square of {code} lies on the mainland: {tile}")
            departments.append(
                {
                    "code": code,
                    "name": names[code],
                    "path": None,
                    "label": [x + TILE_SIZE / 2, y + TILE_SIZE / 2],
                    "tile": list(tile),
                }
            )

    left, upper, wide, high = bounds(map(to_view, outlines.points(INSET_CODES)))
    frame_width = math.ceil(wide * INSET_SCALE + 2 * INSET_PADDING)
    frame_height = math.ceil(high * INSET_SCALE + 2 * INSET_PADDING)
    frame = (WIDTH - 1 - frame_width, 1, frame_width, frame_height)
    if not is_clear(frame, mainland):
        raise ValueError(f"the inset lies on the mainland: {frame}")
    middle_x, middle_y = frame[0] + frame_width / 2, frame[1] + frame_height / 2

    def to_inset(place: Point) -> Point:
        x, y = to_view(place)
        return (
            middle_x + (x - left - wide / 2) * INSET_SCALE,
            middle_y + (y - upper - high / 2) * INSET_SCALE,
        )

    enlarged = {code: outlines.draw(code, to_inset, MIN_AREA) for code in INSET_CODES}
    return {
        "view": list(view),
        "source": SOURCE,
        "licence": LICENCE,
        "departments": departments,
        "inset": {
            "frame": list(frame),
            "paths": [
                {"code": code, "path": svg_path(rings), "label": place_of(label_place(rings))}
                for code, rings in enlarged.items()
            ],
        },
    }


def preview(data: dict[str, Any]) -> str:
    """A plain SVG drawing of the file, with the codes as texts."""
    width, height = data["view"]
    shapes: list[str] = []
    texts: list[str] = []
    tiny = set(INSET_CODES)

    def text(code: str, label: Sequence[float], size: int) -> str:
        return f'<text x="{label[0]}" y="{label[1]}" font-size="{size}">{code}</text>'

    for entry in data["departments"]:
        title = f"<title>{escape(entry['name'])}</title>"
        if entry["path"] is None:
            x, y, w, h = entry["tile"]
            shapes.append(f'<rect x="{x}" y="{y}" width="{w}" height="{h}">{title}</rect>')
        else:
            shapes.append(f'<path d="{entry["path"]}">{title}</path>')
        if entry["code"] not in tiny:
            texts.append(text(entry["code"], entry["label"], 9))
    x, y, w, h = data["inset"]["frame"]
    shapes.append(f'<rect class="f" x="{x}" y="{y}" width="{w}" height="{h}"/>')
    for entry in data["inset"]["paths"]:
        shapes.append(f'<path d="{entry["path"]}"/>')
        texts.append(text(entry["code"], entry["label"], 10))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">\n'
        "<style>path,rect{fill:#dbe7f0;stroke:#456;stroke-width:.5;stroke-linejoin:round}"
        ".f{fill:none;stroke:#999}"
        "text{font-family:sans-serif;text-anchor:middle;dominant-baseline:central}</style>\n"
        + "\n".join(shapes + texts)
        + "\n</svg>\n"
    )


def main() -> None:
    """Read the two inputs and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("outlines", type=Path, help="GeoJSON of the mainland departments (lon/lat)")
    parser.add_argument("departments", type=Path, help="JSON list of departments: code, nom")
    parser.add_argument("out", type=Path, help="JSON file to write")
    parser.add_argument("--preview", type=Path, help="SVG file to draw it in")
    options = parser.parse_args()
    data = build(
        json.loads(options.outlines.read_text(encoding="utf-8")),
        json.loads(options.departments.read_text(encoding="utf-8")),
    )
    entries = ",\n".join(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in data["departments"])
    rest = {key: value for key, value in data.items() if key != "departments"}
    head = json.dumps(rest, ensure_ascii=False, separators=(",", ":"))[:-1]
    options.out.write_text(f'{head},\n"departments":[\n{entries}\n]}}\n', encoding="utf-8")
    if options.preview:
        options.preview.write_text(preview(data), encoding="utf-8")


if __name__ == "__main__":
    main()
