"""The public page, as a reader without an account gets it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine
from werkzeug.test import TestResponse

from db import register
from db.register_files import read_bureaux, read_election
from db.transactions import begin_write
from reporting.public_site.pages import results_app
from tests.support.primary_2011 import CODE, DATA, FIGURES
from tests.support.result_workflow import ResultWorkflow

OTHER = "00100046"
OTHER_FIGURES = {"voters": 611, "invalid": 11, "1": 250, "2": 10, "3": 200, "4": 80, "5": 40, "6": 20}


class PublicSite:
    """The page of results over a workflow's database. `seconds` pass when the test says so."""

    def __init__(self, workflow: ResultWorkflow) -> None:
        self.workflow = workflow
        self.seconds = 0.0
        self.app = results_app(workflow.engine, lambda: workflow.now, lambda: self.seconds)
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
        """Lets what was read grow a second old."""
        self.seconds += 1.0


def publish(workflow: ResultWorkflow, code: str = CODE, figures: dict[str, int] | None = None) -> None:
    """Brings a bureau's figures the whole way: phone, statement, two members."""
    workflow.phone(code, **(figures or FIGURES))
    workflow.paper(code, figures or FIGURES)
    workflow.validate(workflow.deciders.member, code)
    workflow.validate(workflow.deciders.second_member, code)


def take_back(workflow: ResultWorkflow, code: str = CODE) -> None:
    """Two members take a bureau's validation back."""
    workflow.take_back(workflow.deciders.member, code=code)
    workflow.take_back(workflow.deciders.second_member, code=code)


def add_round(engine: Engine, workflow: ResultWorkflow, days: int = 7) -> int:
    """Loads the next round, with the same bureaux; its id."""
    file = read_election(DATA / "election.toml")
    rows = read_bureaux(DATA / "bureaux.csv", file.check_digit)
    later = replace(file, round=2, polls_close=file.polls_close + timedelta(days=days), candidates=file.candidates[:2])
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, later, rows, at=workflow.now)
    return loaded.election_id
