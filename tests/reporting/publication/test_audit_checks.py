"""What the audit and the public's connection guard: no change behind the chain, nothing read that is not published."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from db.schema import (
    decision,
    publication,
    published_department,
    pv_entry,
    reconciliation,
    scan,
    validated,
    validation,
)


def test_the_publics_connection_sees_nothing_that_is_not_published(workflow):
    workflow.phone()
    for table in ("tally", "tally_count", "standing", "running_total", "validated", "reconciliation", "pin", "bureau"):
        with workflow.public.snapshot() as connection, pytest.raises(DBAPIError):
            connection.execute(text(f"SELECT count(*) FROM {table}"))
    with workflow.public.snapshot() as connection, pytest.raises(DBAPIError):
        connection.execute(text("DELETE FROM publication"))


def other_figures(text: str) -> str:
    return text.replace("120", "121")


TAMPERINGS = {
    (pv_entry, "figures"): other_figures,
    (pv_entry, "user_id"): lambda _: 1,
    (validation, "figures"): other_figures,
    (validation, "user_id"): lambda _: 1,
    (validated, "figures"): other_figures,
    (validated, "first_user_id"): lambda _: 1,
    (reconciliation, "settled"): other_figures,
    (reconciliation, "state"): lambda _: "differing",
    (reconciliation, "stage"): lambda _: "agreed",
    (reconciliation, "phone_id"): lambda _: None,
    (validated, "take_back_id"): lambda _: 1,
    (published_department, "rows"): other_figures,
    (published_department, "totals"): other_figures,
    (publication, "manifest"): other_figures,
    (publication, "signature"): lambda signature: signature[::-1],
    (decision, "detail"): lambda _: "{}",
    (scan, "digest"): lambda digest: digest[::-1],
    (scan, "bureau_id"): lambda _: 2,
}


def test_the_audit_finds_whatever_was_changed_behind_it(workflow):
    workflow.scan()
    workflow.phone()
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    assert workflow.broken() is None
    for (table, column), change in TAMPERINGS.items():
        with workflow.engine.begin() as connection:
            before = connection.execute(select(table)).mappings().all()
            connection.execute(update(table).values({column: change(before[0][column])}))
        assert workflow.broken() is not None, (table.name, column)
        with workflow.engine.begin() as connection:
            for row in before:
                mine = [each == row[each.name] for each in table.primary_key]
                connection.execute(update(table).where(*mine).values({column: row[column]}))
    assert workflow.broken() is None
