"""Figures from ink: what belongs to which cell, and what is unread rather than guessed."""

from pathlib import Path

import pytest

from reporting.pen.inkml import parse
from reporting.pen.reading import READ_FROM, Reading, bounds, read
from tests.support.handwriting import WRITTEN, Hand, write_figures


def figure(strokes, places, field="voters"):
    return next(each for each in read(strokes, places) if each.field == field)


def test_a_form_is_read_figure_by_figure_in_the_order_of_the_statement(hand, places):
    readings = read(write_figures(hand, WRITTEN, places), places)
    assert [each.field for each in readings] == list(WRITTEN)
    assert all(each.count in (None, WRITTEN[each.field]) for each in readings)
    assert sum(each.count is not None for each in readings) >= 6


def test_hardly_a_figure_is_wrong_and_few_are_unread(places):
    hand, wrong, unread = Hand(seed=2011), 0, 0
    for count in range(0, 1000, 7):
        found = figure(hand.figure(count, places["voters"]), places)
        wrong += found.count not in (None, count)
        unread += found.count is None
    assert wrong <= 2
    assert unread <= 25


def test_the_document_in_the_documentation_is_read_as_it_says(places):
    page = Path(__file__).parents[3] / "docs" / "pen.md"
    example = page.read_text().partition("```xml\n")[2].partition("```")[0]
    assert figure(parse(example.encode()).strokes, places).count == 14


def test_a_figure_without_ink_is_unread_and_has_no_digits(places):
    assert read([], places) == [Reading(field, "", 0.0, None) for field in places]


@pytest.mark.parametrize("right_aligned", [True, False])
def test_digits_may_begin_at_the_left(places, right_aligned):
    found = figure(Hand(seed=3).figure(305, places["voters"], right_aligned), places)
    assert (found.digits, found.count) == ("305", 305)


def test_leading_zeros_are_no_part_of_the_count(places):
    found = figure(Hand(seed=3).figure("0040", places["voters"]), places)
    assert (found.digits, found.count) == ("0040", 40)


def test_an_empty_cell_between_two_digits_makes_the_figure_unread(places):
    cells, hand = places["voters"].cells, Hand(seed=3)
    found = figure(hand.digit("3", cells[2]) + hand.digit("5", cells[4]), places)
    assert found == Reading("voters", "35", 0.0, None)


def test_a_figure_below_the_threshold_is_unread_and_says_what_it_may_be(places):
    hand, doubtful = Hand(seed=1), []
    for count in range(100, 400):
        found = figure(hand.figure(count, places["voters"]), places)
        assert (found.count is None) == (found.confidence < READ_FROM)
        doubtful += [found] if found.count is None else []
    assert doubtful
    assert all(len(each.digits) == 3 for each in doubtful)


def test_digits_written_over_each_other_are_hardly_ever_read(places):
    hand, read_all_the_same = Hand(seed=4), 0
    for one in "0123456789":
        for other in "0123456789":
            if one != other:
                cell = places["voters"].cells[-1]
                found = figure(hand.digit(one, cell) + hand.digit(other, cell), places)
                read_all_the_same += found.count is not None
    assert read_all_the_same <= 5


@pytest.mark.parametrize(
    "ink",
    [
        ((0.5, 4.0), (8.5, 4.2)),  # a dash
        ((4.0, 4.0), (4.2, 4.4)),  # a dot
        ((-14.0, 1.0), (6.0, 8.0), (-14.0, 8.0)),  # through several cells
    ],
)
def test_what_has_not_the_size_of_a_digit_is_unread(places, ink):
    cell = places["voters"].cells[-1]
    stroke = tuple((cell.x + x, cell.y + y) for x, y in ink)
    assert figure([stroke], places).count is None


def test_ink_elsewhere_on_the_page_is_passed_over(hand, places):
    signature = [(40.0, 250.0), (90.0, 262.0), (60.0, 255.0)]
    label = [(30.0, places["voters"].row.y + 3), (50.0, places["voters"].row.y + 5)]
    found = read([signature, label], places)
    assert all(each.digits == "" for each in found)


def test_a_digit_may_run_over_its_neighbours_cell(places):
    cells, hand = places["voters"].cells, Hand(seed=3)
    moved = [[(x + 2.5, y) for x, y in stroke] for stroke in hand.digit("8", cells[3])]
    found = figure(moved + hand.digit("0", cells[4]), places)
    assert found.digits == "80"


def test_the_bounds_of_strokes_are_the_smallest_rectangle_around_them():
    box = bounds([[(1.0, 2.0), (4.0, 3.0)], [(2.0, 7.0)]])
    assert (box.x, box.y, box.width, box.height) == (1.0, 2.0, 3.0, 5.0)
