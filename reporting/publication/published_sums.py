"""Published figures as rows of totals: the sums of exactly the bureaux that are listed, out of what the register has."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flows.arithmetic import valid_votes
from flows.ballot import VOTERS, Election
from reporting.publication.editions import Part, Results
from reporting.publication.publish import PublishedDepartment
from reporting.tabulation.totals import NATION, TotalsRow


def nation(results: Results) -> TotalsRow:
    """All that is published, as the manifest says it; a publication there must be."""
    assert results.publication is not None
    content = results.publication.content
    of = Part(content["of"]["bureaux"], content["of"]["electorate"])
    return _row(results.edition.election, NATION, of, content["totals"])


def departments(results: Results) -> list[TotalsRow]:
    """Every department of the election, with zeros where nothing is published."""
    published = {each.code: each.totals for each in results.publication.departments} if results.publication else {}
    election = results.edition.election
    nothing = {"bureaux": 0, "electorate": 0, "known_voters": 0, "figures": {}}
    return [_row(election, code, of, published.get(code, nothing)) for code, of in results.edition.register.items()]


def find_published(results: Results, code: str) -> PublishedDepartment | None:
    """What is published of a department, None for nothing."""
    published = results.publication.departments if results.publication else ()
    return next((each for each in published if each.code == code), None)


def bureaux(election: Election, code: str, published: Iterable[Mapping[str, Any]]) -> Iterator[TotalsRow]:
    """The published bureaux of the department of this code, in the order of their own."""
    for each in published:
        figures, electorate = each["figures"], each["electorate"]
        yield TotalsRow(
            department=code,
            code=each["code"],
            commune=each["commune"],
            name=each["name"],
            bureaux=1,
            reported=1,
            electorate=electorate or 0,
            electorate_reported=electorate or 0,
            figures=figures,
            valid=valid_votes(election, figures),
            known_voters=figures[VOTERS] if electorate is not None else 0,
        )


def _row(election: Election, code: str, of: Part, totals: Mapping[str, Any]) -> TotalsRow:
    figures = {field: totals["figures"].get(field, 0) for field in election.fields}
    return TotalsRow(
        department=code,
        code="",
        commune="",
        name="",
        bureaux=of.bureaux,
        reported=totals["bureaux"],
        electorate=of.electorate,
        electorate_reported=totals["electorate"],
        figures=figures,
        valid=valid_votes(election, figures),
        known_voters=totals["known_voters"],
    )
