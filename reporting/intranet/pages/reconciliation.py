"""Reconciliation on the intranet: the queue, heaviest first, and each bureau with its channels side by side."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

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
from reporting.verification.comparison import ComparisonState
from reporting.verification.reconciliation import Choice, FigureSource, decide, open_case
from reporting.verification.reconciliation_list import CaseOrder, count_cases, read_cases
from reporting.verification.reconciliation_stages import TRANSITIONS, Event, Stage
from reporting.verification.statement_entries import read_shown, read_statement

PER_PAGE = 50


def add_reconciliation(pages: Blueprint) -> None:
    """Adds the queue, the page of a bureau, and what may be decided there."""
    pages.add_url_rule("/reconciliation", "reconciliation", queue)
    pages.add_url_rule("/reconciliation/<code>", "reconciled", reconciled)
    for act in ACTS:
        pages.add_url_rule(f"/reconciliation/<code>/{act.path}", act.endpoint, _view(act), methods=["POST"])


@cached_briefly
def queue() -> str:
    """The bureaux whose channels differ, unless others are asked for; those first that could change most in the result."""
    arguments = {"state": ComparisonState.DIFFERING.value, **request.args.to_dict()}
    values = DATASETS["reconciliation"].values({name: text for name, text in arguments.items() if text})
    page = asked_page(request.args)
    with open_context() as context:
        wanted = case_filter(context, values)
        found = read_cases(
            context.connection,
            context.election,
            wanted,
            order=CaseOrder.AT_STAKE,
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
            states=ComparisonState,
            stages=Stage,
        )


def reconciled(code: str) -> str:
    """A bureau with phone, both entries of its statement, ink and scan side by side, with its flags and calls."""
    with open_context() as context:
        bureau = context.bureau(code)
        case = open_case(context.connection, context.election, bureau.id)
        statement = read_statement(context.connection, bureau.id)
        insider = allowed("intranet.export_history")
        document, ink = shown(context, bureau.id)
        return render(
            "intranet/reconciled.html",
            context=context,
            bureau=bureau,
            case=case,
            statement=statement,
            entries=read_shown(context.connection, bureau.id, statement),
            ink=ink,
            document=document,
            whole=whole(context, document) if document else "",
            scans=scans.read_scans(context.connection, bureau.id),
            flags=list(
                read_flags(context.connection, context.election, FlagFilter(bureau=code), locale=context.locale)
            ),
            events=read_history(context.connection, context.election, bureau.id, code, context.locale, context.now)
            if insider
            else [],
            may=_may(bureau, case.stage),
            sources=FigureSource,
            digits=MAX_FIGURE_DIGITS,
            published=validation.read_validated(context.connection, bureau.id),
        )


@dataclass(frozen=True, slots=True)
class Act:
    """What an account may do about a bureau on its page, with the form that its page has for it.

    `said` is what is said when it is done. At the bureau's stage one of the `events` must be possible; none asked: any stage
    will do. With `own` it is for the bureau's own department only.
    """

    path: str
    said: str
    do: Callable[[RequestContext, BureauRow], object]
    events: tuple[Event, ...] = ()
    own: bool = False

    @property
    def name(self) -> str:
        """As the template asks for it."""
        return self.path.replace("-", "_")

    @property
    def endpoint(self) -> str:
        """As the table of rights has it."""
        return f"case_{self.name}"

    def possible(self, bureau: BureauRow, stage: Stage) -> bool:
        """True if this account may do it to a bureau at this stage."""
        if self.own and decider().department != bureau.department:
            return False
        at_stage = not self.events or any(stage in TRANSITIONS[event] for event in self.events)
        return at_stage and allowed(f"intranet.{self.endpoint}")


def _may(bureau: BureauRow, stage: Stage) -> dict[str, bool]:
    """What this account may do about a bureau at this stage."""
    return {act.name: act.possible(bureau, stage) for act in ACTS}


def _view(act: Act) -> Callable[[str], Response]:
    """The view that does it, and leads back to the bureau's page."""

    def view(code: str) -> Response:
        with open_context(write=True) as context:
            bureau = context.bureau(code)
            back = url_for("intranet.reconciled", code=code)
            return attempt(context, lambda: act.do(context, bureau), act.said, back)

    return view


def _decide_fields(context: RequestContext, bureau: BureauRow) -> None:
    """Each field is taken from a channel, or read from the scan."""
    decide(
        context.transaction,
        context.election,
        bureau.id,
        decider(),
        {field: choice for field in context.election.fields if (choice := _choice(field)) is not None},
        _reason(),
        version=_version(),
        at=context.now,
        as_written=request.form.get("as_written") == "yes",
    )


def _choice(field: str) -> Choice | None:
    """What the form says about a field; a figure that is none stays undecided."""
    source = request.form.get(f"source-{field}", "")
    if source not in set(FigureSource):
        return None
    text = "".join(request.form.get(f"count-{field}", "").split())
    count = read_number(text, at_most=MAX_FIGURE_DIGITS)
    return Choice(FigureSource(source), count if source == FigureSource.SCAN else None)


def _version() -> int:
    """The version that the form's page showed; -1, which there is not, where it says none."""
    version = read_number(request.form.get("version", ""))
    return -1 if version is None else version


def _reason() -> str:
    return request.form.get("reason", "")


def _list_missing(context: RequestContext, bureau: BureauRow) -> None:
    sign_off.list_missing(
        context.transaction, context.election, bureau.id, decider(), _reason(), version=_version(), at=context.now
    )


def _validate(context: RequestContext, bureau: BureauRow) -> None:
    where = validation_context(context)
    validation.validate_bureau(context.transaction, where, bureau.id, decider(), version=_version(), at=context.now)


def _refuse(context: RequestContext, bureau: BureauRow) -> None:
    where = validation_context(context)
    validation.refuse(context.transaction, where, bureau.id, decider(), _reason(), version=_version(), at=context.now)


def _take_back(context: RequestContext, bureau: BureauRow) -> None:
    where = validation_context(context)
    validation.take_back(
        context.transaction, where, bureau.id, decider(), _reason(), version=_version(), at=context.now
    )


ACTS = (
    Act("decide", "fields-decided", _decide_fields, (Event.DECIDED,)),
    Act("missing", "listed-missing", _list_missing, (Event.LISTED,), own=True),
    Act("validate", "validation-kept", _validate, (Event.FIRST_VALIDATION, Event.SECOND_VALIDATION)),
    Act("refuse", "validation-refused", _refuse, (Event.REFUSED,)),
    Act("take-back", "taken-back", _take_back),
)
"""What is validated can be taken back at every stage: `validation.take_back` looks whether the bureau is validated."""
