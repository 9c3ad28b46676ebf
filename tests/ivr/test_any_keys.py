"""Whatever a caller does: every document is well formed, and nothing is stored that was not read back and confirmed."""

from defusedxml.ElementTree import fromstring
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import elections
from db.schema import (
    bureau,
    call,
    call_step,
    flag,
    lockout,
    pace,
    reconciliation,
    running_total,
    standing,
    tally,
    tally_count,
)
from flows.asking import Call
from flows.catalogue import prompts
from flows.figures import Draft, figure_lines
from flows.replay import MAX_STEPS
from ivr.simulator.handset import State
from tests.support.line import Line
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import CODE, FIGURES

pytestmark = on_sqlite
"""The conversation is the same on both; storing, racing and resuming have tests on both."""

SILENCE, HANG_UP, CODE_KEYS, PIN_KEYS = "silence", "hang up", "the code", "the PIN"
PLAUSIBLE = [*(f"{count}#" for count in FIGURES.values()), "*".join(map(str, FIGURES.values())) + "#"]
actions = st.one_of(
    st.sampled_from([CODE_KEYS, PIN_KEYS, SILENCE, HANG_UP]),
    st.sampled_from(["1", "1", "1", "2", "3", "0", "*#", "#", "1#", "2#"]),
    st.sampled_from(PLAUSIBLE),
    st.text("0123456789*#", min_size=1, max_size=8),
)
calls = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def wipe(line: Line) -> None:
    with line.engine.begin() as connection:
        for table in (
            reconciliation,
            flag,
            standing,
            running_total,
            pace,
            tally_count,
            tally,
            call_step,
            call,
            lockout,
        ):
            connection.execute(table.delete())


def perform(line: Line, phone, action: str) -> None:
    if phone.ended:
        phone.dial()
    if phone.call.state is State.DIALLING:
        phone.nobody_answers()
    elif action == SILENCE:
        phone.silence()
    elif action == HANG_UP:
        phone.hang_up()
    else:
        phone.keys({CODE_KEYS: CODE, PIN_KEYS: f"{line.pins[CODE]}#"}.get(action, action))


def read_back(line: Line, figures: dict[str, int]) -> list[str]:
    """What the caller must have heard before a tally with these figures may be stored."""
    with line.engine.connect() as connection:
        election, _ = elections.find(connection)
    catalogue = prompts("fr")
    return [catalogue.text(each) for each in figure_lines(Call(election, False), Draft(dict(figures)))]


@calls
@given(script=st.lists(actions, max_size=25), start=st.sampled_from([[], [CODE_KEYS, PIN_KEYS]]))
def test_no_caller_can_store_what_was_not_read_back_and_confirmed(line_with_help, script, start):
    line = line_with_help
    wipe(line)
    phone = line.phone().dial()
    stored = 0
    for action in [*start, *script]:
        perform(line, phone, action)
        new = line.tallies()[stored:]
        stored += len(new)
        for figures in new:
            assert set(read_back(line, figures)) <= last_read_back(phone)
    with line.engine.connect() as connection:
        versions = connection.execute(
            tally.select().join(bureau).where(bureau.c.code == CODE).order_by(tally.c.version)
        ).all()
    assert [each.version for each in versions] == list(range(1, len(versions) + 1))
    assert all(row.step < MAX_STEPS + 5 for row in line.rows(call_step))


def last_read_back(phone) -> set[str]:
    """What the last read-back said before the confirmation."""
    said = [
        [say.text.strip() for say in fromstring(answer.body).iter("Say")] for answer in phone.answers if answer.body
    ]
    return set(next(document for document in reversed(said) if "Je relis." in document))


def test_no_call_goes_on_for_ever(line):
    phone = line.identified()
    while not phone.ended:
        phone.keys("312#")
        if not phone.ended:
            phone.keys("*#")
    assert phone.said.startswith("Cet appel est trop long.")
    assert line.rows(call)[0].outcome == "too-long"
    assert len(line.rows(call_step)) == MAX_STEPS
