"""A department's sign-off by its chair."""

import pytest
from sqlalchemy import select

from db.decisions import NotTheirs
from db.schema import (
    sign_off,
)
from reporting.verification.sign_off import AlreadySigned, NotReady, read_sign_off
from tests.support.primary_2011 import CODE, FIGURES

OTHER = "00100046"


def test_the_chair_signs_a_department_in_which_every_bureau_is_accounted_for(workflow):
    for code in (CODE, OTHER):
        workflow.phone(code)
        workflow.paper(code)
    with pytest.raises(NotReady) as refused:
        workflow.sign(workflow.deciders.chair)
    assert refused.value.values["count"] == 2
    with pytest.raises(NotTheirs):
        workflow.list_missing(workflow.deciders.clerk, "00100038")
    workflow.list_missing(workflow.deciders.chair, "00100038")
    workflow.list_missing(workflow.deciders.chair, "00100023")
    with pytest.raises(NotTheirs):
        workflow.sign(workflow.deciders.clerk)
    workflow.sign(workflow.deciders.chair)
    with pytest.raises(AlreadySigned):
        workflow.sign(workflow.deciders.chair)
    signed = workflow.read(lambda connection: read_sign_off(connection, workflow.departments["01"]))
    assert signed.figures == {field: 2 * count for field, count in FIGURES.items()}
    workflow.phone("00100038")
    assert workflow.read(lambda connection: connection.execute(select(sign_off)).all()) == []
    assert workflow.broken() is None
