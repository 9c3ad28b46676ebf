"""The public page as somebody without any account reads it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from db import register
from db.register_files import read_bureaux, read_election
from db.transactions import begin_write
from reporting.public_site.pages import results_app
from tests.support.primary_2011 import CODE, DATA, FIGURES
from tests.support.result_workflow import Night

OTHER = "00100046"
OTHER_FIGURES = {"voters": 611, "invalid": 11, "1": 250, "2": 10, "3": 200, "4": 80, "5": 40, "6": 20}
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what the database has no part in."""


class Public:
    """The page of results over the night's database; `seconds` pass when the test says so."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.seconds = 0.0
        self.app = results_app(night.engine, lambda: night.now, lambda: self.seconds)
        self.client = self.app.test_client()

    def get(self, path: str = "", **options: Any) -> TestResponse:
        """Asks for what stands below /resultats."""
        return self.client.get(f"/resultats{path}", **options)

    def page(self, path: str = "") -> str:
        """A page's text, its numbers without the spaces between thousands."""
        response = self.get(path)
        assert response.status_code == 200, response.text
        return response.text.replace("\u202f", "")

    def data(self, path: str = ".json") -> Any:
        return json.loads(self.page(path))

    def a_second_later(self) -> None:
        """Lets pass what was read."""
        self.seconds += 1.0


def publish(night: Night, code: str = CODE, figures: dict[str, int] | None = None) -> None:
    """Brings a bureau's figures the whole way: phone, minutes, two members."""
    night.phone(code, **(figures or FIGURES))
    night.paper(code, figures or FIGURES)
    night.validate(night.people.member, code)
    night.validate(night.people.second_member, code)


def take_back(night: Night, code: str = CODE) -> None:
    night.take_back(night.people.member, code=code)
    night.take_back(night.people.second_member, code=code)


def add_round(engine: Engine, night: Night, days: int = 7) -> int:
    """Loads the next round, with the same bureaux; its id."""
    file = read_election(DATA / "election.toml")
    rows = read_bureaux(DATA / "bureaux.csv", file.check_digit)
    later = replace(file, round=2, polls_close=file.polls_close + timedelta(days=days), candidates=file.candidates[:2])
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, later, rows, at=night.now)
    return loaded.election_id
