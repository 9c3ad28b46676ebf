"""Answers an address that was answered before without asking Flask again what it means.

The thousands who come ask for the same few addresses. What one of them means stays the same while the editions do: it is
looked up once, and from then on an answer costs less than a page of Flask's that says nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from reporting.public_site.page_cache import PageCache, View
from reporting.publication.editions import Edition

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]
ADDRESSES = 1_000
"""How many are known; whoever asks for more makes it begin again."""


class RouteCache:
    """Stands before `behind`, which answers whatever is not known."""

    def __init__(self, page_cache: PageCache, behind: WSGI) -> None:
        self._page_cache = page_cache
        self._behind = behind
        self._known: tuple[Mapping[int, Edition], dict[tuple[str, str], View]] = ({}, {})

    def remember(self, environ: Mapping[str, Any], view: View) -> None:
        """This request's address meant this view."""
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
        except (SQLAlchemyError, KeyError):  # the database is gone, or the election: who is behind finds the words
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
