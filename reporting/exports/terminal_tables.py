"""Tables for people to read in a terminal."""

from collections.abc import Iterable
from typing import TextIO

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.ballot import Election
from reporting.tabulation.totals import Level, Status, TotalsRow

TITLES = {Status.PROVISIONAL: "PROVISIONAL, not validated", Status.VALIDATED: "validated"}
CODE_WIDTH = 10
FIGURE_WIDTH = len("100.0 %")


def print_totals(election: Election, level: Level, status: Status, rows: Iterable[TotalsRow], out: TextIO) -> None:
    """Prints the totals for a person to read: how many bureaux have reported or are validated, and of these the electors, the
    voters, and each candidate's votes and share."""
    title = f"{election.name}, round {election.round}: {TITLES[status]}"
    if level is Level.BUREAU:
        _write_bureaux(title, election, rows, out)
        return
    table = Table(title=escape(title), title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    if level is Level.NATIONAL:
        _fill_down(table, election, status, next(iter(rows)))
    else:
        _fill_across(table, election, rows)
    print_table(table, out)


def _fill_down(table: Table, election: Election, status: Status, row: TotalsRow) -> None:
    """One line a candidate: the nation has one row only."""
    table.add_column("")
    table.add_column("Count", justify="right", no_wrap=True)
    table.add_column("Share", justify="right", no_wrap=True)
    done = "Bureaux validated" if status is Status.VALIDATED else "Bureaux reported"
    table.add_row(done, f"{row.reported}/{row.bureaux}", _percent(row.reported / max(1, row.bureaux)))
    table.add_row("Electors of these", str(row.electorate_reported), "")
    table.add_row("Voters", str(row.voters), _percent(row.turnout))
    table.add_row("Blank or null", str(_invalid(election, row)), "")
    table.add_row("Valid votes", str(row.valid), "", end_section=True)
    for candidate in election.candidates:
        table.add_row(escape(candidate.name), str(row.figures[candidate.field]), _percent(row.share(candidate.field)))


def _fill_across(table: Table, election: Election, rows: Iterable[TotalsRow]) -> None:
    """One line a department, one column a candidate."""
    table.add_column("Dept", no_wrap=True)
    for name in _headings(election):
        table.add_column(escape(name), justify="right", no_wrap=True)
    for row in rows:
        cells = zip(_counts(election, row), _parts(election, row), strict=True)
        table.add_row(row.department, *(f"{count}\n{part}".rstrip() for count, part in cells))


def _write_bureaux(title: str, election: Election, rows: Iterable[TotalsRow], out: TextIO) -> None:
    """Two lines a bureau, counts above shares. They are written as they come: 69,242 are too many to lay out together.

    The bureau's place stands last. So its length moves no column.
    """
    names = ["Code", *_headings(election)]
    widths = [CODE_WIDTH, *(max(FIGURE_WIDTH, len(name)) for name in names[1:])]

    def line(cells: Iterable[str], place: str = "") -> None:
        figures = "  ".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
        out.write(f"{figures}  {place}".rstrip() + "\n")

    out.write(f"{title}\n\n")
    line(names, "Bureau")
    for row in rows:
        line([row.code, *_counts(election, row)], f"{row.commune}, {row.name}")
        line(["", *_parts(election, row)])


def _headings(election: Election) -> list[str]:
    names = ["Bureaux", "Electors", "Voters", "Turnout", "Invalid"]
    return names + [candidate.name.rsplit(" ", 1)[-1] for candidate in election.candidates]


def _counts(election: Election, row: TotalsRow) -> list[str]:
    """What stands under the headings."""
    of_all = [f"{row.reported}/{row.bureaux}", str(row.electorate_reported), str(row.voters), _percent(row.turnout)]
    return [*of_all, str(_invalid(election, row)), *(str(row.figures[field]) for field in election.candidate_fields)]


def _parts(election: Election, row: TotalsRow) -> list[str]:
    """What stands under the counts: the candidates' shares, and nothing under the rest."""
    return ["", "", "", "", "", *(_percent(row.share(field)) for field in election.candidate_fields)]


def _invalid(election: Election, row: TotalsRow) -> int:
    return sum(row.figures[field] for field in election.invalid.fields)


def _percent(part: float | None) -> str:
    return "–" if part is None else f"{100 * part:.1f} %"


def print_table(table: Table, out: TextIO) -> None:
    """Prints a table as wide as its words need. Even a narrow terminal cuts no figure off."""
    console = Console(file=out)
    console.width = max(console.width, console.measure(table, options=console.options.update(width=10_000)).maximum)
    console.print(table)
