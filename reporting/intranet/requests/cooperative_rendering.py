"""Renders pages so that the line goes first. The line answers in the same process, where one thread at a time has the
interpreter.

A waiting thread gets the interpreter only after Python's switch interval, and a webhook waits for it after each statement. So
between two pieces of a page, the rendering thread looks whether a caller is being answered, and pauses if so. Work that takes
seconds is done by another process (`run_in_worker`).
"""

import time
from collections.abc import Callable
from typing import Any

from flask import current_app, request

from reporting.intranet.requests.request_context import services

PIECES = 50
"""The pieces that Jinja renders between two looks. They take some tenths of a millisecond."""
MOMENT = 0.001
PATIENCE = 0.05
"""Seconds that a page pauses in all. If the line is never idle, readers wait, but not for ever."""
READING = frozenset({"GET", "HEAD"})
"""Only these pages pause. Other requests may hold a lock that a caller waits for."""


def render(template: str, **context: Any) -> str:
    """The page that `template` makes of `context`, as Flask's `render_template` returns it."""
    current_app.update_template_context(context)
    aside, busy, page = PATIENCE if request.method in READING else 0.0, services().line_is_busy, []
    for number, piece in enumerate(current_app.jinja_env.get_template(template).generate(context)):
        page.append(piece)
        if number % PIECES == 0:
            aside = _step_aside(busy, aside)
    return "".join(page)


def _step_aside(busy: Callable[[], bool], patience: float) -> float:
    """Waits while the line is busy, for so many seconds at most; returns how many are left."""
    since = time.monotonic()
    until = since + patience
    while (now := time.monotonic()) < until and busy():
        time.sleep(MOMENT)
    return patience - (now - since)
