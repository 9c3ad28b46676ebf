"""`lines plan`: how many lines the evening needs, in a table, in CSV or JSON, and as a plot."""

import math
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from db.csv_file import write_csv
from db.services import Services
from flows.digits import read_number
from reporting.exports.options import Format
from reporting.exports.terminal_tables import print_table
from reporting.lines.arrivals import NAMES, REAL, Arrivals, BadArrivals, arrivals, read_arrivals
from reporting.lines.kept import Kept, keep, to_json
from reporting.lines.lengths import STYLES, measured
from reporting.lines.plan import PARTS, Minutes, Plan, PlanRow, Question, What, make_plan
from reporting.lines.simulation import PATIENCE

MOST_BUREAUX = 200_000
MOST_LINES, MOST_NUMBERS = 1_000_000, 20
LONGEST_WINDOW = 2880
"""Minutes: two days."""
LONGEST_CALL = 3600
"""Seconds."""
PLOTS = (".png", ".svg")
DRAWS = "matplotlib"
"""Optional: a server never draws, so requirements.txt does not install it."""
SAID = {
    What.TWICE: "Twice the calls",
    What.STAGGERED: "Staggered calling windows",
    What.BURST: "Everybody phones at closing",
    What.BURST_STAGGERED: "Everybody would, but windows are staggered",
}
CSV_COLUMNS = (
    "evening", "lines", *(f"minutes_{round(100 * part)}{end}" for part in PARTS for end in ("", "_least", "_most")),
    "reported", "attempts_per_bureau", "busy", "busiest",
)  # fmt: skip


class Within(click.FloatRange):
    """A number between two others. "Not a number" (NaN) is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Refuses a value that is no number of the range."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


class Counts(click.ParamType[tuple[int, ...]]):
    """Numbers of lines, separated by commas."""

    name = "N,N,…"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Refuses a part that is not a number of lines."""
        if isinstance(value, tuple):
            return value
        cells = [cell.strip() for cell in str(value).split(",")]
        for cell in cells:
            if not 0 < (read_number(cell) or 0) <= MOST_LINES:
                self.fail(f"{cell!r} is not a number of lines from 1 to {MOST_LINES:,}", param, ctx)
        if len(cells) > MOST_NUMBERS:
            self.fail(f"more than {MOST_NUMBERS} numbers of lines", param, ctx)
        return tuple(int(cell) for cell in cells)


class Pattern(click.ParamType[Arrivals]):
    """When presidents phone: a pattern's name, or a file of times."""

    name = "arrivals"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Arrivals:
        """Refuses a file that makes no sense, naming file, line and reason."""
        if isinstance(value, Arrivals):
            return value
        if value in NAMES:
            return arrivals(value)
        try:
            return read_arrivals(Path(value))
        except BadArrivals as refusal:
            self.fail(str(refusal), param, ctx)


class Plot(click.ParamType[Path]):
    """A file to draw into; the end of its name says the format."""

    name = "plot"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Before any evening is played, refuses another kind of file, a folder that does not exist, and a missing library."""
        path = Path(value)
        if path.suffix.lower() not in PLOTS:
            self.fail(f"{value!r} ends neither with .png nor with .svg", param, ctx)
        if not path.parent.is_dir():
            self.fail(f"there is no folder {str(path.parent)!r}", param, ctx)
        if find_spec(DRAWS) is None:
            self.fail(f"a plot needs {DRAWS}: pip install --require-hashes -r requirements-plot.lock", param, ctx)
        return path


@click.group("lines")
def lines_group() -> None:
    """How many telephone lines the evening needs."""


@lines_group.command("plan")
@click.option("--bureaux", required=True, type=click.IntRange(1, MOST_BUREAUX), help="How many phone in, once each.")
@click.option(
    "--window", required=True, type=Within(0, LONGEST_WINDOW, min_open=True), help="Minutes in which they do."
)
@click.option(
    "--call-seconds",
    type=Within(0, LONGEST_CALL, min_open=True),
    help="A call's mean length; by default as measured of the style.",
)
@click.option(
    "--blocking",
    default=0.01,
    show_default=True,
    type=Within(0, 1, min_open=True, max_open=True),
    help="The part of the calls that may hear a busy tone at the busiest moment.",
)
@click.option(
    "--arrivals",
    "pattern",
    default=REAL,
    show_default=True,
    type=Pattern(),
    metavar="real|burst|even|FILE",
    help="When they phone.",
)
@click.option("--style", default=STYLES[0], show_default=True, type=click.Choice(STYLES), help="How they phone.")
@click.option(
    "--patience",
    default=PATIENCE,
    show_default=True,
    type=click.IntRange(1, 200),
    help="Busy tones in a row before a president gives up.",
)
@click.option("--lines", "numbers", default=(), type=Counts(), help="Numbers of lines to tell about.")
@click.option("--seed", default=2011, show_default=True, type=click.IntRange(0, 2**31 - 1))
@click.option(
    "--plot",
    type=Plot(),
    metavar="FILE.png|.svg",
    help="Draws lines against the time when 50, 95 and 99 % have reported.",
)
@click.option("--keep", "kept", is_flag=True, help="Keeps the plan for the intranet's page.")
@click.option(
    "--format",
    "form",
    default=Format.TABLE.value,
    show_default=True,
    type=click.Choice([each.value for each in Format]),
)
@click.pass_obj
def plan_command(
    services: Services,
    *,
    bureaux: int,
    window: float,
    call_seconds: float | None,
    blocking: float,
    pattern: Arrivals,
    style: str,
    patience: int,
    numbers: tuple[int, ...],
    seed: int,
    plot: Path | None,
    kept: bool,
    form: str,
) -> None:
    """How many lines to order, and when bureaux have reported with more or fewer: Erlang B, and evenings played by calls."""
    lengths = measured(style)
    question = Question(
        bureaux=bureaux,
        window_minutes=window,
        lengths=lengths if call_seconds is None else lengths.scaled(call_seconds),
        arrivals=pattern,
        blocking=blocking,
        patience=patience,
        lines=numbers,
        seed=seed,
    )
    plan = _play(question)
    if plot is not None:
        _draw(plan, plot)
    if kept:
        keep(Kept(plan, services.clock()), services.plan_file)
        click.echo(f"kept in {services.plan_file}: the intranet's page of it shows this plan now", err=True)
    if form == Format.TABLE:
        _print(plan)
    elif form == Format.JSON:
        click.echo(to_json(plan))
    else:
        write_csv(CSV_COLUMNS, _records(plan), sys.stdout)


def _play(question: Question) -> Plan:
    columns = (TextColumn("evenings played"), BarColumn(), TextColumn("{task.completed}"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=None)
        return make_plan(question, lambda: bar.advance(task))


def _draw(plan: Plan, path: Path) -> None:
    """The library that draws is heavy and may be missing: it is imported here."""
    from reporting.lines.plot import draw  # noqa: PLC0415

    try:
        draw(plan, path)
    except OSError as error:
        raise click.BadParameter(f"{path}: {error.strerror}", param_hint="--plot") from error


# --- for people ------------------------------------------------------------------------------------------------------


def _print(plan: Plan) -> None:
    accepted = f"{100 * plan.blocking:g} %"
    click.echo(
        f"{_so_many(plan.bureaux, 'bureau', 'bureaux')} in {_so_many(plan.window_minutes, 'minute')}, "
        f"calls of {plan.call_seconds:.0f} s ({plan.style}), "
        f"arrivals: {plan.arrivals}\n"
    )
    click.echo(f"Erlang B, at most {accepted} of the calls turned away:")
    click.echo(
        f"  calls spread evenly     {plan.even_load:7.1f} erlangs   {_so_many(plan.even_lines, 'line', width=5)}"
    )
    click.echo(f"  at the busiest moment   {plan.peak_load:7.1f} erlangs   {_so_many(plan.order, 'line', width=5)}\n")
    click.secho(f"Order                   {_so_many(plan.order, 'line')}", bold=True)
    click.echo(
        f"At the very least       {_so_many(plan.catches_up, 'line')}: "
        "with fewer, one president in a hundred and more never gets through "
        f"({_so_many(plan.patience, 'busy tone')}, then they give up)\n"
    )
    table = Table(
        title="Minutes until so many have reported", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for name in _headings("Lines"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in plan.rows:
        cells = (str(row.lines), *_cells(row))
        table.add_row(*cells, style="bold" if row.lines == plan.order else "")
    print_table(table, sys.stdout)
    others = Table(title="What if", title_style="bold", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    others.add_column("", no_wrap=True)
    for name in _headings("Lines"):
        others.add_column(name, justify="right", no_wrap=True)
    for each in plan.what_ifs:
        others.add_row(SAID[each.what], str(each.ordered.lines), *_cells(each.ordered))
        others.add_row("  with the lines it needs", str(each.needed), *_cells(each.enough), end_section=True)
    print_table(others, sys.stdout)
    click.echo(
        f"Median of {plan.replications} evenings played (least to most). "
        "Busy: the part of all attempts that heard a busy tone. docs/lines.md says what is modelled."
    )


def _so_many(count: float, one: str, many: str = "", width: int = 0) -> str:
    """1 line, 2 lines."""
    number = f"{count:,}" if isinstance(count, int) else f"{count:g}"
    return f"{number:>{width}} {one if count == 1 else many or one + 's'}"


def _headings(first: str) -> tuple[str, ...]:
    return (first, *(f"{round(100 * part)} %" for part in PARTS), "In the end", "Attempts each", "Busy")


def _cells(row: PlanRow) -> Iterator[str]:
    yield from (_said(minutes) for minutes in row.until)
    yield f"{100 * row.reported:.1f} %"
    yield f"{row.attempts:.2f}"
    yield f"{100 * row.busy:.1f} %"


def _said(minutes: Minutes | None) -> str:
    return "never" if minutes is None else f"{minutes.median:.0f} ({minutes.least:.0f}–{minutes.most:.0f})"


# --- for machines ----------------------------------------------------------------------------------------------------


def _records(plan: Plan) -> Iterable[dict[str, Any]]:
    """The rows, then the other evenings with the lines ordered and with those they need. What never happens is empty."""
    for row in (*plan.rows, *(row for each in plan.what_ifs for row in (each.ordered, each.enough))):
        record: dict[str, Any] = {"evening": row.what.value, "lines": row.lines}
        for part, minutes in zip(PARTS, row.until, strict=True):
            name = f"minutes_{round(100 * part)}"
            values = (minutes.median, minutes.least, minutes.most) if minutes else (None, None, None)
            record |= dict(zip((name, f"{name}_least", f"{name}_most"), values, strict=True))
        yield record | {
            "reported": round(row.reported, 6),
            "attempts_per_bureau": round(row.attempts, 3),
            "busy": round(row.busy, 6),
            "busiest": row.busiest,
        }
