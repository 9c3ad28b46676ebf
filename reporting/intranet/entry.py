"""An operator keys a tally on a president's word: the same code and PIN, the same arithmetic, the same read-back.

The tally comes by the channel `operator`. It stands beside a phoned one, and never replaces it.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from db import elections, tallies
from db.identification import Attempt, verify
from db.phone_numbers import normalise_caller
from db.schema import Channel, Origin
from db.tallies import NewTally, StoredTally, TallyOvertaken
from flows.arithmetic import Balance, balance
from flows.ballot import MAX_FIGURE_DIGITS, PIN_LENGTH, VOTERS
from reporting.intranet.desk import BureauRow, Desk, asked_election, decider, office, open_desk

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
class Sheet:
    """What the operator typed: the figures that are numbers, and the fields that are not."""

    figures: Mapping[str, int]
    wrong: tuple[str, ...]


def entry() -> str | Response:
    """Checks code and PIN as the line does: the same count of failures, the same lock-out."""
    if request.method == "GET":
        session.pop(VERIFIED, None)
        with open_desk() as desk:
            return render_template("intranet/entry.html", desk=desk, code=request.args.get("code", ""))
    code = "".join(request.form.get("code", "").split())
    pin = request.form.get("pin", "").strip()
    caller = normalise_caller(request.form.get("caller", ""))
    with open_desk(write=False) as desk:
        if len(pin) != PIN_LENGTH or not (pin.isascii() and pin.isdigit()) or not (code.isascii() and code.isdigit()):
            return _ask_again(desk, code, "entry-form")
    with office().engine.connect() as connection:
        election, _ = elections.find(connection, asked_election())
        by = decider()
        attempt = Attempt(election.id, code, pin, caller, by.actor, {"by": by.email})
        verdict = verify(connection, office().seal, attempt, at=office().clock())
        connection.commit()
    if verdict.bureau is None:
        with open_desk() as desk:
            return _ask_again(desk, code, "entry-locked" if verdict.locked_until else "entry-refused")
    session[VERIFIED] = {"code": code, "caller": caller, "at": time.time()}
    return redirect(url_for("intranet.entry_figures"))  # type: ignore[return-value]


def _ask_again(desk: Desk, code: str, key: str) -> str:
    return render_template("intranet/entry.html", desk=desk, code=code, problem=desk.wording.text(key))


def figures() -> str | Response:
    """Takes the figures; reads them back; stores them when they are confirmed."""
    told = session.get(VERIFIED)
    if told is None or time.time() - told["at"] > GOOD_FOR:
        return redirect(url_for("intranet.entry"))  # type: ignore[return-value]
    with open_desk(write=request.method == "POST") as desk:
        bureau = desk.bureau(told["code"])
        origin = Origin.LIVE if desk.schedule.polls_closed(desk.now) else Origin.REHEARSAL
        phoned = tallies.find_newest(desk.connection, bureau.id, origin, Channel.PHONE)
        earlier = tallies.find_newest(desk.connection, bureau.id, origin, Channel.OPERATOR)
        if request.method == "GET":
            return _form(desk, bureau, origin, phoned, earlier, Sheet({}, ()))
        sheet = _typed(desk)
        if earlier is not None and _just_stored(earlier, sheet):
            return redirect(url_for("intranet.entry_receipt", receipt=earlier.receipt))  # type: ignore[return-value]
        complete = not sheet.wrong and sheet.figures.keys() == set(desk.election.fields)
        confirmed = request.form.get("step") == "confirm"
        if not complete or not confirmed or request.form.get("follows") != str(earlier.version if earlier else 0):
            sums = balance(desk.election, sheet.figures) if complete else None
            back = complete and request.form.get("step") != "change"
            return _form(desk, bureau, origin, phoned, earlier, sheet, sums=sums, read_back=back)
        new = NewTally(
            election_id=desk.election.id,
            bureau_id=bureau.id,
            channel=Channel.OPERATOR,
            origin=origin,
            figures=sheet.figures,
            replaces=earlier.version if earlier else 0,
            call_id=None,
            caller=told["caller"],
            actor=decider().actor,
            user_id=current_user.id,
        )
        try:
            stored = _store(desk, new)
        except TallyOvertaken:
            flash(desk.wording.text("entry-overtaken"))
            return redirect(url_for("intranet.entry_figures"))  # type: ignore[return-value]
        session.pop(VERIFIED, None)
        return redirect(url_for("intranet.entry_receipt", receipt=stored.receipt))  # type: ignore[return-value]


def _just_stored(earlier: StoredTally, sheet: Sheet) -> bool:
    """True if this very form was confirmed before: somebody pressed twice, and wants the receipt."""
    again = request.form.get("step") == "confirm" and request.form.get("follows") == str(earlier.version - 1)
    return again and dict(earlier.figures) == dict(sheet.figures)


def _store(desk: Desk, new: NewTally) -> StoredTally:
    """Stores what was confirmed, unless the register was loaded anew meanwhile (409)."""
    if elections.hold_revision(desk.connection, desk.election.id) != desk.election.revision:
        abort(409)
    stored = tallies.store(desk.connection, new, at=desk.now, consequences=office().consequences)
    desk.connection.commit()
    return stored


def _typed(desk: Desk) -> Sheet:
    read: dict[str, int] = {}
    wrong = []
    for field in desk.election.fields:
        text = "".join(request.form.get(field, "").split())
        if text.isascii() and text.isdigit() and len(text) <= MAX_FIGURE_DIGITS:
            read[field] = int(text)
        else:
            wrong.append(field)
    return Sheet(read, tuple(wrong))


def _form(
    desk: Desk,
    bureau: BureauRow,
    origin: Origin,
    phoned: StoredTally | None,
    earlier: StoredTally | None,
    sheet: Sheet,
    *,
    sums: Balance | None = None,
    read_back: bool = False,
) -> str:
    over = bureau.electorate is not None and sheet.figures.get(VOTERS, 0) > bureau.electorate
    return render_template(
        "intranet/entry_figures.html",
        desk=desk,
        bureau=bureau,
        rehearsal=origin is Origin.REHEARSAL,
        phoned=phoned,
        earlier=earlier,
        sheet=sheet,
        sums=sums,
        over=over,
        read_back=read_back,
        typed={field: request.form.get(field, "") for field in desk.election.fields},
        digits=MAX_FIGURE_DIGITS,
    )


def receipt(receipt: str) -> str:
    """The receipt, to be read to the president."""
    with open_desk() as desk:
        return render_template("intranet/entry_receipt.html", desk=desk, receipt=receipt)
