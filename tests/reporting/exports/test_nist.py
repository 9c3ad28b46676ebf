"""The NIST report: valid by its schema, complete, and with the sums that the totals have."""

import json
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from flows.ballot import Invalid
from reporting.exports.nist import Status, bureau_id, department_id, write_nist
from reporting.tabulation.totals import add_up
from tests.support.synthetic_elections import SCHEDULE, ballot, bureaux, total

SCHEMA = Path(__file__).parents[2] / "data" / "nist" / "NIST_V2_election_results_reporting.json"
AT = datetime(2011, 10, 9, 20, 15, 7, 5, tzinfo=UTC)
SILENT = frozenset({1, 3})


@cache
def report(invalid=Invalid.COMBINED, status=Status.PROVISIONAL, silent=SILENT, **changes):
    """The report of ten bureaux in two departments."""
    election = ballot(invalid=invalid, **changes)
    rows = [*bureaux(election, "01", 6, silent), *bureaux(election, "2A", 4, frozenset(range(4)) if silent else silent)]
    departments = [total([row for row in rows if row.department == code], code) for code in ("01", "2A")]
    out = StringIO()
    write_nist(election, SCHEDULE, status, add_up(departments), iter(departments), iter(rows), at=AT, out=out)
    return json.loads(out.getvalue()), election, rows, departments


def units(told):
    return {unit["@id"]: unit for unit in told["GpUnit"]}


def contest(told):
    return told["Election"][0]["Contest"][0]


def by_unit(items, value):
    return {item["GpUnitId"]: item[value] for item in items}


@pytest.mark.parametrize("invalid", Invalid)
@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("silent", [SILENT, frozenset()])
def test_the_report_is_valid_by_its_schema(invalid, status, silent):
    schema = json.loads(SCHEMA.read_text())
    validator = Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(report(invalid, status, silent)[0])] == []


@pytest.mark.parametrize(
    ("status", "silent", "said"),
    [
        (Status.PROVISIONAL, SILENT, "unofficial-partial"),
        (Status.PROVISIONAL, frozenset(), "unofficial-complete"),
        (Status.VALIDATED, SILENT, "certified"),
        (Status.VALIDATED, frozenset(), "certified"),
    ],
)
def test_the_status_says_what_the_counts_are_worth_and_how_much_is_in(status, silent, said):
    told = report(status=status, silent=silent)[0]
    assert told["Status"] == said
    assert contest(told)["CountStatus"][0]["Status"] == ("in-process" if silent else "completed")
    assert (contest(told)["SubUnitsReported"], contest(told)["TotalSubUnits"]) == (4 if silent else 10, 10)
    assert told["GeneratedDate"] == "2011-10-09T22:15:07+02:00"


def test_every_reference_resolves_and_no_name_stands_twice():
    told = report(Invalid.SEPARATE)[0]
    names, references = [], []

    def walk(value):
        if isinstance(value, list):
            for each in value:
                walk(each)
        elif isinstance(value, dict):
            names.extend([value["@id"]] if "@id" in value else [])
            for key, each in value.items():
                if key.endswith(("Id", "Ids")) and key not in ("@id", "VendorApplicationId"):
                    references.extend(each if isinstance(each, list) else [each])
                walk(each)

    walk(told)
    assert len(set(names)) == len(names)
    assert set(references) <= set(names)
    assert set(units(told)) - {"nation"} <= set(references)


def test_the_departments_are_composed_of_their_bureaux_and_the_nation_of_the_departments():
    told, _, rows, _ = report()
    found = units(told)
    assert found["nation"]["ComposingGpUnitIds"] == ["department-01", "department-2A"]
    assert found["department-2A"]["ComposingGpUnitIds"] == [
        bureau_id(row.code) for row in rows if row.department == "2A"
    ]
    assert (found["department-01"]["SubUnitsReported"], found["department-01"]["TotalSubUnits"]) == (4, 6)


@pytest.mark.parametrize("invalid", Invalid)
def test_the_sums_in_the_report_are_the_totals(invalid):
    told, election, rows, departments = report(invalid)
    nation = add_up(departments)
    for selection, field in zip(contest(told)["ContestSelection"], election.candidate_fields, strict=True):
        votes = by_unit(selection["VoteCounts"], "Count")
        heard = [row for row in rows if row.reported]
        assert {name: votes[name] for name in votes if name.startswith("bureau-")} == {
            bureau_id(row.code): row.figures[field] for row in heard
        }
        assert votes["department-01"] == departments[0].figures[field]
        assert votes["nation"] == nation.figures[field] == sum(row.figures[field] for row in heard)


@pytest.mark.parametrize("invalid", Invalid)
def test_every_ballot_is_a_vote_an_undervote_or_rejected(invalid):
    told, _, _, departments = report(invalid)
    nation = add_up(departments)
    cast = by_unit(told["Election"][0]["BallotCounts"], "BallotsCast")
    rejected = by_unit(told["Election"][0]["BallotCounts"], "BallotsRejected")
    blank = by_unit(contest(told)["OtherCounts"], "Undervotes")
    if invalid is Invalid.COMBINED:
        assert (blank, rejected["nation"]) == ({}, nation.figures["invalid"])
    else:
        assert (blank["nation"], rejected["nation"]) == (nation.figures["blank"], nation.figures["null"])
    for unit, ballots in cast.items():
        votes = sum(by_unit(each["VoteCounts"], "Count")[unit] for each in contest(told)["ContestSelection"])
        assert ballots == votes + blank.get(unit, 0) + rejected[unit]


def test_who_has_not_reported_is_listed_without_counts():
    told, _, rows, _ = report()
    silent = {bureau_id(row.code) for row in rows if not row.reported} | {"department-2A"}
    for name in silent:
        assert units(told)[name]["CountStatus"][0]["Status"] == "not-processed"
        assert units(told)[name]["VotersRegistered"] > 0
        assert "VotersParticipated" not in units(told)[name]
    assert not silent & {count["GpUnitId"] for count in contest(told)["ContestSelection"][0]["VoteCounts"]}


@pytest.mark.parametrize(("round_", "kind"), [(1, "other"), (2, "runoff")])
def test_the_round_is_in_the_name_and_the_type(round_, kind):
    (election,) = report(round=round_)[0]["Election"]
    assert election["Type"] == kind
    said = {1: "premier tour", 2: "second tour"}[round_]
    assert election["Name"]["Text"][0]["Content"] == f"Primaire citoyenne 2011, {said}"


def test_a_department_of_any_code_has_a_name_of_its_own():
    codes = ["2A", "2a", "Français de l'étranger", "Français de l étranger", "99"]
    names = {department_id(code) for code in codes}
    assert len(names) == len(codes)
    assert all(name.replace("_", "").replace("-", "").isalnum() and " " not in name for name in names)


def test_the_report_is_written_as_the_bureaux_are_read():
    election = ballot()
    rows = list(bureaux(election, "01", 3))
    out = StringIO()

    def read():
        for row in rows:
            yield row
            assert row.code in out.getvalue()

    department = total(rows, "01")
    write_nist(election, SCHEDULE, Status.PROVISIONAL, add_up([department]), [department], read(), at=AT, out=out)
