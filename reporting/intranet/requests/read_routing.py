"""Which pages must be read from the primary, if there is a copy of the database.

The rule: **a page that is only watched may come from the copy. A page on which decisions are taken, and what the reader has
just written, come from the primary.** Watched are the pages of `WATCHED`, the exports and the API. A reader who has sent a form
reads the primary for some seconds more than a copy may be late (`replica.BOUND`), and so finds what they have done. The
account, and the end of its session, are always read from the primary.
"""

from flask import Flask, Response, request, session

from db.backends.replica import BOUND
from reporting.intranet.access.accounts import PREFIX, now

WATCHED = frozenset(
    {
        "intranet.evening",
        "intranet.department",
        "intranet.missing",
        "intranet.calls",
        "intranet.flags",
        "intranet.openapi",
    }
)
DATA = ("intranet.export_", "intranet.api_")
AFTER_WRITING = BOUND + 5.0
"""Seconds. The hosts' clocks may differ by a few."""
WROTE = "wrote"


def needs_primary() -> bool:
    """True if this request must be answered by the primary."""
    endpoint = request.endpoint or ""
    watched = endpoint in WATCHED or endpoint.startswith(DATA)
    return not watched or request.method not in ("GET", "HEAD") or wrote_lately()


def wrote_lately() -> bool:
    """True if the reader sent a form a moment ago."""
    wrote: float = session.get(WROTE, 0)
    return abs(now() - wrote) < AFTER_WRITING


def note_writing(app: Flask) -> None:
    """Notes every form that is sent in its sender's session, for any host that takes the next request."""

    @app.after_request
    def note(response: Response) -> Response:
        if request.method == "POST" and request.path.startswith(PREFIX):
            session[WROTE] = now()
        return response
