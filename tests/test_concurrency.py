"""The limit of the line and of the intranet: a busy line is waited for, a line that has stalled holds no thread."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from concurrency import ConcurrencyLimit, NoTurn

STALLED = 0.3


def fail(limit, seconds):
    with suppress(ZeroDivisionError), limit.turn():
        time.sleep(seconds)
        raise ZeroDivisionError


def take(limit, seconds=0.0):
    """True if there was a turn."""
    try:
        with limit.turn():
            time.sleep(seconds)
    except NoTurn:
        return False
    return True


def test_a_line_that_goes_on_is_waited_for_longer_than_a_line_that_has_stalled():
    limit = ConcurrencyLimit(1, STALLED)
    with ThreadPoolExecutor(5) as threads:
        assert all(threads.map(lambda _: take(limit, STALLED / 2), range(5)))


def test_a_line_that_has_rested_lets_people_wait_again():
    limit = ConcurrencyLimit(1, STALLED)
    time.sleep(1.2 * STALLED)
    with ThreadPoolExecutor(1) as threads:
        with limit.turn():
            second = threads.submit(take, limit)
            time.sleep(STALLED / 3)
            assert not second.done()
        assert second.result()


def test_a_line_on_which_nothing_ends_holds_no_page():
    limit = ConcurrencyLimit(1, STALLED)
    with limit.turn(), ThreadPoolExecutor(4) as threads:
        assert not any(threads.map(lambda _: take(limit), range(4)))


def test_a_line_on_which_everybody_fails_does_not_go_on():
    limit = ConcurrencyLimit(1, STALLED)
    with ThreadPoolExecutor(6) as threads:
        failing = [threads.submit(fail, limit, 0.8 * STALLED) for _ in range(2)]
        time.sleep(0.05)
        waiting = [threads.submit(take, limit) for _ in range(4)]
        assert [each.result(timeout=10 * STALLED) for each in waiting].count(False) >= 2
        for each in failing:
            each.cancel()


def test_a_limit_is_busy_while_a_turn_is_taken():
    limit = ConcurrencyLimit(2)
    assert not limit.is_busy()
    with limit.turn():
        assert limit.is_busy()
    assert not limit.is_busy()


def test_only_so_many_threads_wait():
    limit = ConcurrencyLimit(1, 5.0, waiting=1)
    with ThreadPoolExecutor(1) as threads:
        turn = limit.take()
        first = threads.submit(take, limit)
        time.sleep(0.1)
        assert not take(limit)
        limit.give_back(turn)
        assert first.result()


def test_a_turn_that_is_held_for_too_long_is_given_away():
    limit = ConcurrencyLimit(1, STALLED, held=STALLED)
    slow = limit.take()
    time.sleep(STALLED)
    second = limit.take()
    limit.give_back(slow)
    assert limit.is_busy()
    limit.give_back(second)
    limit.give_back(second)
    assert not limit.is_busy()
