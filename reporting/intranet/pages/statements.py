"""Statements of the count, entered by keyboard alone, twice, each clerk blind to the other; and the third look."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, abort, flash, redirect, request, send_file, url_for
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from db.decisions import NotTheirs
from db.refusals import Refusal
from db.schema import bureau as bureau_table
from db.schema import department
from db.schema import scan as scan_table
from db.transactions import begin_write
from flows.ballot import MAX_FIGURE_DIGITS
from flows.digits import read_number
from reporting.exports.read_context import BureauRow
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import (
    RequestContext,
    allowed,
    asked_page,
    attempt,
    decider,
    open_context,
    refusal_in_words,
    services,
)
from reporting.verification import scans
from reporting.verification.statement_entries import FIRST, DoesNotAddUp, Statement, enter, look, read_statement
from reporting.verification.statement_list import StatementFilter, StatementState, count_statements, read_statements

PER_PAGE = 100
UPLOADS = frozenset({"intranet.keep_scan", "intranet.take_ink"})
"""The endpoints that take files."""


def add_statements(pages: Blueprint) -> None:
    """Adds the list of statements, the form of a bureau's statement, the third look, and the scans."""
    pages.add_url_rule("/minutes", "minutes", statements)
    pages.add_url_rule("/minutes/<code>", "pv", pv, methods=["GET", "POST"])
    pages.add_url_rule("/minutes/<code>/look", "third_look", third_look, methods=["GET", "POST"])
    pages.add_url_rule("/minutes/<code>/scan", "keep_scan", keep_scan, methods=["POST"])
    pages.add_url_rule("/scans/<int(max=2147483647):scan_id>/<int(max=99):page>", "scan", scan)


def statements() -> str | Response:
    """The statements of the clerk's department, by state. A code or a name that only one bureau has opens its form."""
    search = " ".join(request.args.get("search", "").split())
    state = request.args.get("state", "")
    page = asked_page(request.args)
    with open_context() as context:
        wanted = StatementFilter(
            department=context.within(request.args.get("department")),
            state=StatementState(state) if state in set(StatementState) else None,
            search=search,
        )
        rows = read_statements(
            context.connection, context.election, wanted, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE
        )
        if search and len(rows) == 1 and allowed("intranet.pv"):
            return redirect(url_for("intranet.pv", code=rows[0].code))
        return render(
            "intranet/statements.html",
            context=context,
            rows=rows[:PER_PAGE],
            more=len(rows) > PER_PAGE,
            page=page,
            search=search,
            state=state,
            states=StatementState,
            counts=count_statements(context.connection, context.election, wanted.department),
        )


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: the figures that are numbers, the fields that are not, and the texts as they stand."""

    figures: Mapping[str, int]
    wrong: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def complete(self) -> bool:
        """True if every field is a number."""
        return not self.wrong


def read_typed(context: RequestContext) -> Typed:
    """The figures in the form."""
    texts = {field: "".join(request.form.get(field, "").split()) for field in context.election.fields}
    counts = {each: read_number(text, at_most=MAX_FIGURE_DIGITS) for each, text in texts.items()}
    figures = {each: count for each, count in counts.items() if count is not None}
    return Typed(figures, tuple(each for each in texts if each not in figures), texts)


def pv(code: str) -> str | Response:
    """The form of a bureau's statement. It is empty for the second clerk, too. A refused entry comes back with the reason."""
    with open_context(write=request.method == "POST") as context:
        bureau = context.bureau(code)
        if request.method == "GET":
            return _form(context, bureau, Typed({}, (), {}))
        typed = read_typed(context)
        if not typed.complete:
            return _form(context, bureau, typed, context.wording.text("entry-wrong", digits=MAX_FIGURE_DIGITS))
        try:
            statement = enter(
                context.transaction,
                context.election,
                context.schedule,
                bureau.id,
                decider(),
                typed.figures,
                at=context.now,
                entry=FIRST if request.form.get("mine") == "again" else None,
                as_written=request.form.get("as_written") == "yes",
                again=request.form.get("anew") == "yes",
                consequences=services().consequences,
            )
        except NotTheirs:
            abort(403)
        except Refusal as refusal:
            context.transaction.roll_back()
            return _form(context, bureau, typed, refusal_in_words(context, refusal), isinstance(refusal, DoesNotAddUp))
        context.once_committed.append(partial(flash, _said(context, bureau, statement)))
        return redirect(url_for("intranet.minutes"))


def _said(context: RequestContext, bureau: BureauRow, statement: Statement) -> str:
    """What has become of the entry."""
    key = "pv-differs" if statement.second else "pv-first-kept" if statement.first else "pv-agreed"
    return context.wording.text(key, bureau=f"{context.wording.code(bureau.code)}, {bureau.commune}, {bureau.name}")


def _form(context: RequestContext, bureau: BureauRow, typed: Typed, problem: str = "", unbalanced: bool = False) -> str:
    statement = read_statement(context.connection, bureau.id)
    return render(
        "intranet/pv.html",
        context=context,
        bureau=bureau,
        statement=statement,
        typed=typed,
        problem=problem,
        unbalanced=unbalanced,
        own=statement.first is not None and statement.first.user_id == current_user.id,
        anew=request.values.get("anew") == "yes",
        again=request.values.get("mine") == "again",
        scans=scans.read_scans(context.connection, bureau.id),
        digits=MAX_FIGURE_DIGITS,
    )


def third_look(code: str) -> str | Response:
    """Both entries side by side where they differ, and what the paper says."""
    with open_context(write=request.method == "POST") as context:
        bureau = context.bureau(code)
        statement = read_statement(context.connection, bureau.id)
        if request.method == "POST":
            return _look(context, bureau)
        if statement.first is None or statement.second is None:
            flash(context.wording.text("nothing-differs"))
            return redirect(url_for("intranet.reconciled", code=code))
        return render(
            "intranet/third_look.html",
            context=context,
            bureau=bureau,
            statement=statement,
            digits=MAX_FIGURE_DIGITS,
            scans=scans.read_scans(context.connection, bureau.id),
        )


def _look(context: RequestContext, bureau: BureauRow) -> Response:
    typed = read_typed(context)
    here = url_for("intranet.third_look", code=bureau.code)
    if not typed.complete:
        flash(context.wording.text("entry-wrong", digits=MAX_FIGURE_DIGITS))
        return redirect(here)

    def act() -> None:
        look(
            context.transaction,
            context.election,
            bureau.id,
            decider(),
            typed.figures,
            request.form.get("reason", ""),
            at=context.now,
            as_written=request.form.get("as_written") == "yes",
            consequences=services().consequences,
        )

    return attempt(context, act, "third-look-taken", here)


def keep_scan(code: str) -> Response:
    """Keeps a scan of the statement. It is drawn again before the transaction begins, for drawing takes a second."""
    back = redirect(url_for("intranet.pv", code=code))
    sent = request.files.get("scan")
    with open_context() as context:
        bureau, wording = context.bureau(code), context.wording
    try:
        drawn = scans.draw(sent.stream.read(scans.MAX_BYTES + 1) if sent else b"")
    except scans.BadScan as refusal:
        flash(wording.text(refusal.key))
        return back
    digest = scans.keep_pages(services().scans_folder, drawn.pages)
    with begin_write(services().engine) as transaction:
        try:
            scans.keep(transaction, digest, bureau.id, decider(), drawn, at=services().clock())
        except NotTheirs:
            abort(403)
    flash(wording.text("scan-kept", count=len(drawn.pages)))
    return back


def scan(scan_id: int, page: int) -> Response:
    """A page of a scan."""
    with open_context() as context:
        query = (
            select(scan_table.c.digest, scan_table.c.pages, department.c.code)
            .select_from(scan_table.join(bureau_table).join(department))
            .where(scan_table.c.id == scan_id)
        )
        row = context.connection.execute(query).one_or_none()
        if row is None or not 0 < page <= row.pages:
            abort(404)
        if not context.reader.may_see(row.code):
            abort(403)
        path = scans.page_path(services().scans_folder, row.digest, page)
    if not path.exists():
        abort(404)
    return send_file(path, mimetype="image/jpeg")
