"""A dataset written as a file: CSV, JSON, or a workbook.

What is to be written is an order, which another process can read and write: it holds no connection.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from sqlalchemy.engine import URL

from db.elections import Schedule
from db.engine import open_engine, snapshot
from db.public import PublicDatabase
from flows.ballot import Election
from reporting.exports.csv_file import write_csv
from reporting.exports.dataset import Column, Dataset, Kind, Values
from reporting.exports.datasets import DATASETS
from reporting.exports.json_file import named, write_json
from reporting.exports.read_context import ReadContext
from reporting.exports.workbook import OPTIONS, CellKind, RowSheet
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
    """Whether the figures asked for are provisional, or validated."""
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
    """A workbook with one worksheet; for totals of no level in particular one for each level, and the candidates' names."""
    parts = [(dataset.name, values)]
    if dataset.name == "totals" and "level" not in values:
        parts = [(level.value, {**values, "level": level.value}) for level in Level]
    workbook = xlsxwriter.Workbook(file, OPTIONS)
    bold = workbook.add_format({"bold": True})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})._get_xf_index()
    for name, narrowed in parts:
        columns = dataset.columns(context.election, narrowed)
        worksheet = workbook.add_worksheet(name, worksheet_class=RowSheet)
        worksheet.freeze_panes(1, 0)
        worksheet.write_row(0, 0, [column.name for column in columns], bold)
        kinds = [_CELLS[column.kind] for column in columns]
        rows = (_local(columns, record, context.schedule.zone) for record in dataset.read(context, narrowed))
        worksheet.write_records(kinds, rows, moment)
    if dataset.name == "totals":
        names = workbook.add_worksheet("candidates")
        for line, (field, name) in enumerate(context.candidates.items()):
            names.write_row(line, 0, [int(field), name])
    workbook.close()


def _local(columns: Sequence[Column], record: Mapping[str, Any], zone: tzinfo) -> list[Any]:
    """A record's values, moments in the election's local time: spreadsheets know no zones."""
    values = [record[column.name] for column in columns]
    return [each.astimezone(zone).replace(tzinfo=None) if isinstance(each, datetime) else each for each in values]


_CELLS: Mapping[Kind, CellKind] = {
    Kind.COUNT: CellKind.NUMBER,
    Kind.NUMBER: CellKind.NUMBER,
    Kind.TRUTH: CellKind.TRUTH,
    Kind.MOMENT: CellKind.MOMENT,
    Kind.TEXT: CellKind.TEXT,
}
_WRITERS: Mapping[str, Callable[[ReadContext, Dataset, Values, IO[bytes]], None]] = {
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
}
