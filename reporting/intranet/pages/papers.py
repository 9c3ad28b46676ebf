"""The recensement to print and sign: a department's, or the nation's."""

from io import BytesIO

from flask import Blueprint, Response, request

from reporting.intranet.requests.request_context import open_context, services
from reporting.papers.certified import print_certified


def add_papers(pages: Blueprint) -> None:
    """Adds the paper."""
    pages.add_url_rule("/recensement.pdf", "recensement", recensement)


def recensement() -> Response:
    """The recensement of the requested department, or of the nation. A commission prints its own department's."""
    paper = BytesIO()
    with open_context() as context, services().public.snapshot() as public:
        code = context.within(request.args.get("department"))
        print_certified(context.connection, public, context.election, context.schedule, context.now, code, paper)
    return Response(paper.getvalue(), mimetype="application/pdf")
