"""Limits the requests that the intranet takes at once: the line answers in the same process, and goes first.

One request may wait for a place. Others would take a thread to wait, so they are asked to come back in a second.
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import current_user

from reporting.intranet.access.accounts import LIVE_HEADER, PREFIX
from reporting.intranet.requests.read_routing import wrote_lately

PAGES_AT_ONCE = 4
LONG_AT_ONCE = 1
"""Exports and the chain's check: a worker does one at a time."""
MOMENT = 1.0
"""Seconds that one may wait for a place."""
PATIENCE = 120.0
"""Seconds after which a place is given away, so that a client that reads a file slowly holds up no other."""
KEPT_FOR = 0.35
"""Seconds for which the answer to one screen is given to others, counted from when its figures began to be read. So many
screens cost as much as one."""
STALE = 0.6
"""Seconds for which that answer is given at most, while it is being rendered again."""
RETRY = 1
SLOW = frozenset({"intranet.keep_scan", "intranet.take_ink", "intranet.recensement"})
"""Requests that take seconds, and are done when they are answered: uploaded files, drawn papers."""
FREE = frozenset({"intranet.static", "intranet.outlines", "bootstrap.static"})


class TooBusy(Exception):
    """All places are taken: come back in a second."""


class PageLimit:
    """A number of places, each taken until it is given back, or `PATIENCE` has passed. One request may wait for a place."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._taken: dict[object, float] = {}
        self._waits = False
        self._freed = threading.Condition()

    def enter(self) -> object:
        """Takes a place. Raises `TooBusy`."""
        ticket = object()
        with self._freed:
            if not self._free() and not self._wait():
                raise TooBusy
            self._taken[ticket] = time.monotonic()
        return ticket

    def leave(self, ticket: object) -> None:
        """Gives a place back; may be done twice."""
        with self._freed:
            self._taken.pop(ticket, None)
            self._freed.notify()

    def _free(self) -> bool:
        now = time.monotonic()
        self._taken = {each: since for each, since in self._taken.items() if now - since < PATIENCE}
        return len(self._taken) < self._places

    def _wait(self) -> bool:
        """Waits for a place, unless another request does already. Returns whether there is one now."""
        if self._waits:
            return False
        self._waits = True
        try:
            return self._freed.wait_for(self._free, MOMENT)
        finally:
            self._waits = False


def add_request_limits(app: Flask) -> None:
    """Puts the limits before the intranet. Must be the first of its `before_request` functions."""
    pages, long = PageLimit(PAGES_AT_ONCE), PageLimit(LONG_AT_ONCE)

    @app.before_request
    def enter() -> None:
        if not request.path.startswith(PREFIX) or request.endpoint in FREE:
            return
        limit = long if is_long() else pages
        g.place = limit, limit.enter()

    @app.after_request
    def leave_when_sent(response: Response) -> Response:
        place = g.pop("place", None)
        if place is None:
            return response
        limit, ticket = place
        if limit is pages or request.endpoint in SLOW:
            limit.leave(ticket)
        else:
            response.call_on_close(lambda: limit.leave(ticket))
        return response


def is_long() -> bool:
    """True for a request that takes seconds, not milliseconds."""
    endpoint = request.endpoint or ""
    if endpoint in SLOW or endpoint.startswith(("intranet.export_", "intranet.api_")):
        return True
    return endpoint == "intranet.audit" and "check" in request.args


def cached_briefly(view: Callable[..., str]) -> Callable[..., str]:
    """A page that refreshes itself on many screens. For a moment, readers with the same rights get the same answer; while one
    request renders the page again, the others get the last one."""
    told: dict[tuple[object, ...], tuple[float, str]] = {}
    rendering: set[tuple[object, ...]] = set()
    lock = threading.Lock()

    @wraps(view)
    def answer(**arguments: Any) -> str:
        if LIVE_HEADER not in request.headers:
            return view(**arguments)
        bound = (current_user.role, current_user.department, current_user.candidate)
        key = (request.full_path, session.get("locale"), wrote_lately(), *bound)
        asked = time.monotonic()
        with lock:
            since, text = told.get(key, (0.0, ""))
            age = asked - since
            if text and (age < KEPT_FOR or (age < STALE and key in rendering)):
                return text
            rendering.add(key)
        try:
            text = view(**arguments)
        finally:
            with lock:
                rendering.discard(key)
        with lock:
            for each in [each for each, (since, _) in told.items() if asked - since > STALE]:
                del told[each]
            told[key] = asked, text
        return text

    return answer
