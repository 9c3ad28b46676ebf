"""The digital pen on the intranet: a form that takes documents in, and the ink beside the figures read from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, request
from markupsafe import Markup

from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import RequestContext, decider, open_context, services
from reporting.pen.drawing import draw_document, draw_field
from reporting.pen.form_layout import lay_out
from reporting.pen.import_ink import PenDocument, find_document
from reporting.pen.import_run import import_all
from reporting.pen.inkml import MAX_BYTES
from reporting.pen.reading import Reading
from reporting.pen.sources import PenSource

MOST = 50
"""Documents of one form; whole evenings come by the command line."""


def add_ink(pages: Blueprint) -> None:
    """Adds the page that takes documents in."""
    pages.add_url_rule("/pen", "take_ink", take_ink, methods=["GET", "POST"])


def take_ink() -> str:
    """The form, and after it was sent, what became of each document."""
    sent = request.files.getlist("documents") if request.method == "POST" else []
    files = [each for each in sent if each.filename]
    with open_context() as context:
        election, schedule = context.election, context.schedule
    sources = [PenSource(file.filename or "", partial(file.stream.read, MAX_BYTES + 1)) for file in files[:MOST]]
    given = services()
    outcomes = list(
        import_all(
            given.engine,
            election,
            schedule,
            sources,
            clock=given.clock,
            consequences=given.consequences,
            by=decider(),
        )
    )
    with open_context() as context:
        return render(
            "intranet/pen.html", context=context, outcomes=outcomes, left=max(0, len(files) - MOST), most=MOST
        )


@dataclass(frozen=True, slots=True)
class ShownInk:
    """One figure's ink as drawn, and its reading."""

    drawing: Markup
    reading: Reading


def shown(context: RequestContext, bureau_id: int) -> tuple[PenDocument | None, Mapping[str, ShownInk]]:
    """The newest document of a bureau, and each figure's ink. There is no ink where the pen did not write."""
    document = find_document(context.connection, context.election, bureau_id)
    if document is None:
        return None, {}
    places = lay_out(context.election)
    # The drawing has numbers and fixed words only (`drawing`), so it needs no escaping.
    return document, {
        each.field: ShownInk(Markup(draw_field(document.strokes, places[each.field])), each)  # noqa: S704
        for each in document.readings
    }


def whole(context: RequestContext, document: PenDocument) -> Markup:
    """All the ink of a document."""
    return Markup(draw_document(document.strokes, lay_out(context.election).values()))  # noqa: S704
