"""Three machines with PostgreSQL, configured as `deploy/postgresql` has it: what becomes of a call when one of them dies."""

from threading import Thread

import pytest

from db.audit.verify import Break, verify
from db.backends.engine import open_engine
from db.migrate import upgrade
from services import AUDIT_CHECKS
from tests.support.cluster import Cluster, ask
from tests.support.line import Line
from tests.support.primary_2011 import FIGURES, load_primary
from tests.support.settings import ROOT
from tests.support.waiting import wait_until

pytestmark = pytest.mark.xdist_group("cluster")

CONFIGURATION = ROOT / "deploy" / "postgresql" / "remontee.conf"
BUREAUX = ("00100014", "00100038", "00100046", "00200015", "00200028")
RECEIPT = "C'est enregistré."
LET_GO = ("ALTER SYSTEM SET synchronous_standby_names = ''", "SELECT pg_reload_conf()")
"""As in docs/operations.md."""


@pytest.fixture
def machines():
    cluster = Cluster("db_1", "app_1", "app_2", configuration=CONFIGURATION.read_text(encoding="utf-8"))
    try:
        for standby in cluster.servers[1:]:
            cluster.start(standby)
        yield cluster
    finally:
        cluster.remove()


def waits(server):
    """True if a commit waits for a standby."""
    return ask(server, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")


def received(server):
    """How far a standby's log has come."""
    return ask(server, "SELECT (pg_last_wal_receive_lsn() - '0/0')::bigint")


def follows(server, name):
    return ask(server, f"SELECT sync_state = 'quorum' FROM pg_stat_replication WHERE application_name = '{name}'")


def test_each_of_three_machines_may_die_and_what_was_confirmed_is_there(machines, clock):
    db_1, app_1, app_2 = machines.servers
    wait_until(lambda: follows(db_1, "app_1") and follows(db_1, "app_2"))
    engine = open_engine(machines.url_of_whichever_writes())
    upgrade(engine)
    line = Line(engine, clock, load_primary(engine))
    assert line.reported(BUREAUX[0]).hears(RECEIPT)

    machines.kill(app_1)
    assert line.reported(BUREAUX[1]).hears(RECEIPT)

    machines.start(app_1)
    wait_until(lambda: follows(db_1, "app_1"))
    phone = line.identified(BUREAUX[2]).keys("312#")
    machines.kill(db_1)
    ahead, behind = sorted((app_1, app_2), key=received, reverse=True)
    ask(ahead, "SELECT pg_promote()")
    wait_until(lambda: follows(ahead, "app_1" if behind is app_1 else "app_2"))
    assert phone.keys("*".join(map(str, list(FIGURES.values())[1:])) + "#").keys("1").hears(RECEIPT)

    assert machines.run(db_1).wait(20) == 1, "the old primary must not come back as one"
    machines.forget(db_1)
    machines.start(db_1)
    wait_until(lambda: follows(ahead, "db_1"))
    machines.kill(behind)
    assert line.reported(BUREAUX[3]).hears(RECEIPT)

    machines.kill(db_1)
    heard = []
    calling = Thread(target=lambda: heard.append(line.reported(BUREAUX[4]).said))
    calling.start()
    wait_until(lambda: waits(ahead))
    assert heard == []
    for statement in LET_GO:
        ask(ahead, statement)
    calling.join(20)
    assert RECEIPT in heard[0]
    assert [line.tallies(code) for code in BUREAUX] == [[FIGURES]] * 5
    assert not isinstance(verify(engine, AUDIT_CHECKS), Break)
    engine.dispose()
