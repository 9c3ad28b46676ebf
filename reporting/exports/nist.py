"""The results as a NIST SP 1500-100 v2.0.3 Election Results Report, in JSON.

`docs/exports.md` says which of our terms became which of the standard's, and why. The standard wants all counts of one
candidate together. The bureaux come one by one, each with all candidates. So the figures wait in arrays. All else is written as
it comes.
"""

import json
import re
from array import array
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO

from db.elections import Schedule
from flows.arithmetic import balance
from flows.ballot import Election, Invalid
from reporting.tabulation.totals import Status, TotalsRow
from reporting.wording.paper_wording import PaperWording, wording_of

VENDOR = "Remontée"
NATION_ID = "nation"
CONTEST_ID = "contest"
BALLOTS = "ballots"
"""A column beside the election's fields: the ballots found, which need not be the voters."""
COUNTS = {"Type": "total"}
"""Every count is of all ballots, however they were cast."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write_nist(
    election: Election,
    schedule: Schedule,
    status: Status,
    national: TotalsRow,
    departments: Iterable[TotalsRow],
    bureaux: Iterable[TotalsRow],
    *,
    at: datetime,
    out: TextIO,
) -> None:
    """Writes the report as of `at`. Rows whose `reported` is 0 are listed without counts.

    The bureaux are read once and written as they are read. Some 200 bytes of each are kept until the end. `departments` must
    hold every department that a bureau names (KeyError otherwise).
    """
    report = _Report(election, wording_of(election, schedule), list(departments), national)
    head = {
        "@type": "ElectionResults.ElectionReport",
        "Format": "precinct-level",
        "GeneratedDate": at.astimezone(schedule.zone).isoformat(timespec="seconds"),
        "Issuer": report.words.text("nist-issuer"),
        "IssuerAbbreviation": report.words.text("nist-issuer-short"),
        "Notes": report.words.text(f"nist-{status}", reported=national.reported, bureaux=national.bureaux),
        "SequenceStart": 1,
        "SequenceEnd": 1,
        "Status": results_status(status, national),
        "VendorApplicationId": VENDOR,
    }
    day = schedule.polls_close.astimezone(schedule.zone).date()
    out.writelines(_object(head, GpUnit=report.units(bureaux), Election=[report.election(day.isoformat())]))
    out.write("\n")


def results_status(status: Status, national: TotalsRow) -> str:
    """The standard's ResultsStatus of a report. Validated results are certified, even if some bureaux are missing."""
    if status is Status.VALIDATED:
        return "certified"
    return "unofficial-complete" if national.reported == national.bureaux else "unofficial-partial"


Chunks = Iterable[str]
"""A JSON value, in pieces."""


def _object(head: dict[str, Any], **arrays: Iterable[Chunks]) -> Iterator[str]:
    """An object of `head` and, after it, of `arrays`, each of whose items is written as it comes."""
    yield _encode(head)[:-1]
    for name, items in arrays.items():
        yield f',"{name}":['
        for place, item in enumerate(items):
            yield ",\n" if place else "\n"
            yield from item
        yield "]"
    yield "}"


def _typed(kind: str, **values: Any) -> dict[str, Any]:
    return {"@type": f"ElectionResults.{kind}", **values}


class _Report:
    """One report while it is written. `units` comes first and keeps the figures that `election` needs."""

    def __init__(
        self, election: Election, words: PaperWording, departments: list[TotalsRow], national: TotalsRow
    ) -> None:
        self._ballot = election
        self.words = words
        self._departments = departments
        self._national = national
        self._composing: dict[str, list[str]] = {row.department: [] for row in departments}
        self._counted: list[str] = []
        self._columns = {field: array("q") for field in (*election.fields, BALLOTS)}

    def units(self, bureaux: Iterable[TotalsRow]) -> Iterator[Chunks]:
        """The bureaux, the departments, the nation; keeps their figures."""
        for row in bureaux:
            name = bureau_id(row.code)
            self._composing[row.department].append(name)
            yield self._unit(name, row, self._bureau(row))
        for row in self._departments:
            name = department_id(row.department)
            form: dict[str, Any] = {
                "Type": "other",
                "OtherType": "département",
                "ComposingGpUnitIds": self._composing[row.department],
            }
            yield self._unit(name, row, {**form, **self._called(row.department), **_progress(row), **_coded(row)})
        within = [department_id(row.department) for row in self._departments]
        form = {"Type": "country", "ComposingGpUnitIds": within, **_progress(self._national)}
        yield self._unit(NATION_ID, self._national, form)

    def _bureau(self, row: TotalsRow) -> dict[str, Any]:
        return {"Type": "precinct", **self._called(f"{row.commune}, {row.name}"), **_coded(row)}

    def _called(self, name: str) -> dict[str, Any]:
        return {"Name": self._text(name)}

    def _text(self, content: str) -> dict[str, Any]:
        words = _typed("LanguageString", Content=content, Language=self._ballot.locale)
        return _typed("InternationalizedText", Text=[words])

    def _unit(self, name: str, row: TotalsRow, form: dict[str, Any]) -> Chunks:
        unit = _typed("ReportingUnit", **{"@id": name}, **form, CountStatus=[_count_status(row)])
        if row.electorate:
            unit["VotersRegistered"] = row.electorate
        if row.reported:
            unit["VotersParticipated"] = row.voters
            self._keep(name, row)
        return (_encode(unit),)

    def _keep(self, name: str, row: TotalsRow) -> None:
        self._counted.append(name)
        for field in self._ballot.fields:
            self._columns[field].append(row.figures[field])
        self._columns[BALLOTS].append(balance(self._ballot, row.figures).ballots)

    def election(self, day: str) -> Chunks:
        """The election with its one contest. Call it when the units are written."""
        head = _typed(
            "Election",
            Name=self._text(self.words.title(self._ballot)),
            StartDate=day,
            EndDate=day,
            ElectionScopeId=NATION_ID,
            CountStatus=[_count_status(self._national)],
            **_election_type(self._ballot),
        )
        return _object(head, Candidate=self._candidates(), BallotCounts=self._ballots(), Contest=[self._contest()])

    def _candidates(self) -> Iterator[Chunks]:
        for each in self._ballot.candidates:
            coded = _identified(each.field)
            yield (
                _encode(
                    _typed("Candidate", **{"@id": candidate_id(each.field)}, BallotName=self._text(each.name), **coded)
                ),
            )

    def _ballots(self) -> Iterator[Chunks]:
        """The ballots found in the boxes, and those that were rejected: null ones, or blank and null ones as one figure."""
        rejected = self._columns[self._ballot.invalid.fields[-1]]
        for unit, cast, void in zip(self._counted, self._columns[BALLOTS], rejected, strict=True):
            yield (_encode(_typed("BallotCounts", GpUnitId=unit, **COUNTS, BallotsCast=cast, BallotsRejected=void)),)

    def _contest(self) -> Chunks:
        head = _typed(
            "CandidateContest",
            **{"@id": CONTEST_ID},
            Name=self.words.title(self._ballot),
            ElectionDistrictId=NATION_ID,
            VotesAllowed=1,
            VoteVariation="majority",
            CountStatus=[_count_status(self._national)],
            **_progress(self._national),
        )
        return _object(head, OtherCounts=self._blank_ballots(), ContestSelection=self._selections())

    def _blank_ballots(self) -> Iterator[Chunks]:
        """Blank ballots are undervotes, where they are a figure of their own."""
        if self._ballot.invalid is Invalid.SEPARATE:
            for unit, blank in zip(self._counted, self._columns["blank"], strict=True):
                yield (_encode(_typed("OtherCounts", GpUnitId=unit, Undervotes=blank)),)

    def _selections(self) -> Iterator[Chunks]:
        for order, field in enumerate(self._ballot.candidate_fields, 1):
            own = {"@id": f"selection-{field}", "CandidateIds": [candidate_id(field)], "SequenceOrder": order}
            yield _object(_typed("CandidateSelection", **own), VoteCounts=self._votes(field))

    def _votes(self, field: str) -> Iterator[Chunks]:
        for unit, count in zip(self._counted, self._columns[field], strict=True):
            yield (_encode(_typed("VoteCounts", GpUnitId=unit, **COUNTS, Count=count)),)


def bureau_id(code: str) -> str:
    """How the report names a bureau."""
    return f"bureau-{code}"


def department_id(code: str) -> str:
    """How the report names a department.

    Codes are free text, and these names must be names in XML (NCName), too. So the number of each other sign stands for it.
    """
    return "department-" + re.sub(r"[^A-Za-z0-9]", lambda sign: f"_{ord(sign[0]):x}_", code)


def candidate_id(field: str) -> str:
    """How the report names a candidate."""
    return f"candidate-{field}"


def _identified(code: str) -> dict[str, Any]:
    return {"ExternalIdentifier": [_typed("ExternalIdentifier", Type="national-level", Value=code)]}


def _coded(row: TotalsRow) -> dict[str, Any]:
    return _identified(row.code or row.department)


def _progress(row: TotalsRow) -> dict[str, int]:
    return {"SubUnitsReported": row.reported, "TotalSubUnits": row.bureaux}


def _count_status(row: TotalsRow) -> dict[str, Any]:
    began = "completed" if row.reported == row.bureaux else "in-process"
    return _typed("CountStatus", Status=began if row.reported else "not-processed", **COUNTS)


def _election_type(election: Election) -> dict[str, str]:
    """A register does not say what kind of election it is for. A later round is a runoff in any case."""
    return {"Type": "runoff"} if election.round > 1 else {"Type": "other", "OtherType": f"round {election.round}"}
