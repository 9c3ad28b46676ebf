"""A call costs seconds on a line: how many at most, as modelled, with six candidates."""

import pytest

from ivr.simulator.president import President, Style
from tests.bench.call_seconds import BOUNDS, FIGURES, phone_in
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import CODE


@on_sqlite
@pytest.mark.parametrize("style", Style)
def test_a_call_stays_under_its_bound(line, style):
    phone = line.phone()
    prompts = phone_in(phone, President(CODE, line.pins[CODE], FIGURES, style))
    assert sum(each.seconds for each in prompts) == pytest.approx(phone.call.seconds)
    assert phone.call.seconds <= BOUNDS[style]
    assert phone.hears("Je répète")
