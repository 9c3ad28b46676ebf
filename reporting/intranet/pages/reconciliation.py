"""Reconciliation on the intranet: the queue, heaviest first, and each bureau with its channels side by side."""

from flask import Blueprint, Response, request, url_for

from flows.ballot import MAX_FIGURE_DIGITS
from flows.digits import read_number
from reporting.anomalies.flag_list import FlagFilter, read_flags
from reporting.exports.datasets import DATASETS, case_filter
from reporting.exports.read_context import BureauRow
from reporting.intranet.pages.pen import shown, whole
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import (
    RequestContext,
    allowed,
    asked_page,
    attempt,
    decider,
    open_context,
    validation_context,
)
from reporting.intranet.requests.request_limits import cached_briefly
from reporting.publication import validation
from reporting.records.history import read_history
from reporting.verification import scans, sign_off
from reporting.verification.comparison import State
from reporting.verification.reconciliation import Choice, Source, decide, open_case
from reporting.verification.reconciliation_list import Order, count_cases, read_cases
from reporting.verification.reconciliation_stages import TRANSITIONS, Event, Stage
from reporting.verification.statement_entries import read_paper, read_shown

PER_PAGE = 50


def add_cases(pages: Blueprint) -> None:
    """Adds the queue, the page of a bureau, and what may be decided there."""
    pages.add_url_rule("/reconciliation", "reconciliation", queue)
    pages.add_url_rule("/reconciliation/<code>", "reconciled", reconciled)
    for name, view in (
        ("decide", decide_fields),
        ("missing", list_missing),
        ("validate", validate),
        ("refuse", refuse),
        ("take-back", take_back),
    ):
        endpoint = f"case_{name.replace('-', '_')}"
        pages.add_url_rule(f"/reconciliation/<code>/{name}", endpoint, view, methods=["POST"])


@cached_briefly
def queue() -> str:
    """The bureaux whose channels differ, unless others are asked for; those first that could change most in the result."""
    arguments = {"state": State.DIFFERING.value, **request.args.to_dict()}
    values = DATASETS["reconciliation"].values({name: text for name, text in arguments.items() if text})
    page = asked_page(request.args)
    with open_context() as context:
        wanted = case_filter(context, values)
        found = read_cases(
            context.connection,
            context.election,
            wanted,
            order=Order.AT_STAKE,
            limit=PER_PAGE + 1,
            offset=(page - 1) * PER_PAGE,
        )
        rows = list(found)
        return render(
            "intranet/reconciliation.html",
            context=context,
            values=values,
            rows=rows[:PER_PAGE],
            more=len(rows) > PER_PAGE,
            page=page,
            count=count_cases(context.connection, context.election, wanted),
            states=State,
            stages=Stage,
        )


def reconciled(code: str) -> str:
    """A bureau with phone, both entries of the minutes, ink and scan side by side, and the flags and calls beside them."""
    with open_context() as context:
        bureau = context.bureau(code)
        case = open_case(context.connection, context.election, bureau.id)
        paper = read_paper(context.connection, bureau.id)
        insider = allowed("intranet.export_history")
        document, ink = shown(context, bureau.id)
        return render(
            "intranet/reconciled.html",
            context=context,
            bureau=bureau,
            case=case,
            paper=paper,
            entries=read_shown(context.connection, bureau.id, paper),
            ink=ink,
            document=document,
            whole=whole(context, document) if document else "",
            scans=scans.read_scans(context.connection, bureau.id),
            flags=list(
                read_flags(context.connection, context.election, FlagFilter(bureau=code), locale=context.locale)
            ),
            events=read_history(context.connection, context.election, bureau.id, code, context.locale)
            if insider
            else [],
            may=_may(context, bureau, case.stage),
            sources=Source,
            digits=MAX_FIGURE_DIGITS,
            published=validation.read_validated(context.connection, bureau.id),
        )


def _may(context: RequestContext, bureau: BureauRow, stage: Stage) -> dict[str, bool]:
    """What this account may do about a bureau at this stage."""
    by = decider()
    own = by.department == bureau.department
    acts: dict[str, Event] = {
        "decide": Event.DECIDED,
        "missing": Event.LISTED,
        "validate": Event.SECOND_VALIDATION if stage is Stage.HALF_VALIDATED else Event.FIRST_VALIDATION,
        "refuse": Event.REFUSED,
    }
    able = {name: allowed(f"intranet.case_{name}") and stage in TRANSITIONS[event] for name, event in acts.items()}
    able["missing"] = able["missing"] and own
    return {**able, "take_back": allowed("intranet.case_take_back")}


def decide_fields(code: str) -> Response:
    """Decides field by field: each taken from a channel, or read from the scan."""
    with open_context(write=True) as context:
        bureau = context.bureau(code)
        choices = {field: choice for field in context.election.fields if (choice := _choice(field)) is not None}

        def act() -> None:
            decide(
                context.connection,
                context.election,
                bureau.id,
                decider(),
                choices,
                request.form.get("reason", ""),
                version=_version(),
                at=context.now,
                as_written=request.form.get("as_written") == "yes",
            )

        return attempt(context, act, "fields-decided", _back(code))


def _choice(field: str) -> Choice | None:
    """What the form says about a field; a figure that is none stays undecided."""
    source = request.form.get(f"source-{field}", "")
    if source not in set(Source):
        return None
    text = "".join(request.form.get(f"count-{field}", "").split())
    count = read_number(text, at_most=MAX_FIGURE_DIGITS)
    return Choice(Source(source), count if source == Source.SCAN else None)


def _version() -> int:
    """The version that the form's page showed; -1, which there is not, where it says none."""
    version = read_number(request.form.get("version", ""))
    return -1 if version is None else version


def _back(code: str) -> str:
    return url_for("intranet.reconciled", code=code)


def list_missing(code: str) -> Response:
    """Lists a bureau as missing."""
    with open_context(write=True) as context:
        bureau = context.bureau(code)
        reason = request.form.get("reason", "")

        def act() -> None:
            sign_off.list_missing(
                context.connection, context.election, bureau.id, decider(), reason, version=_version(), at=context.now
            )

        return attempt(context, act, "listed-missing", _back(code))


def validate(code: str) -> Response:
    """One member's validation of a bureau."""
    with open_context(write=True) as context:
        bureau = context.bureau(code)

        def act() -> None:
            validation.validate_bureau(
                context.connection,
                validation_context(context),
                bureau.id,
                decider(),
                version=_version(),
                at=context.now,
            )

        return attempt(context, act, "validation-kept", _back(code))


def refuse(code: str) -> Response:
    """One member's refusal to validate a bureau."""
    with open_context(write=True) as context:
        bureau = context.bureau(code)
        reason = request.form.get("reason", "")

        def act() -> None:
            validation.refuse(
                context.connection,
                validation_context(context),
                bureau.id,
                decider(),
                reason,
                version=_version(),
                at=context.now,
            )

        return attempt(context, act, "validation-refused", _back(code))


def take_back(code: str) -> Response:
    """One member's wish to take a validation back; the second member's does it."""
    with open_context(write=True) as context:
        bureau = context.bureau(code)
        reason = request.form.get("reason", "")

        def act() -> None:
            validation.take_back(
                context.connection,
                validation_context(context),
                bureau.id,
                decider(),
                reason,
                version=_version(),
                at=context.now,
            )

        return attempt(context, act, "taken-back", _back(code))
