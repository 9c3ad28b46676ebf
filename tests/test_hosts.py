"""Several hosts that share nothing but the database: each knows what the others did, and any may die."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import cycle

import pytest
from sqlalchemy import func, select, text
from stdnum import damm

from db import register
from db.audit.verify import Break, verify
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.pins import PinSeal, draw_missing, issue
from db.register_files import BureauRow, read_bureaux, read_election
from db.schema import bureau, call, failed_log_in, tally, tally_count
from db.transactions import begin_write
from db.users import Role
from ivr.carriers.twilio import Twilio
from ivr.simulator.evening import Evening
from ivr.simulator.phone import Phone, send_to
from services import AUDIT_CHECKS
from tests.support.cluster import Cluster, ask
from tests.support.intranet import Intranet
from tests.support.intranet_client import Reader
from tests.support.line import Line
from tests.support.marks import on_postgresql
from tests.support.network_hosts import NAMESPACES, PORT, host_network, network_hosts
from tests.support.primary_2011 import CODE, DATA, ELECTION_NIGHT, FIGURES, PRESIDENT
from tests.support.servers import free_address, serving
from tests.support.settings import PEPPER, PUBLIC_URL, TOKEN

FIELDS = ("voters", "invalid", "1", "2", "3", "4", "5", "6")
BUREAUX = 60
KILLED_AFTER = 20


@pytest.fixture
def figures() -> dict[str, tuple[int, ...]]:
    """Of sixty bureaux, each with figures of its own."""
    counted = {}
    for place in range(1, BUREAUX + 1):
        votes = (place % 7, 100 + place, place % 3, 120, 40, 30, 16)
        counted[_code(place)] = (sum(votes), *votes)
    return counted


def _code(place: int) -> str:
    digits = f"{place:07}"
    return digits + damm.calc_check_digit(digits)


@pytest.fixture
def two_hosts():
    """Two hosts, each with a network of its own."""
    with network_hosts(2) as made:
        yield made


@pytest.fixture
def cables(two_hosts):
    """A PostgreSQL on this machine, with an empty database, that the hosts reach over their cables and in no other way."""
    addresses = sorted({place.outside for place in two_hosts})
    port = int(free_address(addresses[0]).rpartition(":")[2])
    cluster = Cluster("primary", addresses=addresses, port=port)
    try:
        ask(cluster.primary, "CREATE DATABASE evening")
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture
def evening_engine(cables):
    """The database of the evening."""
    engine = open_engine(cables.url(cables.primary, "evening"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sixty(evening_engine, figures):
    """Their register, loaded; the PIN of each, by code."""
    file = read_election(DATA / "election.toml")
    rows = [BureauRow(code, f"{1 + int(code) % 3:02}", "Commune", f"Bureau {code}", 2000, "", None) for code in figures]
    with begin_write(evening_engine) as transaction:
        loaded = register.load(transaction, file, rows, at=ELECTION_NIGHT)
        drawn = draw_missing(transaction.connection, loaded.election_id, PinSeal(PEPPER))
        issue(transaction, drawn, at=ELECTION_NIGHT)
        return drawn.clear


CLIENTS = text("SELECT DISTINCT host(client_addr) FROM pg_stat_activity WHERE client_addr IS NOT NULL")


@pytest.mark.parametrize("network", [host_network()])
def test_of_two_hosts_one_is_killed_in_the_middle_of_the_evening_and_every_tally_is_stored_once(
    evening_engine, two_hosts, cables, figures, sixty, network
):
    ended = []
    with ExitStack() as running, ThreadPoolExecutor(2) as starting:
        hosts = list(
            starting.map(
                lambda place: running.enter_context(
                    serving(
                        cables.url_at(place.outside, "evening"),
                        f"{place.address}:{PORT}" if place.inside else free_address(place.address),
                        place.inside,
                        ("--workers", "1"),
                        PUBLIC_URL=PUBLIC_URL,
                    )
                ),
                two_hosts,
            )
        )
        if network == NAMESPACES:
            with evening_engine.connect() as connection:
                assert set(connection.scalars(CLIENTS)) == {place.address for place in two_hosts}

        def one_more_call_is_over():
            ended.append(1)
            if len(ended) == KILLED_AFTER:
                hosts[0].kill()

        evening = Evening(Twilio(TOKEN), PUBLIC_URL, hosts[1].url, lines=8, others=(hosts[0].url,))
        told = evening.run(figures, sixty, one_more_call_is_over)
    assert told.failures == []
    assert (told.calls, told.confirmed, told.already) == (BUREAUX, BUREAUX, 0)
    assert told.retries > 0

    with evening_engine.connect() as connection:
        query = select(bureau.c.code, tally_count.c.field, tally_count.c.count).select_from(
            tally.join(bureau).join(tally_count)
        )
        stored = {}
        for code, field, count in connection.execute(query):
            assert field not in stored.setdefault(code, {}), "a tally is there twice"
            stored[code][field] = count
        assert stored == {code: dict(zip(FIELDS, row, strict=True)) for code, row in figures.items()}
        outcomes = select(call.c.outcome, call.c.carrier_status, func.count()).group_by("outcome", "carrier_status")
        assert connection.execute(outcomes).all() == [("confirmed", "completed", BUREAUX)]
    assert not isinstance(verify(evening_engine, AUDIT_CHECKS), Break)


@pytest.fixture
def hosts(line, database_url, clock, pins):
    """Two applications with connections of their own."""
    elsewhere = open_engine(database_url)
    yield line, Line(elsewhere, clock, pins)
    elsewhere.dispose()


@on_postgresql
def test_a_call_may_be_answered_by_another_host_at_every_step(hosts):
    sends = cycle([send_to(host.app, host.carrier) for host in hosts])

    def alternate(post):
        return next(sends)(post)

    phone = Phone(alternate, PUBLIC_URL, PRESIDENT)
    phone.dial().keys(CODE).keys(f"{hosts[0].pins[CODE]}#")
    for count in FIGURES.values():
        phone.keys(f"{count}#")
    phone.keys("1")
    assert phone.hears("C'est enregistré.")
    assert hosts[1].tallies() == [FIGURES]


@on_postgresql
def test_a_register_that_is_loaded_again_is_known_to_every_host_at_once(hosts):
    for host in hosts:
        host.identified().hang_up()
    file = read_election(DATA / "election.toml")
    file = replace(file, candidates=tuple(replace(each, spoken="Personne") for each in file.candidates))
    with begin_write(hosts[0].engine) as transaction:
        register.load(transaction, file, read_bureaux(DATA / "bureaux.csv", file.check_digit), at=ELECTION_NIGHT)
    for host in hosts:
        assert host.identified().keys("312#").keys("4#").hears("Personne ?")


@on_postgresql
def test_failed_log_ins_count_for_all_hosts_together(hosts, clock):
    account = Intranet(hosts[0]).accounts[Role.OPERATOR]
    readers = [Reader(host.app.test_client(), PUBLIC_URL) for host in hosts]
    for reader in readers * 5:
        assert reader.post("/intranet/login", email=account.email, password="wrong").status_code == 200
    for reader in readers:
        assert reader.post("/intranet/login", email=account.email, password=account.password).status_code == 429
    clock.advance(15 * 60)
    assert readers[1].log_in(account).status_code == 302
    assert len(hosts[0].rows(failed_log_in)) == 3 * 10, "a log-in that succeeds notes no failure"
    assert readers[0].post("/intranet/login", email="anybody", password="wrong").status_code == 200
    assert len(hosts[0].rows(failed_log_in)) == 3, "what is too old to count is forgotten"


@on_postgresql
def test_a_session_is_known_to_every_host_and_ends_for_all(hosts):
    here = Intranet(hosts[0]).reader(Role.SUPERVISOR)
    there = Reader(hosts[1].app.test_client(), PUBLIC_URL)
    cookie = here.client.get_cookie("remontee", domain="line.example").value
    there.client.set_cookie("remontee", cookie, domain="line.example")
    assert "supervisor@" in there.page("/intranet/evening")
    here.post("/intranet/logout", "/intranet/account")
    there.client.set_cookie("remontee", cookie, domain="line.example")
    assert there.get("/intranet/evening").status_code == 302
