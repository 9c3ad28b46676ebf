"""Fixtures of the pen: the form of 2011, a hand that writes on it, and a desk that takes in what it wrote."""

from pathlib import Path

import pytest
from pen_writing import WRITTEN, Hand, to_inkml, write_figures
from sqlalchemy import select

from db import elections
from db.engine import begin_write
from db.register_files import read_election
from flows.ballot import Election
from reporting.pen.form_layout import lay_out
from reporting.pen.import_ink import take


@pytest.fixture(scope="session")
def ballot() -> Election:
    file = read_election(Path(__file__).parent / "data" / "election.toml")
    return Election(1, file.name, 1, "fr", file.invalid, file.check_digit, tuple(file.candidates), 8)


@pytest.fixture(scope="session")
def places(ballot):
    return lay_out(ballot)


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def minutes(hand, places):
    """Writes a procès-verbal: `WRITTEN`, with changes, as one InkML document."""

    def write(bureau="00100014", inside="", **changes):
        return to_inkml(write_figures(hand, {**WRITTEN, **changes}, places), bureau, inside)

    return write


class Desk:
    """Takes documents in, one transaction each, and looks at what was stored."""

    def __init__(self, engine, clock):
        self.engine = engine
        self.clock = clock

    def take(self, document, name="pen.inkml", **reach):
        with self.engine.connect() as connection:
            election, schedule = elections.find(connection)
            begin_write(connection)
            taken = take(connection, election, schedule, document, name, at=self.clock(), **reach)
            connection.commit()
        return taken

    def rows(self, table):
        with self.engine.connect() as connection:
            return connection.execute(select(table).order_by(*table.primary_key)).all()


@pytest.fixture
def desk(engine, pins, clock):
    return Desk(engine, clock)
