"""The line's commands: a phone in the terminal, and a whole evening of calls."""

import sys
from pathlib import Path
from typing import Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from db import elections
from db.elections import NoElection
from db.results_files import read_pins, read_results
from db.services import Services
from flows.digits import is_digits
from ivr.carriers import Carrier
from ivr.simulator.evening import Evening, Tally
from ivr.simulator.phone import Phone
from ivr.simulator.president import Style
from ivr.simulator.terminal import hold

FAILURES_SHOWN = 10


class LineServices(Services, Protocol):
    """What the line's commands need beside."""

    def phone(self) -> Phone:
        """A phone whose calls go to the line in this process."""

    @property
    def carrier(self) -> Carrier:
        """The carrier that signs simulated webhooks."""

    @property
    def public_url(self) -> str:
        """The line's address, as it is signed."""


@click.command("call")
@click.option("--bureau", "code", default="", help="Key this code at the first question.")
@click.pass_obj
def call_command(services: LineServices, code: str) -> None:
    """A phone in the terminal: read the prompts, type the keys."""
    if code and not is_digits(code):
        raise click.BadParameter(f"{code!r} is not digits only", param_hint="--bureau")
    phone = services.phone()
    with services.engine.connect() as connection:
        elections.find(connection)
    hold(phone, code)


@click.command("evening")
@click.argument("results", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--pins", "pins_file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--url",
    "urls",
    multiple=True,
    help="Where the line is reached, if not at PUBLIC_URL; several: its hosts, each asked in turn.",
)
@click.option("--lines", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Calls at once.")
@click.option("--speed", default=0.0, show_default=True, type=click.FloatRange(0), help="1: as in life. 0: no waiting.")
@click.option(
    "--style", default=Style.PRACTISED.value, show_default=True, type=click.Choice([each.value for each in Style])
)
@click.pass_obj
def evening_command(
    services: LineServices, results: Path, pins_file: Path, urls: tuple[str, ...], lines: int, speed: float, style: str
) -> None:
    """Has every bureau of RESULTS call the line over HTTP, as a carrier would."""
    read = read_results(results)
    figures = read.figures
    pins = read_pins(pins_file)
    missing = sorted(figures.keys() - pins.keys())
    if missing:
        raise click.BadParameter(f"{pins_file} has no PIN for bureau {', '.join(missing[:3])} …", param_hint="--pins")
    figures = _in_ballot_order(services.engine, results, read.fields, figures)
    url, *others = urls or (services.public_url,)
    evening = Evening(services.carrier, services.public_url, url, lines, speed, Style(style), tuple(others))
    click.echo(f"phoning {' and '.join((url, *others))}")
    columns = (TextColumn("calls"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("calls", total=len(figures))
        tally = evening.run(figures, pins, lambda: bar.advance(task))
    _print(tally)
    if tally.failures:
        raise SystemExit(1)


def _in_ballot_order(
    engine: Engine, path: Path, fields: tuple[str, ...], figures: dict[str, tuple[int, ...]]
) -> dict[str, tuple[int, ...]]:
    """The figures in the order of the line's questions, where this machine knows the election that the line is about."""
    try:
        with engine.connect() as connection:
            election, _ = elections.find(connection)
    except (NoElection, DBAPIError):
        return figures
    if set(fields) != set(election.fields):
        reason = f"{path} has the figures {', '.join(fields)}; the ballot has {', '.join(election.fields)}"
        raise click.BadParameter(reason, param_hint="RESULTS")
    places = [fields.index(field) for field in election.fields]
    return {code: tuple(row[place] for place in places) for code, row in figures.items()}


def _print(tally: Tally) -> None:
    click.echo(f"calls                {tally.calls} ({tally.confirmed} confirmed, {tally.already} reported already)")
    if tally.rehearsals:
        click.echo(f"not counted          {tally.rehearsals} rehearsals: the polls are still open")
    click.echo(f"failed               {len(tally.failures)}")
    click.echo(f"retries              {tally.retries}")
    click.echo(
        f"webhooks             {tally.webhooks} in {tally.elapsed:.1f} s: {tally.webhooks_per_second:.0f} per second"
    )
    click.echo(f"latency              p50 {tally.percentile(50):.1f} ms, p99 {tally.percentile(99):.1f} ms")
    click.echo(
        f"modelled on the line {tally.call_seconds:.0f} s per call (median), {sum(tally.lengths) / 3600:.1f} hours in all"
    )
    for failure in tally.failures[:FAILURES_SHOWN]:
        click.echo(failure, err=True)
    if len(tally.failures) > FAILURES_SHOWN:
        click.echo(f"… and {len(tally.failures) - FAILURES_SHOWN} more", err=True)
