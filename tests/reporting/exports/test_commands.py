"""`totals` and `flags` on the command line, for people and for machines."""

import csv
import json
from io import StringIO

import pytest

from db.schema import bureau
from flows.ballot import Candidate, CheckDigit, Election, Invalid
from reporting.exports.terminal_tables import print_totals
from reporting.tabulation.totals import Level, Status, TotalsRow
from tests.support.primary_2011 import CODE
from tests.support.result_workflow import ResultWorkflow


@pytest.fixture
def told(line):
    """A line with two tallies: one that adds up, one that does not."""
    line.reported()
    line.identified("00200015").keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    return line


def rows(out):
    return list(csv.DictReader(StringIO(out)))


def test_totals_as_csv_have_the_columns_of_the_published_files(told, run):
    status, out, _ = run("totals", "--level", "department", "--format", "csv")
    assert status == 0
    assert out.splitlines()[0] == (
        "department,bureaux,electorate,voters,valid,1,2,3,4,5,6,"
        "reported,electorate_reported,turnout,invalid,share_1,share_2,share_3,share_4,share_5,share_6"
    )
    first = rows(out)[0]
    assert (first["department"], first["bureaux"], first["electorate"], first["voters"]) == ("01", "4", "1935", "312")
    assert (first["reported"], first["turnout"], first["share_3"]) == ("1", "0.521739", "0.38961")
    assert rows(out)[2]["turnout"] == ""


def test_national_totals_stand_for_all_departments(told, run):
    (row,) = rows(run("totals", "--format", "csv")[1])
    assert (row["department"], row["voters"], row["valid"]) == ("*", "627", "616")


def test_totals_of_bureaux_name_them(told, run):
    first = rows(run("totals", "--level", "bureau", "--format", "csv")[1])[0]
    assert list(first)[:8] == ["code", "department", "commune", "name", "bureaux", "electorate", "voters", "valid"]
    assert (first["code"], first["commune"]) == (CODE, "L'Abergement-Clémenciat")


def test_totals_as_json_have_numbers(told, run):
    answer = json.loads(run("totals", "--format", "json")[1])
    assert answer["election"] == {"id": 1, "name": "Primaire citoyenne 2011", "round": 1}
    assert (answer["status"], answer["level"]) == ("provisional", "national")
    assert answer["rows"][0]["voters"] == 627
    assert answer["rows"][0]["share_3"] == pytest.approx(240 / 616, abs=1e-6)


def test_a_table_says_that_it_is_provisional_and_cuts_no_figure_off(told, run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    for level in ("national", "department", "bureau"):
        status, out, _ = run("totals", "--level", level)
        assert status == 0
        assert "PROVISIONAL, not validated" in out
        assert "…" not in out
        assert "312" in out or "627" in out


def test_a_bureau_is_printed_as_soon_as_it_is_read():
    election = Election(1, "Primaire", 1, "fr", Invalid.COMBINED, CheckDigit.NONE, (Candidate(1, "C", "C"),), 8)
    out = StringIO()

    def bureaux():
        for code in ("00100014", "00100023"):
            figures = {"voters": 12, "invalid": 2, "1": 10}
            yield TotalsRow("01", code, "Achery", "Bureau 1", 1, 1, 100, 100, figures, 10, 12)
            assert code in out.getvalue()

    print_totals(election, Level.BUREAU, Status.PROVISIONAL, bureaux(), out)
    title, _, heading, counts, shares, *_ = out.getvalue().splitlines()
    assert title == "Primaire, round 1: PROVISIONAL, not validated"
    assert heading.split() == ["Code", "Bureaux", "Electors", "Voters", "Turnout", "Invalid", "C", "Bureau"]
    assert counts.split() == ["00100014", "1/1", "100", "12", "12.0", "%", "2", "10", "Achery,", "Bureau", "1"]
    assert shares.split() == ["100.0", "%"]
    assert counts.index("10  Achery") + 2 == len(shares)


def test_validated_totals_are_those_of_the_published_bureaux_and_of_no_others(told, run):
    (row,) = rows(run("totals", "--status", "validated", "--format", "csv")[1])
    assert (row["reported"], row["voters"], row["turnout"]) == ("0", "0", "")
    workflow = ResultWorkflow(told.engine)
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    (row,) = rows(run("totals", "--status", "validated", "--format", "csv")[1])
    assert (row["reported"], row["bureaux"], row["voters"], row["share_3"]) == ("1", "8", "312", "0.38961")
    assert row["turnout"] == rows(run("totals", "--level", "department", "--format", "csv")[1])[0]["turnout"]
    bureaux = rows(run("totals", "--status", "validated", "--level", "bureau", "--format", "csv")[1])
    assert [(each["code"], each["voters"]) for each in bureaux] == [(CODE, "312")]
    assert "validated" in run("totals", "--status", "validated")[1]


def test_an_unknown_election_is_refused(told, run):
    status, _, err = run("totals", "--election", "99")
    assert (status, err) == (2, "there is no election 99\n")


def test_flags_as_csv_list_what_was_found_and_what_could_not_be_checked(told, run):
    found = [row for row in rows(run("flags", "--format", "csv")[1]) if not row["code"].endswith("-outlier")]
    assert {(row["code"], row["state"]) for row in found} == {
        ("sum-mismatch", "open"),
        ("caller-not-president", "open"),
        ("caller-several-bureaux", "open"),
    }
    assert found[0]["bureau"] == "00200015"
    assert found[0]["sentence"] == "Bulletins, 312, et votants, 315 : différence de 3."


def test_open_flags_leave_out_what_could_not_be_checked(line, run):
    line.reported("00100038", caller="anonymous")
    everything = rows(run("flags", "--format", "csv")[1])
    assert {row["state"] for row in everything} == {"unchecked"}
    assert rows(run("flags", "--open", "--format", "csv")[1]) == []
    assert "1 × Non vérifié" in run("flags")[1]


def test_flags_as_json(told, run):
    answer = json.loads(run("flags", "--format", "json")[1])
    (flag,) = (each for each in answer["flags"] if each["code"] == "sum-mismatch")
    assert flag["version"] == 1


def test_open_flags_are_those_of_the_newest_version(line, run):
    line.identified().keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    assert [row["code"] for row in rows(run("flags", "--open", "--format", "csv")[1])] == ["sum-mismatch"]
    line.identified().keys("2").keys("1").keys("312#").keys("1")
    assert [row["code"] for row in rows(run("flags", "--open", "--format", "csv")[1])] == ["rectified"]
    assert "sum-mismatch" in run("flags", "--format", "csv")[1]


def test_brackets_in_a_name_are_only_brackets(line, run):
    with line.engine.begin() as connection:
        connection.execute(bureau.update().values(name="Salle [annexe] [/]"))
    status, out, _ = run("totals", "--level", "bureau")
    assert status == 0
    assert "Salle [annexe] [/]" in out
