"""Exports and the API: the page's rows, as files that programs can use."""

import csv
import io
import json
import re

import pytest
from openapi_spec_validator import validate
from openpyxl import load_workbook

from db.users import Role
from reporting.exports.datasets import DATASETS
from tests.support.primary_2011 import CODE, FIGURES


@pytest.fixture
def supervisor(line, intranet):
    line.reported()
    return intranet.reader(Role.SUPERVISOR)


def query(dataset):
    return f"?bureau={CODE}" if dataset == "history" else ""


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_dataset_is_the_same_in_every_format(supervisor, dataset):
    path = f"/intranet/{dataset}"
    as_json = json.loads(supervisor.get(f"{path}.json{query(dataset)}").get_data())
    as_csv = list(csv.DictReader(io.StringIO(supervisor.get(f"{path}.csv{query(dataset)}").get_data(as_text=True))))
    api = json.loads(supervisor.get(f"/intranet/api/{dataset}{query(dataset)}").get_data())
    assert as_json["status"] == "provisional"
    assert [list(row) for row in as_csv[:1]] == [list(row) for row in as_json["rows"][:1]]
    assert len(as_csv) == len(as_json["rows"]) == len(api["rows"]) > 0
    workbook = load_workbook(io.BytesIO(supervisor.get(f"{path}.xlsx{query(dataset)}").get_data()))
    assert next(cell.value for cell in workbook.active[1]) == next(iter(as_csv[0]))


def test_totals_are_one_workbook_with_a_sheet_for_each_level_and_numbers_are_numbers(supervisor):
    workbook = load_workbook(io.BytesIO(supervisor.get("/intranet/totals.xlsx").get_data()))
    assert workbook.sheetnames == ["national", "department", "bureau", "candidates"]
    header, first, *_ = workbook["bureau"].iter_rows(values_only=True)
    row = dict(zip(header, first, strict=True))
    assert row["code"] == CODE
    assert {field: row[field] for field in FIGURES} == FIGURES
    assert row["turnout"] == pytest.approx(312 / 598, abs=1e-6)


def test_a_file_says_in_its_name_that_it_is_provisional(supervisor):
    name = supervisor.get("/intranet/totals.csv").headers["Content-Disposition"]
    assert re.search(r'filename="totals-provisional-\d{8}-\d{6}\.csv"', name)


def test_a_text_that_a_spreadsheet_would_run_is_only_text(line, supervisor):
    with line.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE bureau SET president = '=1+1' WHERE code <> '00100014'")
    assert "'=1+1" in supervisor.get("/intranet/missing.csv").get_data(as_text=True)
    workbook = load_workbook(io.BytesIO(supervisor.get("/intranet/missing.xlsx").get_data()))
    cells = {cell.value: cell.data_type for row in workbook.active.iter_rows() for cell in row}
    assert cells["=1+1"] == "s"


def test_a_telephone_number_stays_one(supervisor):
    rows = csv.DictReader(io.StringIO(supervisor.get("/intranet/calls.csv").get_data(as_text=True)))
    assert next(rows)["caller"] == "+33639981001"


def test_a_file_that_breaks_half_way_is_no_file(line, supervisor):
    with line.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE flag SET facts = 'no JSON' WHERE id = (SELECT max(id) FROM flag)")
    assert supervisor.get("/intranet/flags.csv").status_code == 500


def test_one_export_at_a_time_and_its_place_is_given_back(line, supervisor):
    first = supervisor.client.get("/intranet/totals.csv", base_url=supervisor.base)
    refused = supervisor.get("/intranet/totals.csv")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert supervisor.get("/intranet/evening").status_code == 200
    first.close()
    assert supervisor.get("/intranet/totals.csv").status_code == 200


def test_a_department_is_not_called_the_nation(intranet, line):
    line.reported()
    (row,) = json.loads(intranet.reader(Role.CDRV).get("/intranet/api/totals").get_data())["rows"]
    assert (row["department"], row["bureaux"]) == ("01", 4)


def test_filters_narrow_an_export_as_they_do_the_page(supervisor):
    rows = list(
        csv.DictReader(io.StringIO(supervisor.get("/intranet/missing.csv?department=02").get_data(as_text=True)))
    )
    assert {row["department"] for row in rows} == {"02"}


def test_a_refusal_comes_before_the_first_byte(supervisor):
    assert supervisor.get("/intranet/api/history").status_code == 400
    assert supervisor.get("/intranet/api/history?bureau=1").status_code == 404
    assert supervisor.get("/intranet/api/totals?level=x").get_json()["error"].startswith("L'adresse n'est pas juste")


def description(supervisor):
    return json.loads(supervisor.get("/intranet/api/openapi.json").get_data())


def test_the_description_is_sound(supervisor):
    validate(description(supervisor))
