"""The election of most tests: the primary of 9 October 2011, with eight bureaux."""

from datetime import UTC, datetime

from sqlalchemy import Engine

from db import register
from db.pins import PinSeal, draw_missing, issue
from db.register_files import read_bureaux, read_election
from db.transactions import begin_write
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
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, file, rows, at=ELECTION_NIGHT)
        drawn = draw_missing(transaction.connection, loaded.election_id, PinSeal(PEPPER))
        issue(transaction, drawn, at=ELECTION_NIGHT)
        return drawn.clear
