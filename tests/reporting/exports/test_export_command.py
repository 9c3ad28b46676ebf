"""`export`: results in a file, provisional or validated."""

import csv
import json

import pytest
from jsonschema import Draft4Validator
from openpyxl import load_workbook

from tests.support.primary_2011 import CODE, DATA
from tests.support.result_workflow import ResultWorkflow

OTHER = "00100046"


@pytest.fixture
def told(line):
    """Two bureaux have reported; one of them is validated."""
    line.reported()
    line.reported(OTHER, **{"3": 130, "4": 30})
    workflow = ResultWorkflow(line.engine)
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    return line


@pytest.mark.parametrize(("status", "codes"), [("provisional", 8), ("validated", 1)])
def test_each_form_holds_what_its_status_says(told, run, tmp_path, status, codes):
    for form in ("csv", "json", "xlsx", "nist"):
        out = tmp_path / f"results.{form}"
        assert run("export", "--format", form, "--out", str(out), "--status", status)[0] == 0
    with (tmp_path / "results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    read = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    book = load_workbook(tmp_path / "results.xlsx", read_only=True)
    assert len(rows) == len(read["rows"]) == book["bureau"].max_row - 1 == codes
    assert (read["status"], rows[0]["code"], read["rows"][0]["3"]) == (status, CODE, 120)
    report = json.loads((tmp_path / "results.nist").read_text(encoding="utf-8"))
    schema = json.loads((DATA / "nist" / "NIST_V2_election_results_reporting.json").read_text(encoding="utf-8"))
    Draft4Validator(schema).validate(report)
    assert report["Status"] == ("certified" if status == "validated" else "unofficial-partial")
    nation = dict(zip(*([cell.value for cell in row] for row in book["national"].iter_rows()), strict=True))
    assert nation["reported"] == (2 if status == "provisional" else 1)
    assert nation["3"] == sum(row["3"] for row in read["rows"])
    assert not list(tmp_path.glob("*.part"))


def test_a_folder_that_is_not_there_is_refused(told, run, tmp_path):
    status, _, err = run("export", "--format", "csv", "--out", str(tmp_path / "no" / "results.csv"))
    assert status == 2
    assert "No such file or directory" in err
