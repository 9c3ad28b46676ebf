"""The audit chain: whatever is changed, removed, added or cut off is found, at its first row."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import delete, insert, literal, select, update

from db import audit, decisions, users
from db.audit import Head
from db.audit.verify import verify
from db.decisions import AlreadyResolved, Decider
from db.schema import audit as rows
from db.schema import (
    audit_head,
    candidate,
    decision,
    flag,
    pace,
    running_total,
    standing,
    tally,
    tally_count,
    user,
)
from db.transactions import begin_write
from db.users import NewUser, Role
from tests.support.line import Line
from tests.support.primary_2011 import ELECTION_NIGHT


@pytest.fixture
def kept(line: Line) -> Line:
    """A line with a chain: the election, its PINs, three tallies."""
    for code in ("00100014", "00100046", "00200015"):
        line.reported(code)
    return line


def check(line):
    return verify(line.engine)


def tamper(line, statement):
    with line.engine.begin() as connection:
        connection.execute(statement)


def first(line, action=audit.TALLY_STORED):
    return next(row.id for row in line.rows(rows) if row.action == action)


def test_an_untouched_chain_holds_from_the_first_row_on(kept):
    assert isinstance(check(kept), Head)
    assert kept.rows(rows)[0].action == "election created"
    assert [row.id for row in kept.rows(rows)] == list(range(1, len(kept.rows(rows)) + 1))


def test_an_empty_chain_holds(engine):
    with engine.connect() as connection:
        assert audit.head(connection) == Head(0, audit.GENESIS)
    assert verify(engine) == Head(0, audit.GENESIS)


@pytest.mark.parametrize("column", ["at", "actor", "action", "subject", "detail", "hash"])
def test_a_changed_row_is_found(kept, column):
    row = first(kept)
    tamper(kept, update(rows).where(rows.c.id == row).values({column: "0" * 64}))
    assert check(kept).row == row


def test_a_removed_row_is_found(kept):
    row = first(kept)
    tamper(kept, delete(rows).where(rows.c.id == row))
    broken = check(kept)
    assert broken.row == row
    assert "missing" in broken.reason


def test_a_tail_that_was_cut_off_is_found(kept):
    last = kept.rows(rows)[-1].id
    tamper(kept, delete(rows).where(rows.c.id == last))
    assert check(kept).row == last


def test_a_tail_cut_off_together_with_the_head_leaves_tallies_that_were_never_stored(kept):
    last = next(row for row in reversed(kept.rows(rows)) if row.action == audit.TALLY_STORED)
    before = next(row for row in kept.rows(rows) if row.id == last.id - 1)
    tamper(kept, delete(rows).where(rows.c.id >= last.id))
    tamper(kept, update(audit_head).values(id=before.id, hash=before.hash))
    assert "was never stored by the line" in check(kept).reason


def test_a_row_rewritten_with_a_hash_of_its_own_breaks_the_next(kept):
    row = next(row for row in kept.rows(rows) if row.action == audit.TALLY_STORED)
    before = next(each.hash for each in kept.rows(rows) if each.id == row.id - 1)
    forged = {**row._mapping, "detail": row.detail.replace("312", "313")}
    forged["hash"] = audit.row_hash(forged, before)
    tamper(kept, update(rows).where(rows.c.id == row.id).values(forged))
    assert check(kept).row == row.id + 1


def test_a_changed_figure_is_found(kept):
    tamper(kept, update(tally_count).where(tally_count.c.field == "3", tally_count.c.tally_id == 2).values(count=121))
    assert check(kept).reason == "tally 2 is not what was stored then"


def test_a_removed_tally_is_found(kept):
    tamper(kept, delete(tally_count).where(tally_count.c.tally_id == 3))
    assert check(kept).reason == "tally 3 is not what was stored then"


def test_an_added_tally_is_found(kept):
    row = kept.rows(tally)[0]._mapping
    tamper(kept, insert(tally).values({**row, "id": 99, "version": 9, "receipt": "0000000"}))
    assert "was never stored by the line" in check(kept).reason


@pytest.mark.parametrize(
    "change", [{"origin": "rehearsal"}, {"bureau_id": 8}, {"version": 7}, {"receipt": "0000000"}, {"channel": "pv"}]
)
def test_a_tally_that_was_moved_or_hidden_is_found(kept, change):
    tamper(kept, update(tally).where(tally.c.id == 2).values(change))
    assert check(kept).reason == "tally 2 is not what was stored then"


def test_exchanged_candidates_are_found(kept):
    tamper(kept, update(candidate).where(candidate.c.number == 1).values(name="François Hollande"))
    assert check(kept).reason == "the candidates of election 1 are not those that were loaded then"


def test_a_flag_that_was_deleted_is_found(kept):
    kept.identified("00200031").keys("200*4*100*2*120*40*30*16#").keys("3").keys("1")
    assert isinstance(check(kept), Head)
    tamper(kept, delete(flag).where(flag.c.code == "sum-mismatch"))
    assert "the flags of tally" in check(kept).reason


def test_the_chain_is_checked_as_of_one_moment_while_calls_come_in(kept):
    stop = Event()

    def phone_in():
        while not stop.is_set():
            kept.identified("00200028").keys("2").keys("8").keys("15#").keys("3").keys("1")
            kept.identified("00200028").keys("2").keys("8").keys("16#").keys("1")

    kept.reported("00200028")
    with ThreadPoolExecutor(1) as pool:
        calls = pool.submit(phone_in)
        found = []
        while len(found) < 25 or (len(set(found)) == 1 and not calls.done()):
            found.append(check(kept))
        stop.set()
        calls.result()
    assert all(isinstance(each, Head) for each in found)
    assert len(set(found)) > 1


def test_writers_at_once_make_one_chain(engine):
    def write(number):
        with begin_write(engine) as transaction:
            audit.record(
                transaction,
                at=ELECTION_NIGHT,
                actor="test",
                action="counted",
                subject=str(number),
                detail={"n": number},
            )

    write(0)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 40)))
    with engine.connect() as connection:
        assert audit.head(connection).row == 40
    assert isinstance(verify(engine), Head)


def test_a_transaction_that_is_rolled_back_leaves_no_row(engine):
    with begin_write(engine) as transaction:
        audit.record(transaction, at=ELECTION_NIGHT, actor="test", action="counted", subject="1", detail={})
        transaction.connection.rollback()
        assert audit.head(transaction.connection) == Head(0, audit.GENESIS)


@pytest.mark.parametrize(
    "statement",
    [
        update(standing).where(standing.c.bureau_id == 1).values(figures='{"voters":1}'),
        update(running_total).where(running_total.c.field == "3").values(count=running_total.c.count + 1),
        delete(running_total).where(running_total.c.field == "reported"),
        delete(standing),
    ],
)
def test_a_total_that_is_not_the_tallies_own_is_found(kept, statement):
    tamper(kept, statement)
    assert "are not those of the tallies" in check(kept).reason


@pytest.fixture
def decided(kept, clock):
    """A chain with an account, and a decision of each kind."""
    with begin_write(kept.engine) as transaction:
        user_id = users.add(transaction, NewUser("s@tests.example", Role.SUPERVISOR, "x", "y"), at=clock.now)
        by = Decider(user_id, "s@tests.example", Role.SUPERVISOR)
        which = transaction.connection.execute(select(flag.c.id).where(flag.c.state == "open")).scalars().first()
        decisions.resolve_flag(transaction, which, by, "The minutes say so", at=clock.now)
        decisions.review_call(transaction, 1, by, "Heard", at=clock.now)
    for decide, reason in ((decisions.lock_pin, "A stranger"), (decisions.unlock_pin, "New envelope")):
        with begin_write(kept.engine) as transaction:
            decide(transaction, 1, by, reason, at=clock.now)
    return kept


def test_decisions_and_accounts_are_bound(decided):
    assert isinstance(check(decided), Head)


@pytest.mark.parametrize(
    "statement",
    [
        delete(decision),
        update(decision).values(reason="Something else"),
        update(decision).values(kind="PIN locked"),
        insert(decision).from_select(
            ["election_id", "kind", "call_id", "user_id", "reason", "at"],
            select(
                decision.c.election_id,
                literal("call reviewed"),
                literal(2),
                decision.c.user_id,
                literal("x"),
                decision.c.at,
            ).limit(1),
        ),
        update(user).values(role="admin"),
        update(user).values(department="02"),
        update(standing).values(digest="x"),
        update(pace).values(reported=999),
    ],
)
def test_a_decision_or_an_account_that_was_tampered_with_is_found(decided, statement):
    tamper(decided, statement)
    assert not isinstance(check(decided), Head)


def test_a_flag_that_found_nothing_cannot_be_resolved(kept, clock):
    with begin_write(kept.engine) as transaction:
        user_id = users.add(transaction, NewUser("s@tests.example", Role.SUPERVISOR, "x", "y"), at=clock.now)
        which = transaction.connection.execute(select(flag.c.id).where(flag.c.state == "unchecked")).scalars().first()
        with pytest.raises(AlreadyResolved):
            decisions.resolve_flag(
                transaction, which, Decider(user_id, "s@tests.example", Role.SUPERVISOR), "x", at=clock.now
            )
