"""The sheets as files (CSV, XLSX, JSON) and as an API with its OpenAPI description."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter
from flask import Blueprint, Response, jsonify, request
from werkzeug.wsgi import FileWrapper

from reporting.intranet.accounts import PREFIX
from reporting.intranet.courtesy import in_turn
from reporting.intranet.desk import Desk, open_desk
from reporting.intranet.sheets import SHEETS, Column, Kind, Parameter, Sheet
from reporting.intranet.workbook import OPTIONS, CellKind, RowSheet
from reporting.renderings import Status
from reporting.totals import Level

CHUNK = 64 * 1024
FORMATS = ("csv", "xlsx", "json")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PHONE = re.compile(r"\+[0-9]+")
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
    """The sheet as a file: written whole before the first byte is sent, so that none that breaks off looks complete, and so
    that no slow reader holds the database."""
    values = sheet.values(request.args)
    file = TemporaryFile()  # noqa: SIM115 -- closed when it has been sent
    try:
        with open_desk() as desk:
            _WRITERS[form](desk, sheet, values, file)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    response = Response(FileWrapper(file, CHUNK), mimetype=_MIMETYPES[form])
    response.content_length = size
    response.call_on_close(file.close)
    if attachment:
        name = f"{sheet.name}-{_status(values)}-{desk.now.astimezone(desk.schedule.zone):%Y%m%d-%H%M%S}.{form}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


_MIMETYPES = {"csv": "text/csv", "json": "application/json", "xlsx": XLSX}


def _status(values: Mapping[str, Any]) -> str:
    return str(values.get("status", Status.PROVISIONAL))


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula is marked as text; a telephone number is none."""
    value = _plain(value)
    risky = isinstance(value, str) and value.startswith(FORMULA_STARTS) and not _PHONE.fullmatch(value)
    return f"'{value}" if risky else value


def _csv(desk: Desk, sheet: Sheet, values: Mapping[str, Any], file: IO[bytes]) -> None:
    """Every text in quotes, so that no separator of another country ends it."""
    names = [column.name for column in sheet.columns(desk.election, values)]
    out = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    csv.writer(out, lineterminator="\n").writerow(names)
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    for record in in_turn(sheet.read(desk, values)):
        writer.writerow(["" if record[name] is None else _cell(record[name]) for name in names])
    out.detach()


def _json(desk: Desk, sheet: Sheet, values: Mapping[str, Any], file: IO[bytes]) -> None:
    names = [column.name for column in sheet.columns(desk.election, values)]
    head = {
        "election": {"id": desk.election.id, "name": desk.election.name, "round": desk.election.round},
        "candidates": desk.candidates,
        "status": _status(values),
        "sheet": sheet.name,
        "at": desk.now.isoformat(),
    }
    out = io.TextIOWrapper(file, encoding="utf-8", newline="")
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [')
    separator = "\n"
    for record in in_turn(sheet.read(desk, values)):
        row = {name: _plain(record[name]) for name in names}
        out.write(separator + json.dumps(row, ensure_ascii=False))
        separator = ",\n"
    out.write("\n]}\n")
    out.detach()


def _xlsx(desk: Desk, sheet: Sheet, values: Mapping[str, Any], file: IO[bytes]) -> None:
    """A workbook with one worksheet; for totals of no level in particular one for each level, and the candidates' names."""
    parts = [(sheet.name, values)]
    if sheet.name == "totals" and "level" not in values:
        parts = [(level.value, {**values, "level": level.value}) for level in Level]
    workbook = xlsxwriter.Workbook(file, OPTIONS)
    bold = workbook.add_format({"bold": True})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})._get_xf_index()
    for name, narrowed in parts:
        columns = sheet.columns(desk.election, narrowed)
        worksheet = workbook.add_worksheet(name, worksheet_class=RowSheet)
        worksheet.freeze_panes(1, 0)
        worksheet.write_row(0, 0, [column.name for column in columns], bold)
        kinds = [_CELLS[column.kind] for column in columns]
        rows = (_local(columns, record, desk.schedule.zone) for record in in_turn(sheet.read(desk, narrowed)))
        worksheet.write_records(kinds, rows, moment)
    if sheet.name == "totals":
        names = workbook.add_worksheet("candidates")
        for line, (field, name) in enumerate(desk.candidates.items()):
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
_WRITERS: Mapping[str, Callable[[Desk, Sheet, Mapping[str, Any], IO[bytes]], None]] = {
    "csv": _csv,
    "json": _json,
    "xlsx": _xlsx,
}

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
        "503": "Somebody else reads a long list: come back in a second",
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
            "candidates": {"type": "object"},
            "status": {"enum": list(Status)},
            "sheet": {"const": sheet.name},
            "at": {"type": "string", "format": "date-time"},
            "rows": {"type": "array", "items": row},
        },
        "required": ["election", "candidates", "status", "sheet", "at", "rows"],
    }


def _nullable(kind: Kind) -> dict[str, Any]:
    schema = {name: value for name, value in _SCHEMAS[kind].items() if name not in ("minimum", "maximum")}
    return {**schema, "type": [schema["type"], "null"]}
