"""The ink as SVG: what it shows, and that nothing foreign gets in."""

import re
from xml.etree import ElementTree

import pytest

from reporting.pen.drawing import draw_document, draw_field
from reporting.pen.inkml import parse
from tests.support.handwriting import WRITTEN, write_figures

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"svg", "xmlns", "http", "www", "w", "org", "class", "ink", "viewBox", "aria", "hidden", "true", "overflow"}
WORDS |= {"g", "fill", "none", "stroke", "currentColor", "opacity", "width", "linecap", "linejoin", "round"}
WORDS |= {"rect", "x", "y", "height", "polyline", "points"}


@pytest.fixture
def strokes(hand, places):
    return write_figures(hand, WRITTEN, places)


def test_the_whole_document_shows_every_stroke_and_every_cell(strokes, places):
    drawn = ElementTree.fromstring(draw_document(strokes, places.values()))
    assert drawn.get("viewBox") == "0.0 0.0 210.0 297.0"
    assert len(list(drawn.iter(f"{SVG}polyline"))) == len(strokes)
    assert len(list(drawn.iter(f"{SVG}rect"))) == 5 * len(places)


def test_one_figure_is_cut_out_with_its_cells_and_its_ink(strokes, hand, places):
    drawn = ElementTree.fromstring(draw_field(strokes, places["3"]))
    assert len(list(drawn.iter(f"{SVG}rect"))) == 5
    assert 3 <= len(list(drawn.iter(f"{SVG}polyline"))) < len(strokes)
    outline = places["3"].outline
    x, y, width, height = map(float, drawn.get("viewBox").split())
    assert (x, y) == pytest.approx((outline.x - 2, outline.y - 2), abs=0.05)
    assert (width, height) == pytest.approx((outline.width + 4, outline.height + 4), abs=0.05)


def test_a_figure_without_ink_shows_its_empty_cells(places):
    assert "polyline" not in draw_field([], places["3"])


def test_it_holds_fixed_words_and_numbers_only_and_neither_style_nor_script(statement_ink, places):
    hostile = '<annotation type="pen">&lt;script&gt;alert(1)&lt;/script&gt;</annotation>'
    strokes = parse(statement_ink(inside=hostile)).strokes
    for drawn in (draw_document(strokes, places.values()), draw_field(strokes, places["voters"])):
        assert set(re.findall(r"[A-Za-z]+", drawn)) <= WORDS
        assert "style=" not in drawn


def test_it_takes_the_colour_of_the_text_around_it(strokes, places):
    drawn = draw_document(strokes, places.values())
    assert set(re.findall(r' stroke="([^"]*)"', drawn)) == {"currentColor"}
    assert set(re.findall(r' fill="([^"]*)"', drawn)) == {"none"}


def test_a_dot_is_drawn_too(places):
    assert 'points="10.0,10.0 10.0,10.0"' in draw_document([((10.0, 10.0),)], places.values())
