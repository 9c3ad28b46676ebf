"""`/metrics`: how the evening goes, for monitoring. It counts in the database, so that every worker says the same. It shows no
result."""

from collections.abc import Callable, Iterator
from datetime import datetime
from math import nan

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, func, select

from db import elections, lockout
from db.backends.replica import Replica
from db.elections import NoElection
from db.lockout import Scope
from db.schema import FlagState, call
from flows.ballot import Election
from reporting.anomalies.flag_list import FlagFilter, count_flags
from reporting.tabulation.pace import going_on
from reporting.tabulation.totals import count_reported


def metrics_blueprint(engine: Engine, clock: Callable[[], datetime], replica: Replica | None = None) -> Blueprint:
    """The route `/metrics`, about the election that closes last, and about the copy of the database if there is one."""
    blueprint = Blueprint("metrics", __name__)
    registry = CollectorRegistry()
    registry.register(_Evening(engine, clock, replica))

    @blueprint.get("/metrics")
    def metrics() -> Response:
        """The counts, in Prometheus' format."""
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


class _Evening(Collector):
    def __init__(self, engine: Engine, clock: Callable[[], datetime], replica: Replica | None) -> None:
        self._engine = engine
        self._clock = clock
        self._replica = replica

    def describe(self) -> list[Metric]:
        """Nothing: the database is asked only when the metrics are."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Counts in the database."""
        if self._replica is not None:
            behind = self._replica.lag().seconds
            help_text = "Seconds that the copy is behind the primary; NaN: it does not answer"
            yield GaugeMetricFamily("remontee_copy_behind_seconds", help_text, nan if behind is None else behind)
        with self._engine.connect() as connection:
            try:
                election, _ = elections.find(connection)
            except NoElection:
                return
            yield from _count(connection, election, self._clock())


def _count(connection: Connection, election: Election, now: datetime) -> Iterator[Metric]:
    election_id = election.id
    calls = GaugeMetricFamily("remontee_calls", "Calls taken, by how they ended so far", labels=["origin", "outcome"])
    by_outcome = (
        select(call.c.origin, call.c.outcome, func.count())
        .where(call.c.election_id == election_id)
        .group_by(call.c.origin, call.c.outcome)
    )
    for origin, outcome, count in connection.execute(by_outcome):
        calls.add_metric([origin, outcome or "none"], count)
    yield calls
    ongoing = select(func.count()).where(call.c.election_id == election_id, going_on(now))
    yield GaugeMetricFamily("remontee_calls_now", "Calls going on", connection.execute(ongoing).scalar_one())
    reported = count_reported(connection, election_id)
    yield GaugeMetricFamily("remontee_bureaux_reported", "Bureaux that have reported", reported)
    wrong = lockout.failures(connection, election_id, Scope.BUREAU)
    yield CounterMetricFamily("remontee_wrong_pins", "Wrong PINs", wrong)
    flags = GaugeMetricFamily("remontee_open_flags", "Open flags", labels=["severity"])
    election_flags = count_flags(connection, election, FlagFilter(state=FlagState.OPEN.value, newest=True))
    for severity, count in election_flags.items():
        if count:
            flags.add_metric([severity.value], count)
    yield flags
