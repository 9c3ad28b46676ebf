"""The addresses of the public page.

They are a Flask application of their own, so that nothing of the intranet applies to them: no session, no cookie, no log-in, no
hook that asks the database for an account. They read through `PublicDatabase`.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, request
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from db.public import PublicDatabase
from flows.catalogue import LOCALES
from flows.digits import read_number
from reporting.map.drawing import outlines_svg
from reporting.public_site import data, html
from reporting.public_site.documents import SECURITY, Document
from reporting.public_site.html import HERE, ROOT, Wording
from reporting.public_site.page_cache import PageCache, PageSource, View
from reporting.public_site.route_cache import WSGI, RouteCache
from reporting.publication.editions import Edition
from reporting.tabulation.totals import Level

MAX_AGE = 60
"""Seconds for which a cache may hand out a page without asking again."""
ASSET_AGE = 86_400


class Refused(Exception):
    """There is nothing to show for this address: `key` says why in the catalogues."""

    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status = status
        self.key = key


def serve_results(
    behind: WSGI, engine: Engine, clock: Callable[[], datetime], ticks: Callable[[], float] = time.monotonic
) -> WSGI:
    """The application `behind`, with the page of results beside it."""
    public = results_app(engine, clock, ticks).wsgi_app

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        ours = environ["PATH_INFO"].startswith(ROOT)
        return public(environ, start) if ours else behind(environ, start)

    return answer


def results_app(engine: Engine, clock: Callable[[], datetime], ticks: Callable[[], float] = time.monotonic) -> Flask:
    """The page of results. `ticks` is the clock by which `PageCache` counts seconds."""
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    pages = Pages(PublicDatabase(engine), clock, ticks)
    for path, view in (
        ("", pages.national),
        ("/departement/<code>", pages.department),
        (".json", pages.snapshot),
        (".csv", pages.table),
        ("/publications.json", pages.chain),
        ("/resultats.css", pages.style),
        ("/departements.svg", pages.outlines),
    ):
        app.add_url_rule(f"{ROOT}{path}", view.__name__, view)
    app.register_error_handler(Refused, lambda refused: pages.refuse(refused.status, refused.key))
    app.register_error_handler(SQLAlchemyError, lambda _error: pages.come_back())
    app.register_error_handler(HTTPException, pages.refuse_http)
    pages.route_cache = RouteCache(pages.page_cache, app.wsgi_app)
    app.wsgi_app = pages.route_cache  # type: ignore[method-assign]  # Flask's documented way to put something before it
    return app


class Pages:
    """What stands at each address."""

    route_cache: RouteCache

    def __init__(self, database: PublicDatabase, clock: Callable[[], datetime], ticks: Callable[[], float]) -> None:
        renderers = {
            "national": self._render_national,
            "department": self._render_department,
            "snapshot": self._render_snapshot,
            "table": self._render_table,
            "chain": self._render_chain,
        }
        self.page_cache = PageCache(database, clock, renderers, ticks)
        self._style = Document.make((HERE / "static" / "resultats.css").read_bytes(), "text/css", ASSET_AGE)
        self._outlines = Document.make(outlines_svg().encode(), "image/svg+xml", ASSET_AGE)
        self._style_address = f"{ROOT}/resultats.css?v={self._style.plain.tag}"

    def national(self) -> Response:
        """The whole election."""
        edition = self._edition()
        return self._take(View(edition.election.id, "national", _locale(edition)))

    def department(self, code: str) -> Response:
        """One department, and its bureaux."""
        edition = self._edition()
        if code not in edition.register:
            raise Refused(404, "error-no-department")
        return self._take(View(edition.election.id, "department", _locale(edition), code))

    def snapshot(self) -> Response:
        """All figures and all that proves them."""
        return self._take(View(self._edition().election.id, "snapshot"))

    def table(self) -> Response:
        """The totals as a table, by department unless another level is asked for."""
        level = request.args.get("level", Level.DEPARTMENT.value)
        if level not in tuple(Level):
            raise Refused(400, "error-bad-level")
        return self._take(View(self._edition().election.id, "table", detail=level))

    def chain(self) -> Response:
        """The publications, one by one."""
        before = request.args.get("before", "")
        number = read_number(before)
        if before and number is None:
            raise Refused(400, "error-bad-number")
        edition = self._edition()
        page = "" if number is None or number > (edition.number or 0) else str(number)
        return self._take(View(edition.election.id, "chain", detail=page))

    def style(self) -> Response:
        """The style sheet."""
        return _answer(self._style)

    def outlines(self) -> Response:
        """The outlines of the departments."""
        return _answer(self._outlines)

    def refuse(self, status: int, key: str) -> Response:
        """Says in words why there is no page."""
        edition = next(iter(self.page_cache.editions().values()), None)
        wording = Wording(_locale(edition), edition.schedule.zone if edition else UTC)
        body = html.write_refusal(wording, self._style_address, wording.text(key))
        headers = {**SECURITY, "Cache-Control": f"public, max-age={MAX_AGE}"}
        return Response(body, status, headers, mimetype="text/html")

    def refuse_http(self, error: HTTPException) -> Response:
        """Says in words why Flask refused the address."""
        status = error.code or 500
        if status >= 500:
            return self.come_back()
        key = f"error-{status}" if status in (404, 405) else "error-other"
        response = self.refuse(status, key)
        response.headers.extend({name: value for name, value in error.get_headers() if name == "Allow"})
        return response

    def come_back(self) -> Response:
        """The database does not answer. A page that cannot be checked is not shown."""
        wording = Wording(_locale(None), UTC)
        body = html.write_refusal(wording, self._style_address, wording.text("error-503"))
        headers = {**SECURITY, "Cache-Control": "no-store", "Retry-After": "60"}
        return Response(body, 503, headers, mimetype="text/html")

    def _edition(self) -> Edition:
        """The edition of the election that the address names, or of the one that closes last."""
        editions = self.page_cache.editions()
        asked = request.args.get("election", "")
        wanted = read_number(asked) if asked else next(iter(editions), None)
        if wanted is None or wanted not in editions:
            raise Refused(404, "error-no-election")
        return editions[wanted]

    def _take(self, view: View) -> Response:
        """The view; one that renews itself every minute if its reader asks for that: no page changes while it is being read."""
        response = _answer(self.page_cache.take(view))
        if request.args.get("live"):
            response.headers["Refresh"] = str(MAX_AGE)
        else:
            self.route_cache.remember(request.environ, view)
        return response

    def _render_national(self, source: PageSource, view: View) -> Document:
        return _document(source, html.write_national(source, view.locale, self._style_address), "text/html")

    def _render_department(self, source: PageSource, view: View) -> Document:
        body = html.write_department(source, view.detail, view.locale, self._style_address)
        return _document(source, body, "text/html")

    def _render_snapshot(self, source: PageSource, _view: View) -> Document:
        return _document(source, data.write_snapshot(source.results), "application/json", _name(source, "json"))

    def _render_table(self, source: PageSource, view: View) -> Document:
        body = data.write_table(source.results, Level(view.detail))
        return _document(source, body, "text/csv", _name(source, "csv", view.detail))

    def _render_chain(self, source: PageSource, view: View) -> Document:
        before = int(view.detail) if view.detail else None
        return _document(source, data.write_chain(source, before), "application/json")


def _answer(document: Document) -> Response:
    status, headers, body = document.respond(request.environ)
    return Response(body, status, headers)


def _document(source: PageSource, body: bytes, media_type: str, name: str = "") -> Document:
    publication = source.results.publication
    edition = f"{source.edition.election.id}-{source.edition.number or 0}"
    return Document.make(body, media_type, MAX_AGE, edition, publication.at if publication else None, name)


def _name(source: PageSource, ending: str, *parts: str) -> str:
    """A file's name that says which election and publication it is of: resultats-1-12-department.csv."""
    numbers = str(source.edition.election.id), str(source.edition.number or 0)
    return "-".join(("resultats", *numbers, *parts)) + f".{ending}"


def _locale(edition: Edition | None) -> str:
    """The language that the address names, or the election's."""
    asked = request.args.get("lang")
    if asked in LOCALES:
        return asked
    return edition.election.locale if edition else LOCALES[0]
