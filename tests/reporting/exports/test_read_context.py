"""What a dataset may read: everything, or one department."""

import pytest

from db import elections
from db.public import PublicDatabase
from reporting.exports.read_context import OutOfReach, ReadContext, UnknownPlace
from tests.support.primary_2011 import CODE


@pytest.fixture
def context(line):
    """Makes a context that reads one department, or all."""
    with line.engine.connect() as connection:
        election, schedule = elections.find(connection, None)

        def make(only):
            return ReadContext(connection, PublicDatabase(line.engine), election, schedule, only, "fr", line.clock())

        yield make


def test_without_a_limit_every_department_is_read(context):
    assert context(None).within(None) is None
    assert context(None).within("02") == "02"
    assert context(None).bureau(CODE).department == "01"


def test_a_department_is_read_even_if_no_other_is_asked_for(context):
    assert context("01").within(None) == context("01").within("01") == "01"


def test_another_department_is_out_of_reach_whether_there_is_one_or_not(context):
    for code in ("02", "no such"):
        with pytest.raises(OutOfReach):
            context("01").within(code)
    with pytest.raises(OutOfReach):
        context("02").bureau(CODE)


def test_a_place_that_is_not_there_is_said_to_be_unknown(context):
    with pytest.raises(UnknownPlace):
        context(None).within("no such")
    for only in (None, "01"):
        with pytest.raises(UnknownPlace):
            context(only).bureau("1")
