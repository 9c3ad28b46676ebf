"""Reconciliation on the intranet: the queue, heaviest first, and each bureau with its channels side by side."""

from flask import Blueprint, Response, request, url_for

from flows.ballot import MAX_FIGURE_DIGITS
from flows.digits import read_number
from reporting.anomalies.flag_list import FlagFilter, read_flags
from reporting.intranet.cooperative_rendering import render
from reporting.intranet.datasets import SHEETS, asked_page, case_filter
from reporting.intranet.pen import shown, whole
from reporting.intranet.request_context import BureauRow, Desk, allowed, attempt, decider, open_desk, services
from reporting.intranet.request_limits import shared
from reporting.publication import validation
from reporting.publication.validation import Hall
from reporting.records.history import read_history
from reporting.verification import scans, sign_off
from reporting.verification.comparison import State
from reporting.verification.reconciliation import Choice, Source, decide, open_case
from reporting.verification.reconciliation_list import Order, count_cases, read_cases
from reporting.verification.reconciliation_stages import LIFE, Event, Stage
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


@shared
def queue() -> str:
    """The bureaux whose channels differ, unless others are asked for; those first that could change most in the result."""
    arguments = {"state": State.DIFFERING.value, **request.args.to_dict()}
    values = SHEETS["reconciliation"].values({name: text for name, text in arguments.items() if text})
    page = asked_page(request.args)
    with open_desk() as desk:
        wanted = case_filter(desk, values)
        found = read_cases(
            desk.connection,
            desk.election,
            wanted,
            order=Order.AT_STAKE,
            limit=PER_PAGE + 1,
            offset=(page - 1) * PER_PAGE,
        )
        rows = list(found)
        return render(
            "intranet/reconciliation.html",
            desk=desk,
            values=values,
            rows=rows[:PER_PAGE],
            more=len(rows) > PER_PAGE,
            page=page,
            count=count_cases(desk.connection, desk.election, wanted),
            states=State,
            stages=Stage,
        )


def reconciled(code: str) -> str:
    """A bureau with phone, both entries of the minutes, ink and scan side by side, and the flags and calls beside them."""
    with open_desk() as desk:
        bureau = desk.bureau(code)
        case = open_case(desk.connection, desk.election, bureau.id)
        paper = read_paper(desk.connection, bureau.id)
        insider = allowed("intranet.export_history")
        document, ink = shown(desk, bureau.id)
        return render(
            "intranet/reconciled.html",
            desk=desk,
            bureau=bureau,
            case=case,
            paper=paper,
            entries=read_shown(desk.connection, bureau.id, paper),
            ink=ink,
            document=document,
            whole=whole(desk, document) if document else "",
            scans=scans.read_scans(desk.connection, bureau.id),
            flags=list(read_flags(desk.connection, desk.election, FlagFilter(bureau=code), locale=desk.locale)),
            events=read_history(desk.connection, desk.election, bureau.id, code, desk.locale) if insider else [],
            may=_may(desk, bureau, case.stage),
            sources=Source,
            digits=MAX_FIGURE_DIGITS,
            published=validation.read_validated(desk.connection, bureau.id),
        )


def _may(desk: Desk, bureau: BureauRow, stage: Stage) -> dict[str, bool]:
    """What this account may do about a bureau at this stage."""
    by = decider()
    own = by.department == bureau.department
    acts: dict[str, Event] = {
        "decide": Event.DECIDED,
        "missing": Event.LISTED,
        "validate": Event.SECOND_VALIDATION if stage is Stage.HALF_VALIDATED else Event.FIRST_VALIDATION,
        "refuse": Event.REFUSED,
    }
    able = {name: allowed(f"intranet.case_{name}") and stage in LIFE[event] for name, event in acts.items()}
    able["missing"] = able["missing"] and own
    return {**able, "take_back": allowed("intranet.case_take_back")}


def decide_fields(code: str) -> Response:
    """Decides field by field: each taken from a channel, or read from the scan."""
    with open_desk(write=True) as desk:
        bureau = desk.bureau(code)
        choices = {field: choice for field in desk.election.fields if (choice := _choice(field)) is not None}

        def act() -> None:
            decide(
                desk.connection,
                desk.election,
                bureau.id,
                decider(),
                choices,
                request.form.get("reason", ""),
                version=_version(),
                at=desk.now,
                as_written=request.form.get("as_written") == "yes",
            )

        return attempt(desk, act, "fields-decided", _back(code))


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
    with open_desk(write=True) as desk:
        bureau = desk.bureau(code)
        reason = request.form.get("reason", "")

        def act() -> None:
            sign_off.list_missing(
                desk.connection, desk.election, bureau.id, decider(), reason, version=_version(), at=desk.now
            )

        return attempt(desk, act, "listed-missing", _back(code))


def hall(desk: Desk) -> Hall:
    """Where this election is validated."""
    return Hall(desk.election, desk.schedule, services().signer)


def validate(code: str) -> Response:
    """One member's validation of a bureau."""
    with open_desk(write=True) as desk:
        bureau = desk.bureau(code)

        def act() -> None:
            validation.validate_bureau(
                desk.connection, hall(desk), bureau.id, decider(), version=_version(), at=desk.now
            )

        return attempt(desk, act, "validation-kept", _back(code))


def refuse(code: str) -> Response:
    """One member's refusal to validate a bureau."""
    with open_desk(write=True) as desk:
        bureau = desk.bureau(code)
        reason = request.form.get("reason", "")

        def act() -> None:
            validation.refuse(
                desk.connection, hall(desk), bureau.id, decider(), reason, version=_version(), at=desk.now
            )

        return attempt(desk, act, "validation-refused", _back(code))


def take_back(code: str) -> Response:
    """One member's wish to take a validation back; the second member's does it."""
    with open_desk(write=True) as desk:
        bureau = desk.bureau(code)
        reason = request.form.get("reason", "")

        def act() -> None:
            validation.take_back(
                desk.connection, hall(desk), bureau.id, decider(), reason, version=_version(), at=desk.now
            )

        return attempt(desk, act, "taken-back", _back(code))
