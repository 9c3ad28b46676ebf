"""An operator keys a tally on a president's word: the same code and PIN, the same arithmetic, the same read-back.

The tally comes by the channel `operator`. It stands beside a phoned one, and never replaces it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, session, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from db import identification, lockout, tallies
from db.identification import Attempt
from db.lockout import Scope
from db.phone_numbers import is_number, normalise_caller
from db.schema import Channel, Origin, tally
from db.schema import bureau as bureau_table
from db.tallies import NewTally, RegisterChanged, StoredTally, TallyOvertaken
from db.transactions import begin_write
from flows.arithmetic import Balance, balance
from flows.ballot import MAX_FIGURE_DIGITS, PIN_LENGTH, VOTERS
from flows.digits import is_digits, read_number
from reporting.exports.read_context import BureauRow
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import RequestContext, decider, open_context, services
from reporting.records.history import read_versions

VERIFIED = "entry"
"""Where the session keeps which bureau's code and PIN were right, and when."""
GOOD_FOR = 15 * 60
"""Seconds for which they stay so."""


def add_entry(pages: Blueprint) -> None:
    """Adds the operator's three steps: who, figures with their read-back, receipt."""
    pages.add_url_rule("/entry", "entry", entry, methods=["GET", "POST"])
    pages.add_url_rule("/entry/figures", "entry_figures", figures, methods=["GET", "POST"])
    pages.add_url_rule("/entry/receipt/<receipt>", "entry_receipt", receipt)


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What the operator typed: the figures that are numbers, and the fields that are not."""

    figures: Mapping[str, int]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyedBureau:
    """The bureau that is keyed for, and what has come from it by either channel."""

    bureau: BureauRow
    origin: Origin
    phoned: StoredTally | None
    earlier: StoredTally | None

    @property
    def follows(self) -> int:
        """The operators' version that this one is to follow; 0: it is the first."""
        return self.earlier.version if self.earlier else 0


def entry() -> str | Response:
    """Checks code and PIN as the line does: the same count of failures, the same lock-out."""
    if request.method == "GET":
        session.pop(VERIFIED, None)
        with open_context() as context:
            return _ask(context, request.args.get("code", ""))
    code, pin = (_digits(request.form.get(name, "")) for name in ("code", "pin"))
    typed = request.form.get("caller", "").strip()
    caller = normalise_caller(typed)
    with open_context() as context:
        election, origin = context.election, _origin(context)
        if len(pin) != PIN_LENGTH or not is_digits(pin) or not is_digits(code):
            return _ask(context, code, "entry-form")
        if typed and not is_number(caller):
            return _ask(context, code, "entry-number")
    verdict = _verify(Attempt(election.id, code, pin, caller, decider().actor, {"by": decider().email}))
    if verdict.bureau is None:
        with open_context() as context:
            return _ask(context, code, *_refusal(context, verdict.locked_until))
    session[VERIFIED] = {
        "code": code,
        "caller": caller,
        "at": services().clock().timestamp(),
        "by": current_user.id,
        "election": [election.id, election.revision, origin.value],
    }
    return redirect(url_for("intranet.entry_figures"))


def _verify(attempt: Attempt) -> identification.Verdict:
    """Checks code and PIN, and counts the attempt."""
    engine, at = services().engine, services().clock()
    with engine.connect() as connection:
        checked = identification.check(connection, services().seal, attempt)
    with begin_write(engine) as transaction:
        verdict = identification.count(transaction, checked, at=at)
        identification.record_lock(transaction, checked, verdict, at=at)
    return verdict


def _digits(text: str) -> str:
    """What was typed, its spaces left out."""
    return "".join(text.split())


def _origin(context: RequestContext) -> Origin:
    return Origin.LIVE if context.schedule.polls_closed(context.now) else Origin.REHEARSAL


def _refusal(context: RequestContext, until: datetime | None) -> tuple[str, dict[str, str]]:
    if until is None:
        return "entry-refused", {}
    if until >= lockout.FOR_GOOD:
        return "entry-barred", {}
    return "entry-locked", {"time": context.wording.clock(until)}


def _ask(context: RequestContext, code: str, key: str = "", values: Mapping[str, str] | None = None) -> str:
    problem = context.wording.text(key, **(values or {})) if key else ""
    return render("intranet/entry.html", context=context, code=code, problem=problem)


def figures() -> str | Response:
    """Takes the figures; reads them back; stores them when they are confirmed."""
    told = session.get(VERIFIED)
    if told is None:
        return _start_over()
    with open_context(write=request.method == "POST") as context:
        origin = _origin(context)
        if not _still_good(context, told, origin):
            return _start_over(context)
        bureau = context.bureau(told["code"])
        page = KeyedBureau(
            bureau,
            origin,
            phoned=tallies.find_newest(context.connection, bureau.id, origin, Channel.PHONE),
            earlier=tallies.find_newest(context.connection, bureau.id, origin, Channel.OPERATOR),
        )
        if request.method == "GET":
            return _form(context, page, EntryForm({}, ()))
        return _take(context, page, told)


def _take(context: RequestContext, page: KeyedBureau, told: Mapping[str, Any]) -> str | Response:
    """Reads back what was typed, or stores what was confirmed."""
    if request.form.get("bureau") != page.bureau.code:
        return _start_over(context, "entry-other-bureau")
    form = _typed(context)
    if page.earlier is not None and _just_stored(page.earlier, form):
        return redirect(url_for("intranet.entry_receipt", receipt=page.earlier.receipt))
    if page.earlier is not None and page.earlier.at.timestamp() >= told["at"]:
        return _start_over(context, "entry-used")
    if (
        lockout.locked_until(context.connection, context.election.id, Scope.BUREAU, page.bureau.code, context.now)
        is not None
    ):
        return _start_over(context, "entry-barred")
    complete = not form.wrong and form.figures.keys() == set(context.election.fields)
    confirmed = request.form.get("step") == "confirm" and request.form.get("follows") == str(page.follows)
    if not complete or not confirmed:
        sums = balance(context.election, form.figures) if complete else None
        return _form(context, page, form, sums=sums, read_back=complete and request.form.get("step") != "change")
    try:
        stored = tallies.store(
            context.transaction, _new(context, page, form, told), at=context.now, consequences=services().consequences
        )
    except TallyOvertaken:
        return _start_over(context, "entry-used")
    except RegisterChanged:
        return _start_over(context)
    context.once_committed.append(partial(session.pop, VERIFIED, None))
    return redirect(url_for("intranet.entry_receipt", receipt=stored.receipt))


def _new(context: RequestContext, page: KeyedBureau, form: EntryForm, told: Mapping[str, Any]) -> NewTally:
    return NewTally(
        election_id=context.election.id,
        bureau_id=page.bureau.id,
        channel=Channel.OPERATOR,
        origin=page.origin,
        figures=form.figures,
        replaces=page.follows,
        caller=told["caller"],
        actor=decider().actor,
        user_id=current_user.id,
        revision=context.election.revision,
    )


def _still_good(context: RequestContext, told: Mapping[str, Any], origin: Origin) -> bool:
    """True if what was verified is what is asked now: by the same account, a short while ago, in the same election and
    register, on the same side of the closing of the polls."""
    now = [context.election.id, context.election.revision, origin.value]
    fresh = context.now.timestamp() - told["at"] <= GOOD_FOR
    return bool(fresh and told["by"] == current_user.id and told["election"] == now)


def _start_over(context: RequestContext | None = None, key: str = "entry-again") -> Response:
    """Asks for code and PIN once more, and says why."""
    session.pop(VERIFIED, None)
    if context is not None:
        flash(context.wording.text(key))
    return redirect(url_for("intranet.entry"))


def _just_stored(earlier: StoredTally, form: EntryForm) -> bool:
    """True if this very form was confirmed before: the operator pressed twice, and wants the receipt."""
    again = request.form.get("step") == "confirm" and request.form.get("follows") == str(earlier.version - 1)
    return again and dict(earlier.figures) == dict(form.figures)


def _typed(context: RequestContext) -> EntryForm:
    read: dict[str, int] = {}
    wrong = []
    for field in context.election.fields:
        text = "".join(request.form.get(field, "").split())
        count = read_number(text, at_most=MAX_FIGURE_DIGITS)
        if count is None:
            wrong.append(field)
        else:
            read[field] = count
    return EntryForm(read, tuple(wrong))


def _form(
    context: RequestContext, page: KeyedBureau, form: EntryForm, *, sums: Balance | None = None, read_back: bool = False
) -> str:
    electorate = page.bureau.electorate
    return render(
        "intranet/entry_figures.html",
        context=context,
        bureau=page.bureau,
        rehearsal=page.origin is Origin.REHEARSAL,
        phoned=page.phoned,
        earlier=page.earlier,
        form=form,
        sums=sums,
        over=electorate is not None and form.figures.get(VOTERS, 0) > electorate,
        read_back=read_back,
        typed={field: request.form.get(field, "") for field in context.election.fields},
        digits=MAX_FIGURE_DIGITS,
    )


def receipt(receipt: str) -> str:
    """The receipt, to be read to the president, with the bureau and the figures that it stands for."""
    with open_context() as context:
        query = select(tally.c.id, bureau_table.c.code).join(bureau_table, bureau_table.c.id == tally.c.bureau_id)
        mine = (tally.c.election_id == context.election.id, tally.c.user_id == current_user.id)
        row = context.connection.execute(query.where(tally.c.receipt == receipt, *mine)).one_or_none()
        if row is None:
            abort(404)
        bureau = context.bureau(row.code)
        versions = [each for origin in Origin for each in read_versions(context.connection, bureau.id, origin)]
        stored = next(each for each in versions if each.id == row.id)
        return render("intranet/entry_receipt.html", context=context, bureau=bureau, stored=stored)
