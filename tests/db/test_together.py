"""Single writes of several threads: committed together, answered after the commit, none spoiled by another's mistake."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from db.engine import begin_write, write_alone
from tests.db.one_table import INSERT, numbers, one_table


@pytest.fixture
def database(tmp_path):
    with one_table(tmp_path) as database:
        yield database


def write(database, number):
    """Writes a number by itself; returns it as soon as another connection can see it, or the error."""
    try:
        with database.connect() as connection:
            write_alone(connection, lambda alone: alone.execute(INSERT, {"number": number}))
    except (IntegrityError, OperationalError) as error:
        return error
    assert number in numbers(database)
    return number


def at_once(database, *wanted):
    """All written while another holds the writer's place, so that they gather behind it."""
    start = Barrier(len(wanted) + 1)

    def one(number):
        start.wait()
        return write(database, number)

    with database.connect() as holder, ThreadPoolExecutor(len(wanted)) as threads:
        begin_write(holder)
        written = [threads.submit(one, number) for number in wanted]
        start.wait()
        holder.rollback()
        return [each.result() for each in written]


def test_what_comes_at_once_is_all_written_and_seen_before_anybody_is_answered(database):
    assert sorted(at_once(database, *range(12))) == list(range(12))
    assert numbers(database) == list(range(12))


def test_many_acts_take_few_commits(database):
    commits = []
    event.listen(database, "commit", commits.append)
    for start in range(0, 80, 8):
        at_once(database, *range(start, start + 8))
    assert numbers(database) == list(range(80))
    assert len(commits) < 80


def test_who_breaks_a_key_fails_alone(database):
    write(database, 3)
    written = at_once(database, 1, 2, 3, 4)
    assert [each for each in written if not isinstance(each, IntegrityError)] == [1, 2, 4]
    assert numbers(database) == [1, 2, 3, 4]


def test_a_transaction_that_fails_is_everybodys_and_the_next_is_not_hurt(database):
    with database.connect() as connection, pytest.raises(OperationalError):
        write_alone(connection, lambda alone: alone.execute(text("INSERT INTO nowhere VALUES (1)")))
    assert write(database, 1) == 1


def test_a_commit_that_fails_stores_nothing_of_anybody_who_was_in_it_and_keeps_nobody_out(database):
    failures = iter([OperationalError("COMMIT", None, Exception("the disk is full"))])

    def fail_once(_connection):
        for error in failures:
            raise error

    event.listen(database, "commit", fail_once)
    written = at_once(database, *range(8))
    failed = {number for number, each in enumerate(written) if isinstance(each, OperationalError)}
    assert failed
    assert numbers(database) == sorted(set(range(8)) - failed)
    assert write(database, 9) == 9
