"""The election of most tests: the primary of 9 October 2011, with eight bureaux."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from db import elections
from db.engine import begin_write
from db.pins import PinSeal, issue
from db.register_files import read_bureaux, read_election
from tests.support.settings import PEPPER, ROOT

DATA = ROOT / "tests" / "data"
ELECTION_NIGHT = datetime(2011, 10, 9, 18, 30, tzinfo=UTC)
"""20:30 in Paris, an hour and a half after the polls closed."""
CODE = "00100014"
"""L'Abergement-Clémenciat: 598 electors."""
PRESIDENT = "+33639981001"
FIGURES = {"voters": 312, "invalid": 4, "1": 100, "2": 2, "3": 120, "4": 40, "5": 30, "6": 16}


def load_primary(engine: Engine) -> dict[str, str]:
    """Loads the election into `engine`; returns the PIN of each bureau, by code."""
    file = read_election(DATA / "election.toml")
    rows = read_bureaux(DATA / "bureaux.csv", file.check_digit)
    with engine.connect() as connection:
        begin_write(connection)
        loaded = elections.load(connection, file, rows, at=ELECTION_NIGHT)
        issued = issue(connection, loaded.election_id, PinSeal(PEPPER), at=ELECTION_NIGHT)
        connection.commit()
    return issued
