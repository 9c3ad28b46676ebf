"""A copy of the database to read from: how late it is, whatever happens to it. Real streaming replication."""

import pytest
from sqlalchemy import text

from db.backends.base import UnusableDatabase
from db.backends.engine import open_engine
from db.backends.replica import ASK_AFTER, BOUND, LEAVE_ALONE, Lag, Replica, open_replica
from tests.support.cluster import Cluster, ask
from tests.support.marks import on_postgresql
from tests.support.waiting import wait_until

pytestmark = pytest.mark.xdist_group("cluster")


class Ticks:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def replica(cluster: Cluster, ticks: Ticks) -> Replica:
    return Replica(cluster.primary, cluster.standby, ticks)


def settle(replica: Replica, ticks: Ticks) -> None:
    """Asks until the copy has all."""

    def has_all() -> bool:
        ticks.pass_by(ASK_AFTER)
        return replica.lag() == Lag(0.0)

    wait_until(has_all)


def write(cluster: Cluster) -> None:
    ask(cluster.primary, "SELECT pg_logical_emit_message(true, 'test', 'a commit')")


def test_a_copy_that_has_all_is_not_late_and_may_be_read_from(cluster, replica, ticks):
    write(cluster)
    settle(replica, ticks)
    with replica.look() as connection:
        assert connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one()
        assert connection.execute(text("SHOW transaction_read_only")).scalar_one() == "on"
        assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "repeatable read"


def test_a_quiet_hour_makes_no_copy_late(replica, ticks):
    settle(replica, ticks)
    ticks.pass_by(3600)
    settle(replica, ticks)


def test_a_copy_that_does_not_replay_falls_behind_second_by_second_until_it_is_not_read(cluster, replica, ticks):
    settle(replica, ticks)
    ask(cluster.standby, "SELECT pg_wal_replay_pause()")
    write(cluster)
    for second in (1, 2, 3, 4, 5):
        ticks.pass_by(1)
        assert replica.lag() == Lag(second)
        replica.look().close()
    ticks.pass_by(1)
    assert replica.lag() == Lag(BOUND + 1)
    assert replica.look() is None

    ask(cluster.standby, "SELECT pg_wal_replay_resume()")
    settle(replica, ticks)


def test_a_copy_that_lost_its_primary_is_late_though_it_replayed_all_that_it_got(cluster, replica, ticks):
    settle(replica, ticks)
    source = ask(cluster.standby, "SHOW primary_conninfo")
    try:
        _follow(cluster, "")
        wait_until(lambda: not ask(cluster.primary, "SELECT count(*) FROM pg_stat_replication"))
        write(cluster)
        assert ask(cluster.standby, "SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()")
        ticks.pass_by(60)
        assert replica.lag() == Lag(60.0)
    finally:
        _follow(cluster, source)


def _follow(cluster, source):
    quoted = source.replace("'", "''")
    ask(cluster.standby, f"ALTER SYSTEM SET primary_conninfo = '{quoted}'")
    ask(cluster.standby, "SELECT pg_reload_conf()")


def test_a_worker_that_starts_beside_a_late_copy_goes_by_the_age_of_its_last_commit(cluster, ticks):
    write(cluster)
    wait_until(cluster.has_caught_up)
    ask(cluster.standby, "SELECT pg_wal_replay_pause()")
    write(cluster)
    started = Replica(cluster.primary, cluster.standby, ticks)
    age = ask(cluster.standby, "SELECT extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())")
    assert 0 < started.lag().seconds <= age + 1


def test_a_copy_that_is_gone_is_left_alone_for_a_while_and_found_again(cluster, replica, ticks):
    settle(replica, ticks)
    cluster.kill(cluster.standby)
    assert replica.look() is None
    assert replica.lag() == Lag(None)
    cluster.start(cluster.standby)
    assert replica.lag() == Lag(None)
    ticks.pass_by(LEAVE_ALONE)
    settle(replica, ticks)


def test_a_second_address_of_the_primary_is_never_late(cluster, ticks):
    replica = Replica(cluster.primary, cluster.primary, ticks)
    assert replica.lag() == Lag(0.0)
    ticks.pass_by(0.4)
    assert replica.lag() == Lag(0.0)


@on_postgresql
def test_a_server_that_follows_nobody_and_is_not_the_primary_is_never_read_from(cluster, database_url, ticks):
    stranger = open_engine(database_url)
    replica = Replica(cluster.primary, stranger, ticks)
    assert replica.lag() == Lag(None)
    assert replica.look() is None
    stranger.dispose()


def test_no_address_is_no_copy(cluster):
    assert open_replica("", cluster.primary) is None


def test_what_is_no_postgresql_is_no_copy(cluster, tmp_path):
    for address, refusal in (
        (f"sqlite:///{tmp_path}/copy.sqlite", "DATABASE_REPLICA_URL: only PostgreSQL has a copy"),
        ("mysql://localhost/x", "DATABASE_REPLICA_URL: mysql is neither"),
        ("nonsense", "DATABASE_REPLICA_URL is not a database's URL"),
    ):
        with pytest.raises(UnusableDatabase, match=refusal):
            open_replica(address, cluster.primary)
