"""The datasets as files (CSV, XLSX, JSON) and as an API with its OpenAPI description."""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from flask import Blueprint, Response, jsonify, request
from werkzeug.wsgi import FileWrapper

from reporting.exports.dataset import Dataset, Kind, Parameter
from reporting.exports.dataset_files import order_of, status, write_dataset
from reporting.exports.datasets import DATASETS
from reporting.intranet.access.accounts import PREFIX
from reporting.intranet.requests.request_context import RequestContext, open_context
from reporting.intranet.requests.worker_process import run_in_worker
from reporting.tabulation.totals import Level, Status

CHUNK = 64 * 1024
FORMATS = ("csv", "xlsx", "json")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MIMETYPES = {"csv": "text/csv", "json": "application/json", "xlsx": XLSX}


def add_exports(pages: Blueprint) -> None:
    """Adds each dataset's export, its place in the API, and the API's description."""
    for dataset in DATASETS.values():
        rule = f"/{dataset.name}.<any({','.join(FORMATS)}):form>"
        pages.add_url_rule(rule, f"export_{dataset.name}", _export(dataset))
        pages.add_url_rule(f"/api/{dataset.name}", f"api_{dataset.name}", _api(dataset))
    pages.add_url_rule("/api/openapi.json", "openapi", openapi)


def _export(dataset: Dataset) -> Callable[..., Response]:
    def export(form: str) -> Response:
        return _answer(dataset, form, attachment=True)

    return export


def _api(dataset: Dataset) -> Callable[..., Response]:
    def api() -> Response:
        return _answer(dataset, "json", attachment=False)

    return api


def _answer(dataset: Dataset, form: str, *, attachment: bool) -> Response:
    """The dataset as a file. It is written whole before the first byte is sent, so that a file that breaks off never looks
    complete, and a slow client never holds the database."""
    values = dataset.values(request.args)
    file = NamedTemporaryFile(prefix="remontee-")  # noqa: SIM115 -- closed when it has been sent
    try:
        with open_context() as context:
            run_in_worker(write_dataset, order_of(context, dataset, form, values), Path(file.name))
    except BaseException:
        file.close()
        raise
    response = Response(FileWrapper(file, CHUNK), mimetype=_MIMETYPES[form])
    response.content_length = Path(file.name).stat().st_size
    response.call_on_close(file.close)
    if attachment:
        name = f"{dataset.name}-{status(values)}-{context.now.astimezone(context.schedule.zone):%Y%m%d-%H%M%S}.{form}"
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
    """The API's description (OpenAPI 3.1), made from the datasets themselves."""
    with open_context() as context:
        paths = {f"/{dataset.name}": {"get": _operation(context, dataset)} for dataset in DATASETS.values()}
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


def _operation(context: RequestContext, dataset: Dataset) -> dict[str, Any]:
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
        "operationId": dataset.name,
        "summary": context.wording.text(f"dataset-{dataset.name}"),
        "parameters": [_described(each) for each in (*dataset.parameters, election)],
        "responses": {
            "200": {"description": "The rows", "content": {"application/json": {"schema": _schema(context, dataset)}}},
            **{status: {"description": text, **problem} for status, text in refusals.items()},
        },
    }


def _described(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_SCHEMAS[parameter.kind])
    if parameter.choices:
        schema = {"type": "string", "enum": list(parameter.choices)}
    return {"name": parameter.name, "in": "query", "required": parameter.required, "schema": schema}


def _schema(context: RequestContext, dataset: Dataset) -> dict[str, Any]:
    """The schema of an answer. The columns of totals differ by level, so only those of every level are required."""
    every = [dataset.columns(context.election, {"level": level.value}) for level in Level]
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
            "sheet": {"const": dataset.name},
            "at": {"type": "string", "format": "date-time"},
            "rows": {"type": "array", "items": row},
        },
        "required": ["election", "candidates", "status", "sheet", "at", "rows"],
    }


def _nullable(kind: Kind) -> dict[str, Any]:
    schema = {name: value for name, value in _SCHEMAS[kind].items() if name not in ("minimum", "maximum")}
    return {**schema, "type": [schema["type"], "null"]}
