"""Norms: what is usual in a department, and the checks that wait for it."""

import json

import pytest
from sqlalchemy import select

from db import audit, register, tallies
from db.audit.verify import verify
from db.register_files import BureauRow, read_election
from db.schema import Channel, FlagState, Origin, bureau, flag, norm, tally
from db.tallies import NewTally
from db.transactions import begin_write
from reporting.anomalies.raise_flags import FlagRaiser
from tests.support.primary_2011 import DATA, ELECTION_NIGHT

ELECTORS = 300
HAMLETS = 5
CODES = [f"{place:08}" for place in range(1, 121)]
STRANGE = CODES[7]


@pytest.fixture
def loaded(engine):
    """A department of 120 bureaux; the first five are hamlets of 20 electors."""
    file = read_election(DATA / "election.toml")
    rows = [
        BureauRow(code, "77", "Commune", f"Bureau {place}", 20 if place < HAMLETS else ELECTORS, "", None)
        for place, code in enumerate(CODES)
    ]
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, file, rows, at=ELECTION_NIGHT)
    return engine, loaded.election_id


def sheet(place, voters):
    """Six candidates who share the votes much alike everywhere, and never quite the same."""
    third = voters * 3 // 10 + place % 7
    first = voters * 4 // 10 - place % 5
    rest = voters - third - first
    return {"voters": voters, "invalid": 0, "1": first, "2": 0, "3": third, "4": rest - 2, "5": 1, "6": 1}


def report(loaded, count, usual=200):
    engine, election_id = loaded
    raiser = FlagRaiser()
    with begin_write(engine) as transaction:
        ids = dict(transaction.connection.execute(select(bureau.c.code, bureau.c.id)).all())
        for place, code in enumerate(CODES[:count]):
            voters = 15 if place < HAMLETS else usual + place % 9
            figures = sheet(place, voters)
            if code == STRANGE:
                figures = {**dict.fromkeys(figures, 0), "voters": voters, "3": voters}
            new = NewTally(election_id, ids[code], Channel.PHONE, Origin.LIVE, figures, 0, "", "test")
            tallies.store(transaction, new, at=ELECTION_NIGHT, consequences=(raiser,))
    return engine


def states(engine, code):
    with engine.connect() as connection:
        query = select(bureau.c.code, flag.c.state, flag.c.facts).select_from(
            flag.join(tally).join(bureau, bureau.c.id == tally.c.bureau_id)
        )
        return {
            row.code: (row.state, json.loads(row.facts)) for row in connection.execute(query.where(flag.c.code == code))
        }


def test_before_fifty_bureaux_there_is_no_norm_and_nothing_passes_for_checked(loaded):
    engine = report(loaded, 49)
    with engine.connect() as connection:
        assert connection.execute(select(norm)).all() == []
    found = states(engine, "share-outlier")
    assert found[STRANGE] == (FlagState.UNCHECKED, {"reason": "small-sample"})


def test_what_waited_is_checked_once_enough_have_reported_hamlets_left_aside(loaded):
    engine = report(loaded, 120)
    shares, turnouts = states(engine, "share-outlier"), states(engine, "turnout-outlier")
    state, facts = shares[STRANGE]
    assert state == FlagState.OPEN
    assert (facts["field"], facts["share"]) == ("François Hollande", 1000)
    assert {code for code, (state, _) in shares.items() if state == FlagState.OPEN} == {STRANGE}
    assert {code for code, (state, _) in shares.items() if state == FlagState.UNCHECKED} == set(CODES[:HAMLETS])
    assert {facts["reason"] for state, facts in turnouts.values() if state == FlagState.UNCHECKED} == {"few-electors"}
    assert any(state == FlagState.PASSED for state, _ in turnouts.values())
    assert isinstance(verify(engine), audit.Head)


def test_a_register_that_is_too_short_everywhere_breaks_nothing(loaded):
    engine = report(loaded, 120, usual=ELECTORS + 30)
    with engine.connect() as connection:
        assert len(connection.execute(select(tally.c.id)).all()) == 120
    assert states(engine, "rules") == {}
    assert all(facts.get("reason") != "broken" for _, facts in states(engine, "turnout-outlier").values())
