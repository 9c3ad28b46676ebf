"""`/metrics`, `/healthz`, `/readyz`: what the machinery asks."""

from sqlalchemy import text

from tests.support.line import Line
from tests.support.primary_2011 import CODE


def metrics(line):
    response = line.app.test_client().get("/metrics")
    assert response.status_code == 200
    return response.text


def test_the_evening_is_counted_and_no_result_is_told(line):
    line.phone().dial().keys(CODE).keys("111111#").hang_up()
    line.identified().keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    line.identified("00100046")
    told = metrics(line)
    assert 'remontee_calls{origin="live",outcome="confirmed"} 1.0' in told
    assert 'remontee_calls{origin="live",outcome="none"} 2.0' in told
    assert "remontee_calls_now 1.0" in told
    assert "remontee_bureaux_reported 1.0" in told
    assert "remontee_wrong_pins_total 1.0" in told
    assert 'remontee_open_flags{severity="serious"} 1.0' in told
    assert "315" not in told


def test_without_an_election_there_is_nothing_to_count(engine, clock):
    assert "remontee" not in metrics(Line(engine, clock, {}))


def test_readiness_needs_the_database_and_health_does_not(line):
    client = line.app.test_client()
    assert client.get("/readyz").text == "ready\n"
    with line.engine.begin() as connection:
        connection.execute(text("ALTER TABLE election RENAME TO away"))
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").text == "ok\n"
