"""The sheets as files (CSV, XLSX, JSON) and as an API with its OpenAPI description."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

import xlsxwriter
from flask import Blueprint, Response, jsonify, request

from reporting.intranet.accounts import PREFIX
from reporting.intranet.desk import Desk, open_desk
from reporting.intranet.sheets import SHEETS, Column, Kind, Parameter, Records, Sheet
from reporting.totals import Level

CHUNK = 64 * 1024
BATCH = 500
"""Rows that are written at once into a stream."""
FORMATS = ("csv", "xlsx", "json")
STATUS = "provisional"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHARES = "share_"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def add_exports(pages: Blueprint) -> None:
    """Adds each sheet's export, its place in the API, and the API's description."""
    for sheet in SHEETS.values():
        rule = f"/{sheet.name}.<any({','.join(FORMATS)}):form>"
        pages.add_url_rule(rule, f"export_{sheet.name}", _export(sheet))
        pages.add_url_rule(f"/api/{sheet.name}", f"api_{sheet.name}", _api(sheet))
    pages.add_url_rule("/api/openapi.json", "openapi", openapi)


def _export(sheet: Sheet) -> Callable[..., Response]:
    def export(form: str) -> Response:
        return _answer(sheet, form, attachment=True)

    return export


def _api(sheet: Sheet) -> Callable[..., Response]:
    def api() -> Response:
        return _answer(sheet, "json", attachment=False)

    return api


def _answer(sheet: Sheet, form: str, *, attachment: bool) -> Response:
    """The sheet, streamed. All that can be refused is refused before the first byte."""
    values = sheet.values(request.args)
    with ExitStack() as until_sent:
        desk = until_sent.enter_context(open_desk())
        write = {"csv": _csv, "json": _json, "xlsx": _xlsx}[form]
        body = write(desk, sheet, values)
        first = next(body, b"")
        response = Response(chain([first], body), mimetype=_MIMETYPES[form])
        response.call_on_close(until_sent.pop_all().close)
    if attachment:
        name = f"{sheet.name}-{STATUS}-{desk.now.astimezone(desk.schedule.zone):%Y%m%d-%H%M%S}.{form}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


_MIMETYPES = {"csv": "text/csv", "json": "application/json", "xlsx": XLSX}


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as text."""
    value = _plain(value)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _csv(desk: Desk, sheet: Sheet, values: Mapping[str, Any]) -> Iterator[bytes]:
    names = [column.name for column in sheet.columns(desk.election, values)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for batch in _batches(sheet.read(desk, values)):
        writer.writerows([_cell(record[name]) for name in names] for record in batch)
        yield _take(out)
    yield _take(out)


def _json(desk: Desk, sheet: Sheet, values: Mapping[str, Any]) -> Iterator[bytes]:
    names = [column.name for column in sheet.columns(desk.election, values)]
    head = {
        "election": {"id": desk.election.id, "name": desk.election.name, "round": desk.election.round},
        "status": STATUS,
        "sheet": sheet.name,
        "at": desk.now.isoformat(),
    }
    out = io.StringIO()
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [')
    separator = "\n"
    for batch in _batches(sheet.read(desk, values)):
        for record in batch:
            row = {name: _plain(record[name]) for name in names}
            out.write(separator + json.dumps(row, ensure_ascii=False))
            separator = ",\n"
        yield _take(out)
    out.write("\n]}\n")
    yield _take(out)


def _batches(records: Records) -> Iterator[Sequence[dict[str, Any]]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _take(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def _xlsx(desk: Desk, sheet: Sheet, values: Mapping[str, Any]) -> Iterator[bytes]:
    """A workbook with one worksheet, or, for totals of no level in particular, one for each level."""
    parts = [(sheet.name, values)]
    if sheet.name == "totals" and "level" not in values:
        parts = [(level.value, {**values, "level": level.value}) for level in Level]
    with tempfile.TemporaryFile() as file:
        options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
        workbook = xlsxwriter.Workbook(file, options)
        bold = workbook.add_format({"bold": True})
        for name, narrowed in parts:
            columns = [each for each in sheet.columns(desk.election, narrowed) if not each.name.startswith(SHARES)]
            worksheet = workbook.add_worksheet(name)
            worksheet.write_row(0, 0, [column.name for column in columns], bold)
            worksheet.freeze_panes(1, 0)
            _fill(worksheet, columns, sheet.read(desk, narrowed))
        workbook.close()
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _fill(worksheet: Any, columns: Sequence[Column], records: Records) -> None:
    """Writes the records; numbers as numbers, all else as text. Shares are left out: a spreadsheet divides by itself."""
    numbers = [(place, each.name) for place, each in enumerate(columns) if each.kind in (Kind.COUNT, Kind.NUMBER)]
    texts = [(place, each.name) for place, each in enumerate(columns) if each.kind not in (Kind.COUNT, Kind.NUMBER)]
    write_number, write_string = worksheet.write_number, worksheet.write_string
    for line, record in enumerate(records, 1):
        for place, name in texts:
            value = _plain(record[name])
            if value is not None:
                write_string(line, place, str(value))
        for place, name in numbers:
            value = record[name]
            if value is not None:
                write_number(line, place, value)


# --- the description -------------------------------------------------------------------------------------------------

_SCHEMAS: Mapping[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.COUNT: {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    Kind.NUMBER: {"type": "number"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.TRUTH: {"type": "boolean"},
}


def openapi() -> Response:
    """The API's description (OpenAPI 3.1), made of the sheets themselves."""
    with open_desk() as desk:
        paths = {f"/{sheet.name}": {"get": _operation(desk, sheet)} for sheet in SHEETS.values()}
    return jsonify(
        openapi="3.1.0",
        info={
            "title": "Remontée",
            "version": "1",
            "description": "Provisional results: what the intranet's pages show, with the rights of the token's account. "
            "A token is made on the page of the account.",
        },
        servers=[{"url": f"{PREFIX}/api"}],
        security=[{"token": []}],
        components={"securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": "Authentication-Token"}}},
        paths=paths,
    )


def _operation(desk: Desk, sheet: Sheet) -> dict[str, Any]:
    election = Parameter("election", Kind.COUNT)
    problem = {
        "content": {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}}}}
    }
    refusals = {
        "400": "A parameter makes no sense",
        "401": "No token, or an old one",
        "403": "Out of the account's reach",
        "404": "There is no such thing",
    }
    return {
        "operationId": sheet.name,
        "summary": desk.wording.text(f"sheet-{sheet.name}"),
        "parameters": [_described(each) for each in (*sheet.parameters, election)],
        "responses": {
            "200": {"description": "The rows", "content": {"application/json": {"schema": _schema(desk, sheet)}}},
            **{status: {"description": text, **problem} for status, text in refusals.items()},
        },
    }


def _described(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_SCHEMAS[parameter.kind])
    if parameter.choices:
        schema = {"type": "string", "enum": list(parameter.choices)}
    return {"name": parameter.name, "in": "query", "required": parameter.required, "schema": schema}


def _schema(desk: Desk, sheet: Sheet) -> dict[str, Any]:
    """What an answer looks like. Totals have columns by level, so none but those of every level is required."""
    every = [sheet.columns(desk.election, {"level": level.value}) for level in Level]
    columns = {column.name: column for level in every for column in level}
    always = [name for name in columns if all(name in {column.name for column in level} for level in every)]
    row = {
        "type": "object",
        "properties": {name: _nullable(column.kind) for name, column in columns.items()},
        "required": always,
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "election": {"type": "object"},
            "status": {"const": STATUS},
            "sheet": {"const": sheet.name},
            "at": {"type": "string", "format": "date-time"},
            "rows": {"type": "array", "items": row},
        },
        "required": ["election", "status", "sheet", "at", "rows"],
    }


def _nullable(kind: Kind) -> dict[str, Any]:
    schema = {name: value for name, value in _SCHEMAS[kind].items() if name not in ("minimum", "maximum")}
    return {**schema, "type": [schema["type"], "null"]}
