"""Tallies that come at the same moment: none is lost, none waits for ever, and a rule that compares bureaux misses none."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import func, select

from db import audit
from db.audit.verify import verify
from db.provisional_results import REPORTED
from db.schema import flag, running_total, tally
from flows.ballot import VOTERS
from services import AUDIT_CHECKS
from tests.support.result_workflow import ResultWorkflow

IN_AIN = ("00100014", "00100023")
"""Bureaux whose minutes the clerks may enter."""
FIGURES = {"voters": 180, "invalid": 0, "1": 60, "2": 2, "3": 60, "4": 28, "5": 20, "6": 10}
"""No more voters than the smallest bureau has electors."""
SHEET = "*".join(map(str, FIGURES.values())) + "#"


def at_once(*acts):
    """Each in a thread of its own, all let go together; raises what any of them raised."""
    start = Barrier(len(acts))

    def run(act):
        start.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as threads:
        list(threads.map(run, acts))


def ready_to_confirm(line):
    """A telephone for each bureau, all with the same figures and the same number, before their last key."""
    return [line.identified(code).keys(SHEET) for code in line.pins]


def flagged(line, rule):
    with line.engine.connect() as connection:
        query = (
            select(func.count(tally.c.bureau_id.distinct())).select_from(flag.join(tally)).where(flag.c.code == rule)
        )
        return connection.execute(query).scalar_one()


def test_all_but_the_first_with_the_same_figures_from_the_same_telephone_are_flagged(line):
    at_once(*(lambda phone=phone: phone.keys("1") for phone in ready_to_confirm(line)))
    assert flagged(line, "same-figures") == len(line.pins) - 1
    assert flagged(line, "caller-several-bureaux") == len(line.pins) - 1
    with line.engine.connect() as connection:
        sums = select(running_total.c.field, func.sum(running_total.c.count)).group_by(running_total.c.field)
        totals = dict(connection.execute(sums).all())
    assert (totals[REPORTED], totals[VOTERS]) == (len(line.pins), FIGURES[VOTERS] * len(line.pins))
    assert isinstance(verify(line.engine, AUDIT_CHECKS), audit.Head)


def test_presidents_and_clerks_do_not_stand_in_each_others_way(line):
    workflow = ResultWorkflow(line.engine)
    for code in IN_AIN:
        workflow.enter(workflow.deciders.clerk, code, FIGURES)
    phones = [lambda phone=phone: phone.keys("1") for phone in ready_to_confirm(line)]
    clerks = [lambda code=code: workflow.enter(workflow.deciders.second_clerk, code, FIGURES) for code in IN_AIN]
    at_once(*phones, *clerks)
    assert [workflow.case(code).stage.value for code in IN_AIN] == ["agreed", "agreed"]
    assert isinstance(verify(line.engine, AUDIT_CHECKS), audit.Head)
