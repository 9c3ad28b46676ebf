"""What a call asks of the database costs the same at the end of the evening as at its start."""

import re

from sqlalchemy import Engine, event

from tests.support.marks import on_sqlite
from tests.support.primary_2011 import CODE

OTHER = "00100023"
GROWING = "audit|bureau|call|call_step|flag|lockout|pin|reconciliation|standing|tally|tally_count"
THROUGH_ALL = re.compile(rf"SCAN ({GROWING})\b|SEARCH ({GROWING}) USING .*\((election_id|origin)=\?\)")
"""A step of SQLite's plan that goes through a whole table, or through all that an election has of it."""


@on_sqlite
def test_no_statement_of_a_call_goes_through_all_that_others_have_reported(line):
    asked = {}

    def note(_connection, _cursor, statement, parameters, _context, many):
        asked[statement] = parameters[0] if many else parameters

    event.listen(Engine, "before_cursor_execute", note)
    try:
        line.phone().dial().keys(CODE).keys("111111#").hang_up()
        line.identified(OTHER).keys("312#").hang_up()
        line.identified(OTHER).hang_up()
        line.reported()
        line.identified().hang_up()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert any("caller_bureaux" in statement for statement in asked)
    with line.engine.connect() as connection:
        for statement, parameters in asked.items():
            if not statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
                continue
            plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            assert not any(map(THROUGH_ALL.search, plan)), (statement, plan)
