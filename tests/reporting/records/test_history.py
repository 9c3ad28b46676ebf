"""A bureau's history and the call log say the same of a call."""

import pytest

from db import elections
from db.schema import bureau
from reporting.records.call_log import DROPPED, GOING_ON, find_call
from reporting.records.history import EventKind, read_history
from tests.support.primary_2011 import CODE


@pytest.mark.parametrize(("minutes", "outcome"), [(1, GOING_ON), (61, DROPPED)])
def test_a_call_without_a_status_callback_has_one_outcome_everywhere(line, clock, minutes, outcome):
    line.identified()
    clock.advance(60 * minutes)
    (place,) = line.rows(bureau, bureau.c.code == CODE)
    with line.engine.connect() as connection:
        election, _ = elections.find(connection)
        listed = find_call(connection, election, 1, clock())
        events = read_history(connection, election, place.id, CODE, "fr", clock())
    assert listed is not None
    assert listed.outcome == outcome
    assert [each.what for each in events if each.kind is EventKind.CALL] == [outcome]
