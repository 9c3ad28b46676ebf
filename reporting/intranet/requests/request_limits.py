"""Limits the requests that the intranet takes at once: the line answers in the same process, and goes first.

One request may wait for its turn. Others would take a thread to wait, so they are asked to come back in a second.
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, Response, g, request, session
from flask_login import current_user

from concurrency import ConcurrencyLimit
from reporting.intranet.access.accounts import LIVE_HEADER, PREFIX
from reporting.intranet.requests.read_routing import wrote_lately

PAGES_AT_ONCE = 4
LONG_AT_ONCE = 1
"""Exports and the chain's check: a worker does one at a time."""
WAITING = 1
"""Requests that may wait for a turn."""
STALLED_SECONDS = 1.0
"""If no request has ended for so long, none waits."""
HELD_SECONDS = 120.0
"""Seconds after which a turn is given away, so that a client that reads a file slowly holds up no other."""
KEPT_FOR = 0.35
"""Seconds for which the answer to one screen is given to others, counted from when its figures began to be read. So many
screens cost as much as one."""
STALE = 0.6
"""Seconds for which that answer is given at most, while it is being rendered again."""
RETRY = 1
SLOW = frozenset({"intranet.keep_scan", "intranet.take_ink", "intranet.recensement"})
"""Requests that take seconds, and are done when they are answered: uploaded files, drawn papers."""
FREE = frozenset({"intranet.static", "intranet.outlines", "bootstrap.static"})


def add_request_limits(app: Flask) -> None:
    """Puts the limits before the intranet. Must be the first of its `before_request` functions."""
    pages, long = _limit(PAGES_AT_ONCE), _limit(LONG_AT_ONCE)

    @app.before_request
    def enter() -> None:
        if not request.path.startswith(PREFIX) or request.endpoint in FREE:
            return
        limit = long if is_long() else pages
        g.turn = limit, limit.take()

    @app.after_request
    def leave_when_sent(response: Response) -> Response:
        taken = g.pop("turn", None)
        if taken is None:
            return response
        limit, turn = taken
        if limit is pages or request.endpoint in SLOW:
            limit.give_back(turn)
        else:
            response.call_on_close(lambda: limit.give_back(turn))
        return response


def _limit(at_once: int) -> ConcurrencyLimit:
    return ConcurrencyLimit(at_once, STALLED_SECONDS, waiting=WAITING, held=HELD_SECONDS)


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
