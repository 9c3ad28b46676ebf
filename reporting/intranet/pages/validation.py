"""Sign-off and validation on the intranet: how far the departments are, and one of them, to be signed or validated at once."""

from flask import Blueprint, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from db import audit
from flows.digits import read_number
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import (
    RequestContext,
    allowed,
    attempt,
    decider,
    open_context,
    validation_context,
)
from reporting.intranet.requests.request_limits import cached_briefly
from reporting.publication.validation import at_once, validate_department
from reporting.verification import sign_off
from reporting.verification.progress import read_progress
from reporting.verification.reconciliation_list import CaseFilter, count_cases
from reporting.verification.reconciliation_stages import READY, Stage

SHOWN = 500
"""Bureaux that a department's page lists, of those that can be validated at once."""


def add_validation(pages: Blueprint) -> None:
    """Adds the departments' progress, a department's page, its sign-off and its validation at once."""
    pages.add_url_rule("/validation", "validation", validation)
    pages.add_url_rule("/validation/<code>", "validation_of", validation_of)
    pages.add_url_rule("/validation/<code>/sign", "sign", sign, methods=["POST"])
    pages.add_url_rule("/validation/<code>/validate", "validate_at_once", validate_at_once, methods=["POST"])


@cached_briefly
def validation() -> str:
    """How far each department is."""
    with open_context() as context:
        rows = read_progress(context.connection, context.election, context.reader.department)
        changed = count_cases(
            context.connection, context.election, CaseFilter(department=context.reader.department, changed=True)
        )
        return render("intranet/validation.html", context=context, rows=rows, stages=Stage, changed=changed)


def validation_of(code: str) -> str:
    """A department: what stands in the way of its sign-off, and what can be validated at once."""
    with open_context() as context:
        context.department(code)
        (row,) = read_progress(context.connection, context.election, code)
        member = allowed("intranet.validate_at_once")
        ready = context.connection.execute(at_once(row.id, current_user.id)).all() if member else []
        return render(
            "intranet/validation_of.html",
            context=context,
            row=row,
            stages=Stage,
            unready=sum(count for stage, count in row.stages.items() if stage not in READY),
            signed=sign_off.read_sign_off(context.connection, row.id),
            ready=ready[:SHOWN],
            count=len(ready),
            first=sum(each.stage == Stage.AGREED for each in ready),
            seen=audit.head(context.connection).row,
            chair=allowed("intranet.sign") and decider().department == code,
        )


def sign(code: str) -> Response:
    """The chair's sign-off of their department."""
    with open_context(write=True) as context:
        context.department(code)
        note = request.form.get("reason", "")

        def act() -> None:
            sign_off.sign(context.transaction, context.election, code, decider(), note, at=context.now)

        return attempt(context, act, "department-signed", url_for("intranet.validation_of", code=code))


def validate_at_once(code: str) -> Response:
    """One member's validation of all that is agreed in a department, as the page showed it."""
    with open_context(write=True) as context:
        department_id = _department_id(context, code)
        newest = read_number(request.form.get("seen", "")) or 0

        def act() -> None:
            validate_department(
                context.transaction, validation_context(context), department_id, decider(), seen=newest, at=context.now
            )

        return attempt(context, act, "validation-kept", url_for("intranet.validation_of", code=code))


def _department_id(context: RequestContext, code: str) -> int:
    context.department(code)
    (row,) = read_progress(context.connection, context.election, code)
    return row.id
