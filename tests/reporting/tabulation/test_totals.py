"""The totals: of every bureau the newest tally that counts, and nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from db import elections, provisional_results, tallies
from db.schema import Channel, Origin, bureau, flag, pace, running_total, standing, tally, tally_count
from db.tallies import NewTally
from db.transactions import begin_write
from reporting.tabulation.totals import Level, count_reported, read_totals
from tests.support.primary_2011 import CODE, ELECTION_NIGHT, FIGURES

CODES = ("00100014", "00100023", "00100038", "00100046", "00200015", "00200028", "00200031", "98800011")
counts = st.integers(0, 99_999)
sheets = st.builds(
    lambda *each: dict(zip(FIGURES, each, strict=True)), counts, counts, counts, counts, counts, counts, counts, counts
)


def totals(line, level=Level.NATIONAL):
    with line.engine.connect() as connection:
        election, _ = elections.find(connection)
        return list(read_totals(connection, election, level))


def store(transaction, code, figures, replaces=0, origin=Origin.LIVE, channel=Channel.PHONE):
    bureau_id = transaction.connection.execute(select(bureau.c.id).where(bureau.c.code == code)).scalar_one()
    new = NewTally(
        election_id=1,
        bureau_id=bureau_id,
        channel=channel,
        origin=origin,
        figures=figures,
        replaces=replaces,
        caller="",
        actor="test",
    )
    return tallies.store(transaction, new, at=ELECTION_NIGHT)


def tables(connection):
    return [sorted(connection.execute(select(table)).all()) for table in (standing, running_total, pace)]


def test_a_phoned_tally_stands_before_an_operators_whichever_came_first(line):
    with begin_write(line.engine) as transaction:
        store(transaction, CODE, {**FIGURES, "3": 7}, channel=Channel.OPERATOR)
    assert totals(line)[0].figures["3"] == 7
    line.reported()
    assert totals(line)[0].figures["3"] == 120
    with begin_write(line.engine) as transaction:
        store(transaction, CODE, {**FIGURES, "3": 8}, replaces=1, channel=Channel.OPERATOR)
    assert totals(line)[0].figures["3"] == 120
    assert totals(line)[0].reported == 1


def test_before_the_first_call_everything_is_zero(line):
    (row,) = totals(line)
    assert (row.department, row.bureaux, row.reported, row.electorate, row.voters) == ("*", 8, 0, 3866, 0)
    assert row.turnout is None
    assert row.share("3") is None


def test_a_confirmed_tally_moves_the_total(line):
    line.reported()
    (row,) = totals(line)
    assert (row.reported, row.electorate, row.electorate_reported) == (1, 3866, 598)
    assert dict(row.figures) == FIGURES
    assert row.valid == 308
    assert row.turnout == pytest.approx(312 / 598)
    assert row.share("3") == pytest.approx(120 / 308)


def test_a_rectification_replaces_and_does_not_add(line):
    line.reported()
    line.identified().keys("2").keys("8").keys("15#").keys("1").keys("2").keys("5#").keys("1")
    (row,) = totals(line)
    assert dict(row.figures) == {**FIGURES, "invalid": 5, "6": 15}
    assert row.reported == 1


def test_a_rehearsal_is_never_counted(line):
    line.clock.now = datetime(2011, 10, 9, 12, 0, tzinfo=UTC)
    line.phone().dial().keys("1").keys(CODE).keys(f"{line.pins[CODE]}#").keys("312*4*100*2*120*40*30*16#").keys("1")
    assert totals(line)[0].reported == 0


def test_departments_and_bureaux_that_have_not_reported_appear_with_zeros(line):
    line.reported()
    assert [(row.department, row.bureaux, row.reported) for row in totals(line, Level.DEPARTMENT)] == [
        ("01", 4, 1),
        ("02", 3, 0),
        ("988", 1, 0),
    ]
    bureaux = totals(line, Level.BUREAU)
    assert [row.code for row in bureaux] == list(CODES)
    assert [row.reported for row in bureaux] == [1, 0, 0, 0, 0, 0, 0, 0]
    assert (bureaux[0].commune, bureaux[0].name) == ("L'Abergement-Clémenciat", "Bureau 1")


def test_an_unknown_electorate_counts_for_none(line):
    line.reported("00100038")
    (row,) = totals(line)
    assert (row.reported, row.electorate_reported, row.turnout) == (1, 0, None)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports=st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(Channel), sheets), max_size=12))
def test_departments_and_bureaux_always_add_up_to_the_nation(line, reports):
    newest, stands = {}, {}
    with begin_write(line.engine) as transaction:
        for table in (flag, standing, running_total, pace, tally_count, tally):
            transaction.execute(table.delete())
    for code, channel, figures in reports:
        version = newest.get((code, channel), 0)
        with begin_write(line.engine) as transaction:
            store(transaction, code, figures, replaces=version, channel=channel)
        newest[code, channel] = version + 1
        told_by_phone = (code, Channel.PHONE) in newest
        if channel is Channel.PHONE or (channel is Channel.OPERATOR and not told_by_phone):
            stands[code] = figures
    with begin_write(line.engine) as transaction:
        assert count_reported(transaction.connection, 1) == len(stands)
        running = tables(transaction.connection)
        provisional_results.rebuild(transaction)
        assert tables(transaction.connection) == running
    (nation,) = totals(line)
    for level in (Level.DEPARTMENT, Level.BUREAU):
        rows = totals(line, level)
        for field in FIGURES:
            assert sum(row.figures[field] for row in rows) == nation.figures[field]
        for name in ("bureaux", "reported", "electorate", "electorate_reported", "valid"):
            assert sum(getattr(row, name) for row in rows) == getattr(nation, name)
    for field in FIGURES:
        assert nation.figures[field] == sum(figures[field] for figures in stands.values())


def test_voters_without_a_known_electorate_are_no_part_of_the_turnout(line):
    line.reported()
    line.reported("00100038")
    (row,) = totals(line)
    assert (row.voters, row.electorate_reported) == (624, 598)
    assert row.turnout == pytest.approx(312 / 598)
