"""The sheets as files (CSV, XLSX, JSON) and as an API with its OpenAPI description."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.wsgi import FileWrapper

from reporting.intranet.access.accounts import PREFIX
from reporting.intranet.dataset_files import status, write_sheet
from reporting.intranet.datasets import SHEETS, Kind, Parameter, Sheet
from reporting.intranet.request_context import Desk, open_desk
from reporting.tabulation.totals import Level, Status

CHUNK = 64 * 1024
FORMATS = ("csv", "xlsx", "json")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MIMETYPES = {"csv": "text/csv", "json": "application/json", "xlsx": XLSX}


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
    file = NamedTemporaryFile(prefix="remontee-")  # noqa: SIM115 -- closed when it has been sent
    try:
        with open_desk() as desk:
            write_sheet(desk, sheet, form, values, Path(file.name))
    except BaseException:
        file.close()
        raise
    response = Response(FileWrapper(file, CHUNK), mimetype=_MIMETYPES[form])
    response.content_length = Path(file.name).stat().st_size
    response.call_on_close(file.close)
    if attachment:
        name = f"{sheet.name}-{status(values)}-{desk.now.astimezone(desk.schedule.zone):%Y%m%d-%H%M%S}.{form}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


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
