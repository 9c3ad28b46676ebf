"""Ink as SVG, to stand in an HTML page: numbers and fixed words only, no style and no script, in the text's own colour."""

from collections.abc import Iterable, Sequence

from reporting.pen.form_layout import PAGE, Box, FigureBox
from reporting.pen.inkml import Stroke
from reporting.pen.reading import bounds

PEN_WIDTH = 0.4
"""Millimetres."""
MARGIN = 2.0
"""Around a figure's cells, where ink that runs over is still seen."""


def draw_document(strokes: Sequence[Stroke], places: Iterable[FigureBox]) -> str:
    """The whole page, with every figure's cells and all the ink."""
    return _svg(Box(0, 0, *PAGE), [cell for place in places for cell in place.cells], strokes)


def draw_field(strokes: Iterable[Stroke], place: FigureBox) -> str:
    """One figure's cells, and the ink that touches their surroundings, cut out at the edge."""
    outline = place.outline
    frame = Box(outline.x - MARGIN, outline.y - MARGIN, outline.width + 2 * MARGIN, outline.height + 2 * MARGIN)
    return _svg(frame, place.cells, [stroke for stroke in strokes if _touches(bounds([stroke]), frame)])


def _touches(one: Box, other: Box) -> bool:
    across = one.x <= other.x + other.width and other.x <= one.x + one.width
    return across and one.y <= other.y + other.height and other.y <= one.y + one.height


def _svg(frame: Box, cells: Iterable[Box], strokes: Iterable[Stroke]) -> str:
    view = f"{frame.x:.1f} {frame.y:.1f} {frame.width:.1f} {frame.height:.1f}"
    printed = "".join(
        f'<rect x="{cell.x:.1f}" y="{cell.y:.2f}" width="{cell.width:.1f}" height="{cell.height:.2f}"/>'
        for cell in cells
    )
    written = "".join(f'<polyline points="{_points(stroke)}"/>' for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="ink" viewBox="{view}" aria-hidden="true" overflow="hidden">'
        f'<g fill="none" stroke="currentColor" stroke-opacity="0.25" stroke-width="0.2">{printed}</g>'
        f'<g fill="none" stroke="currentColor" stroke-width="{PEN_WIDTH}" stroke-linecap="round" stroke-linejoin="round">'
        f"{written}</g></svg>"
    )


def _points(stroke: Stroke) -> str:
    """A dot is drawn as a line of no length, which round caps make visible."""
    drawn = stroke if len(stroke) > 1 else stroke * 2
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
