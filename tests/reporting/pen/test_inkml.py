"""A pen's document: what of InkML is understood, and what is refused, by name."""

import pytest

from reporting.pen import refusals
from reporting.pen.inkml import parse
from reporting.pen.traces import Shape, read_points
from tests.support.ink_documents import BUREAU, HOSTILE, TRACE, channels, ink


def strokes(inside):
    return parse(ink(BUREAU + inside)).strokes


def test_points_are_millimetres_on_the_form_unless_the_format_says_otherwise():
    assert strokes(TRACE + "<trace>5 6</trace>") == (((10.0, 20.0), (11.0, 21.0)), ((5.0, 6.0),))


def test_channels_come_in_any_order_and_those_that_are_not_needed_are_passed_over():
    form = channels('<channel name="F"/><channel name="Y"/><channel name="T" type="integer"/><channel name="X"/>')
    assert strokes(form + "<trace>0.5 20 1000 10, 0.6 21 1010 11</trace>") == (((10.0, 20.0), (11.0, 21.0)),)


def test_intermittent_channels_may_be_left_out_of_a_point():
    form = channels(
        '<channel name="X"/><channel name="Y"/><intermittentChannels><channel name="F"/></intermittentChannels>'
    )
    assert strokes(form + "<trace>10 20 7, 11 21</trace>") == (((10.0, 20.0), (11.0, 21.0)),)


@pytest.mark.parametrize(
    ("unit", "point", "millimetres"),
    [("mm", "10 20", (10, 20)), ("cm", "1 2", (10, 20)), ("in", "1 2", (25.4, 50.8)), ("m", ".01 .02", (10, 20))],
)
def test_units_are_honoured(unit, point, millimetres):
    form = channels(f'<channel name="X" units="{unit}"/><channel name="Y" units="{unit}"/>')
    assert strokes(f"{form}<trace>{point}</trace>")[0][0] == pytest.approx(millimetres)


def test_device_units_take_the_resolution_of_the_ink_source():
    source = (
        '<inkSource xml:id="s" manufacturer="Anoto" model="DP-201"><channelProperties>'
        '<channelProperty channel="X" name="resolution" value="100" units="1/cm"/>'
        '<channelProperty channel="Y" name="resolution" value="508" units="1/in"/>'
        "</channelProperties></inkSource>"
    )
    form = channels('<channel name="X" units="dev"/><channel name="Y" units="dev"/>', source)
    read = parse(ink(f"{BUREAU}{form}<trace>100 400</trace>"))
    assert read.strokes[0][0] == pytest.approx((10, 20))
    assert read.pen == "Anoto DP-201"


def test_differences_are_added_up_as_in_the_recommendations_own_example():
    text = """1125 18432,'23'43,"7"-8,3-5,7 -3,6 2,6 8,3 6 T,2 4*T,3 6,3-6 F F"""
    assert read_points(text, Shape(0, 1, 2, 4), 100) == [
        (1125, 18432),
        (1148, 18475),
        (1178, 18510),
        (1211, 18540),
        (1251, 18567),
        (1297, 18596),
        (1349, 18633),
        (1404, 18676),
        (1461, 18723),
        (1521, 18776),
        (1584, 18823),
    ]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1 2,'1'1,!9!9,'1'1", [(1, 2), (2, 3), (9, 9), (10, 10)]),
        ("1 2, '3 '4, * *", [(1, 2), (4, 6), (7, 10)]),
        ("1 2, * 5", [(1, 2), (1, 5)]),
        ("#A -#1F", [(10, -31)]),
        ("1e1 - 2.5", [(10, -2.5)]),
        ("10-5,.5-.5", [(10, -5), (0.5, -0.5)]),
    ],
)
def test_prefixes_wildcards_and_every_form_of_number(text, points):
    assert read_points(text, Shape(0, 1, 2, 2), 10) == points


@pytest.mark.parametrize(
    "text",
    [
        "NaN 1",
        "1 inf",
        "1",
        "1 2 3",
        "1 2,",
        ",",
        "1 2;3 4",
        "a b",
        "1 ?",
        "T F",
        "'1 '1",
        '1 2, "1 "1',
        "* 1",
        "1e400 1",
        "1 2, '9e8 0, 9e8 0",
        "٣ ٤",
        "+1 2",
        "!* 1",
        "# 1",
    ],
)
def test_a_point_that_is_not_numbers_of_its_format_is_refused(text):
    with pytest.raises(refusals.BadPoint):
        strokes(f"<trace>{text}</trace>")


@pytest.mark.parametrize("point", ["-51 10", "261 10", "10 348", "1000000 5"])
def test_coordinates_far_off_the_form_are_refused(point):
    with pytest.raises(refusals.OffTheForm):
        strokes(f"<trace>{point}</trace>")


@pytest.mark.parametrize(
    "where",
    [
        f"{BUREAU}",
        '<traceGroup><annotation type="bureau"> 00100014 </annotation></traceGroup>',
        "<annotationXML><bureau>00100014</bureau></annotationXML>",
        '<annotationXML><b:bureau xmlns:b="urn:b">00100014</b:bureau></annotationXML>',
        '<annotationXML type="bureau">00100014</annotationXML>',
        f"{BUREAU}{BUREAU}",
    ],
)
def test_the_bureau_is_named_by_an_annotation(where):
    assert parse(ink(where + TRACE)).bureau == "00100014"


def test_the_pen_may_name_itself():
    assert parse(ink(f'{BUREAU}<annotation type="pen">Pen 12\u202e</annotation>{TRACE}')).pen == "Pen 12"


@pytest.mark.parametrize(
    "trace", ['<trace type="penUp">1 1, 2 2</trace>', "<definitions><trace>1 1</trace></definitions>", "<trace/>"]
)
def test_what_the_pen_did_in_the_air_or_never_wrote_is_no_ink(trace):
    assert len(strokes(TRACE + trace)) == 1


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_broken_or_hostile_document_is_refused_with_its_reason(kind):
    document, refusal = HOSTILE[kind]
    with pytest.raises(refusal) as refused:
        parse(document)
    assert str(refused.value) == refusal.reason


def test_every_refusal_has_a_reason_of_its_own():
    reasons = [each.reason for each in refusals.PenRefusal.__subclasses__()]
    assert len(set(reasons)) == len(reasons)
    assert refusals.PenRefusal.reason not in reasons
