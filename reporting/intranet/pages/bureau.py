"""One bureau's history on one page: its figures by version and channel, its flags, its calls, and what was decided."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from db import decisions, lockout
from db.lockout import Scope
from reporting.anomalies.flag_list import FlagFilter, read_flags
from reporting.exports.read_context import UnknownPlace
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import allowed, decide, open_context
from reporting.records.history import read_history, read_versions


def add_bureau(pages: Blueprint) -> None:
    """Adds the page of a bureau, the way to it by its code, and what a supervisor may do to its PIN."""
    pages.add_url_rule("/bureau", "find_bureau", find_bureau)
    pages.add_url_rule("/bureau/<code>", "bureau", bureau)
    pages.add_url_rule("/bureau/<code>/lock", "lock_pin", lock_pin, methods=["POST"])
    pages.add_url_rule("/bureau/<code>/unlock", "unlock_pin", unlock_pin, methods=["POST"])


def find_bureau() -> Response:
    """Goes to the bureau whose code was typed, with or without spaces."""
    code = "".join(request.args.get("code", "").split())
    with open_context() as context:
        try:
            context.bureau(code)
        except UnknownPlace:
            flash(context.wording.text("no-such-bureau", code=code))
            return redirect(url_for("intranet.home"))
    return redirect(url_for("intranet.bureau", code=code))


def bureau(code: str) -> str:
    """The bureau's page. Readers who may not see calls see only figures and versions."""
    with open_context() as context:
        row = context.bureau(code)
        versions = read_versions(context.connection, row.id)
        insider = allowed("intranet.missing")
        figures = allowed("intranet.department")
        return render(
            "intranet/bureau.html",
            context=context,
            bureau=row,
            insider=insider,
            figures=figures,
            versions=versions,
            stands=next((each for each in versions if each.stands), None),
            flags=list(
                read_flags(context.connection, context.election, FlagFilter(bureau=code), locale=context.locale)
            ),
            events=read_history(context.connection, context.election, row.id, code, context.locale, context.now)
            if insider
            else [],
            locked=lockout.locked_until(context.connection, context.election.id, Scope.BUREAU, code, context.now),
            for_good=lockout.FOR_GOOD,
            wrong_pins=lockout.count_wrong(context.connection, context.election.id, code),
        )


def lock_pin(code: str) -> Response:
    """Locks the bureau's PIN until somebody unlocks it."""
    with open_context(write=True) as context:
        address = url_for("intranet.bureau", code=code)
        return decide(context, decisions.lock_pin, context.bureau(code).id, "pin-locked", address)


def unlock_pin(code: str) -> Response:
    """Lifts the lock of the bureau's PIN."""
    with open_context(write=True) as context:
        address = url_for("intranet.bureau", code=code)
        return decide(context, decisions.unlock_pin, context.bureau(code).id, "pin-unlocked", address)
