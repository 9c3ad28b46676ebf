"""`minutes import` and `reconcile`, as an organiser runs them."""

import csv
import json
from io import StringIO

import pytest

from db.schema import pv_entry, user
from tests.support.primary_2011 import CODE, FIGURES

HEADER = "code,voters,invalid,1,2,3,4,5,6"
ROW = f"{CODE},312,4,100,2,120,40,30,16"
FOREIGN = "00200015,312,4,100,2,120,40,30,16"


@pytest.fixture
def enter(workflow, run, tmp_path):
    """Imports rows as somebody's entry."""

    def enter(entry, clerk, *rows, header=HEADER):
        path = tmp_path / "pv.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return run("minutes", "import", str(path), "--entry", str(entry), "--clerk", f"{clerk}@people.example")

    return enter


def test_two_clerks_files_settle_a_statement_and_the_same_file_again_changes_nothing(workflow, enter):
    status, out, err = enter(1, "clerk", ROW)
    assert (status, err) == (0, "")
    assert "entered      1 minutes" in out
    assert "there before 1" in enter(1, "clerk", ROW)[1]
    status, out, _ = enter(2, "second_clerk", ROW)
    assert (status, "settled      1" in out) == (0, True)
    assert "there before 1" in enter(2, "second_clerk", ROW)[1]
    assert workflow.case().comparison.lines[0].pv == 312
    assert workflow.broken() is None


def test_what_the_domain_refuses_is_named_with_its_line_and_the_rest_is_entered(workflow, enter):
    assert "there is no first entry yet" in enter(2, "clerk", ROW)[2]
    enter(1, "clerk", ROW)
    for entry, clerk, reason in (
        (2, "clerk", "this clerk has made the first entry"),
        (1, "second_clerk", "another clerk has made the first entry"),
        (1, "stranger", "the bureau is not of this clerk's department"),
        (1, "member", "the bureau is not of this clerk's department"),
    ):
        status, _, err = enter(entry, clerk, ROW)
        assert (status, reason in err) == (2, True), (entry, clerk, err)
        assert "line 2, column code: 00100014" in err
    status, out, err = enter(1, "clerk", "00100046,312,4,100,2,120,40,30,16", FOREIGN)
    assert (status, "entered      1 minutes" in out, "line 3" in err) == (2, True, True)


@pytest.mark.parametrize(
    ("rows", "header", "reason"),
    [
        ([ROW.replace("312", "311")], HEADER, "line 2, column voters: 312 ballots for 311 voters: 1 too many"),
        (["99999999,312,4,100,2,120,40,30,16", ROW], HEADER, "line 2, column code: there is no such bureau"),
        ([ROW.replace("120", "x")], HEADER, "line 2, column 3: is not a number"),
        ([f"{CODE},312,4,308"], "code,voters,invalid,1", "the ballot has voters, invalid, 1, 2, 3, 4, 5, 6"),
    ],
)
def test_a_file_that_is_wrong_in_itself_enters_nothing(workflow, enter, rows, header, reason):
    status, _, err = enter(1, "clerk", *rows, header=header)
    assert (status, reason in err) == (2, True), err
    with workflow.engine.connect() as connection:
        assert connection.execute(pv_entry.select()).all() == []


def test_an_account_that_is_closed_or_unknown_enters_nothing(workflow, enter):
    assert "there is no account nobody@people.example" in enter(1, "nobody", ROW)[2]
    with workflow.engine.begin() as connection:
        connection.execute(user.update().where(user.c.email == "clerk@people.example").values(active=False))
    assert "is closed" in enter(1, "clerk", ROW)[2]


def test_the_audit_says_that_the_command_line_entered(workflow, enter):
    enter(1, "clerk", ROW)
    with workflow.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT actor FROM audit ORDER BY id DESC").scalars().all()
    assert rows[0] == "command line for account clerk@people.example"


def test_channels_are_listed_a_row_a_field(workflow, run):
    workflow.phone(**{"3": 130, "4": 30})
    workflow.paper()
    workflow.phone("00100046")
    workflow.paper("00100046")
    rows = list(csv.DictReader(StringIO(run("reconcile", "--format", "csv")[1])))
    assert list(rows[0]) == ["code", "state", "field", "phone", "pv", "pen", "kind"]
    assert len(rows) == 8 * len(FIGURES)
    differing = [row for row in rows if row["code"] == CODE and row["kind"]]
    assert [(row["field"], row["phone"], row["pv"], row["pen"], row["kind"]) for row in differing] == [
        ("3", "130", "120", "", "one-digit"),
        ("4", "30", "40", "", "one-digit"),
    ]
    assert {row["kind"] for row in rows if row["state"] == "agreed"} == {""}
    assert {row["kind"] for row in rows if row["state"] == "incomplete"} == {"nothing"}
    for state, codes in (("differing", {CODE}), ("agreed", {"00100046"})):
        read = json.loads(run("reconcile", "--state", state, "--format", "json", "--election", "1")[1])
        assert {row["code"] for row in read["fields"]} == codes
        table = run("reconcile", "--state", state)[1]
        assert (next(iter(codes)) in table, f"1 {state}" in table) == (True, True)
    table = run("reconcile")[1]
    assert (CODE in table, "00100046" in table) == (True, False)
    assert "1 agreed, 1 differing, 6 incomplete" in table
