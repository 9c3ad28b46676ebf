"""Two rounds side by side: the second has its own ballot and PINs, and changes nothing of the first."""

from dataclasses import replace
from datetime import timedelta

from db import elections, register
from db.pins import PinSeal, draw_missing, issue
from db.public import PublicDatabase
from db.register_files import read_bureaux, read_election
from db.schema import publication, published_department, tally, tally_count, validated
from db.transactions import begin_write
from reporting.publication.publish import read_publication
from reporting.tabulation.totals import Level, read_totals
from tests.support.primary_2011 import CODE, DATA, ELECTION_NIGHT, FIGURES
from tests.support.result_workflow import ResultWorkflow
from tests.support.settings import PEPPER

FIRST_ROUND = (tally, tally_count, validated, publication, published_department)


def test_a_second_round_leaves_the_first_as_it_was(line):
    line.reported()
    workflow = ResultWorkflow(line.engine)
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    before = [line.rows(table) for table in FIRST_ROUND]
    file = read_election(DATA / "election.toml")
    ballot = tuple(each for each in file.candidates if each.number in (1, 3))
    second = replace(file, round=2, candidates=ballot, polls_close=file.polls_close + timedelta(days=7))
    with begin_write(line.engine) as transaction:
        rows = read_bureaux(DATA / "bureaux.csv", file.check_digit)
        loaded = register.load(transaction, second, rows, at=ELECTION_NIGHT)
        drawn = draw_missing(transaction.connection, loaded.election_id, PinSeal(PEPPER))
        issue(transaction, drawn, at=ELECTION_NIGHT)
        clear = drawn.clear
    assert clear.keys() == line.pins.keys()
    assert clear != line.pins
    line.clock.advance(timedelta(days=7).total_seconds())
    line.pins = clear
    line.identified().keys("300*10*140*150#").keys("1")
    assert [line.rows(table) for table in FIRST_ROUND[2:]] == before[2:]
    assert line.rows(tally)[: len(before[0])] == before[0]
    with line.engine.connect() as connection:
        election, schedule = elections.find(connection)
        (nation,) = read_totals(connection, election, Level.NATIONAL)
        assert (election.round, dict(nation.figures)) == (2, {"voters": 300, "invalid": 10, "1": 140, "3": 150})
        first, _ = elections.find(connection, workflow.election.id)
        (nation,) = read_totals(connection, first, Level.NATIONAL)
        assert (first.round, dict(nation.figures)) == (1, FIGURES)
    with PublicDatabase(line.engine).snapshot() as connection:
        assert read_publication(connection, election, schedule, line.clock.now) is None
    assert workflow.public_figures() == {CODE: FIGURES}
    assert workflow.broken() is None
