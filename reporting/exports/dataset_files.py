"""A dataset written as a file: CSV, JSON, or a workbook.

What is to be written is an order, which another process can read and write: it holds no connection.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy.engine import URL

from db.backends.engine import open_engine
from db.csv_file import write_csv
from db.elections import Schedule
from db.public import PublicDatabase
from db.transactions import snapshot
from flows.ballot import Election
from reporting.exports.dataset import Dataset, Values
from reporting.exports.datasets import DATASETS
from reporting.exports.json_file import named, write_json
from reporting.exports.read_context import ReadContext
from reporting.exports.xlsx_file import Worksheet, candidates_worksheet, write_xlsx
from reporting.tabulation.totals import Level, Status


@dataclass(frozen=True, slots=True)
class Order:
    """A dataset to be read from the database at `url` and written in this `form`.

    All but `dataset`, `form` and `values` is what a `ReadContext` needs.
    """

    url: URL
    election: Election
    schedule: Schedule
    only_department: str | None
    locale: str
    now: datetime
    dataset: str
    form: str
    values: Values


def order_of(context: ReadContext, dataset: Dataset, form: str, values: Values) -> Order:
    """The order for this dataset, from the database that the context reads, with its rights."""
    return Order(
        context.connection.engine.url,
        context.election,
        context.schedule,
        context.only_department,
        context.locale,
        context.now,
        dataset.name,
        form,
        values,
    )


def write_dataset(order: Order, path: Path) -> None:
    """Writes the dataset at `path`, as the database is now. Raises what reading the dataset raises."""
    engine = open_engine(order.url)
    try:
        with snapshot(engine) as connection, path.open("wb") as file:
            context = ReadContext(
                connection,
                PublicDatabase(engine),
                order.election,
                order.schedule,
                order.only_department,
                order.locale,
                order.now,
            )
            _WRITERS[order.form](context, DATASETS[order.dataset], order.values, file)
    finally:
        engine.dispose()


def status(values: Values) -> str:
    """Which figures are asked for: provisional or validated ones."""
    return str(values.get("status", Status.PROVISIONAL))


def _csv(context: ReadContext, dataset: Dataset, values: Values, file: IO[bytes]) -> None:
    names = [column.name for column in dataset.columns(context.election, values)]
    out = io.TextIOWrapper(file, encoding="utf-8", newline="")
    write_csv(names, dataset.read(context, values), out)
    out.detach()


def _json(context: ReadContext, dataset: Dataset, values: Values, file: IO[bytes]) -> None:
    names = [column.name for column in dataset.columns(context.election, values)]
    head = {
        "election": named(context.election),
        "candidates": context.candidates,
        "status": status(values),
        "sheet": dataset.name,
        "at": context.now.isoformat(),
    }
    out = io.TextIOWrapper(file, encoding="utf-8", newline="")
    write_json(head, "rows", names, dataset.read(context, values), out)
    out.detach()


def _xlsx(context: ReadContext, dataset: Dataset, values: Values, file: IO[bytes]) -> None:
    """One worksheet. Totals without a level have one for each level. All totals have one with the candidates' names."""
    write_xlsx(_worksheets(context, dataset, values), context.schedule.zone, file)


def _worksheets(context: ReadContext, dataset: Dataset, values: Values) -> Iterator[Worksheet]:
    parts = [(dataset.name, values)]
    if dataset.name == "totals" and "level" not in values:
        parts = [(level.value, {**values, "level": level.value}) for level in Level]
    for name, narrowed in parts:
        yield Worksheet(name, dataset.columns(context.election, narrowed), dataset.read(context, narrowed))
    if dataset.name == "totals":
        yield candidates_worksheet(context.election)


_WRITERS: Mapping[str, Callable[[ReadContext, Dataset, Values, IO[bytes]], None]] = {
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
}
