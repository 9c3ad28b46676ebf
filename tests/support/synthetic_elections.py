"""Elections and their counts made up for tests, without a database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

from db.elections import Schedule
from flows.arithmetic import valid_votes
from flows.ballot import Candidate, CheckDigit, Election, Invalid
from reporting.tabulation.totals import TotalsRow, add_up

SCHEDULE = Schedule(datetime(2011, 10, 9, 17, 0, tzinfo=UTC), timezone(timedelta(hours=2)))
NAMES = (
    "Martine Aubry",
    "Jean-Michel Baylet",
    "François Hollande",
    "Arnaud Montebourg",
    "Ségolène Royal",
    "Manuel Valls",
)


def ballot(candidates: int = 6, invalid: Invalid = Invalid.COMBINED, locale: str = "fr", **changes) -> Election:
    """The primary of 2011, with as many candidates as one likes."""
    names = (*NAMES, *(f"Œuvré-Candidat n° {number}" for number in range(len(NAMES) + 1, candidates + 1)))[:candidates]
    lines = tuple(Candidate(number, name, name) for number, name in enumerate(names, 1))
    values = {"name": "Primaire citoyenne 2011", "round": 1, "code_length": 8, "check_digit": CheckDigit.DAMM}
    return Election(id=1, locale=locale, invalid=invalid, candidates=lines, **{**values, **changes})


def bureaux(
    election: Election, department: str, count: int, silent: frozenset[int] = frozenset()
) -> Iterator[TotalsRow]:
    """So many bureaux of a department, each with figures of its own; those in `silent`, by their place, have not reported."""
    for place in range(count):
        votes = {field: (7 * place + 13 * order) % 400 for order, field in enumerate(election.fields[1:], 1)}
        figures = {"voters": sum(votes.values()), **votes}
        reported = place not in silent
        if not reported:
            figures = dict.fromkeys(election.fields, 0)
        yield TotalsRow(
            department=department,
            code=f"{department:0>3}{place:05}",
            commune=f"Commune {place}",
            name="Bureau 1",
            bureaux=1,
            reported=int(reported),
            electorate=9000,
            electorate_reported=9000 if reported else 0,
            figures=figures,
            valid=valid_votes(election, figures),
            known_voters=figures["voters"],
        )


def total(rows: list[TotalsRow], department: str) -> TotalsRow:
    """The rows in one, as a department's."""
    whole = add_up(rows)
    return TotalsRow(**{name: getattr(whole, name) for name in TotalsRow.__slots__} | {"department": department})
