"""Answers an address that was answered before without routing it through Flask again.

Thousands of readers ask for the same few addresses. While the editions stay the same, each address means the same view. Flask
looks the view up once; from then on an answer costs less than an empty page of Flask's.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from reporting.public_site.page_cache import PageCache, View
from reporting.publication.editions import Edition

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]
ADDRESSES = 1_000
"""How many addresses are known. When there would be more, all are forgotten."""


class RouteCache:
    """Stands before the application `behind`, which answers every address that is not known."""

    def __init__(self, page_cache: PageCache, behind: WSGI) -> None:
        self._page_cache = page_cache
        self._behind = behind
        self._known: tuple[Mapping[int, Edition], dict[tuple[str, str], View]] = ({}, {})

    def remember(self, environ: Mapping[str, Any], view: View) -> None:
        """Notes that this request's address meant this view."""
        editions, views = self._known
        if editions is not self._page_cache.editions() or len(views) >= ADDRESSES:
            self._known = editions, views = self._page_cache.editions(), {}
        views[_address(environ)] = view

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answers a request."""
        view = self._find(environ) if environ["REQUEST_METHOD"] in ("GET", "HEAD") else None
        if view is None:
            return self._behind(environ, start_response)
        try:
            status, headers, body = self._page_cache.take(view).respond(environ)
        except (SQLAlchemyError, KeyError):  # the database is gone, or the election: the application behind says so
            return self._behind(environ, start_response)
        start_response(status, headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def _find(self, environ: Mapping[str, Any]) -> View | None:
        editions, views = self._known
        view = views.get(_address(environ))
        try:
            return view if view and editions is self._page_cache.editions() else None
        except SQLAlchemyError:
            return None


def _address(environ: Mapping[str, Any]) -> tuple[str, str]:
    return environ["PATH_INFO"], environ.get("QUERY_STRING", "")
