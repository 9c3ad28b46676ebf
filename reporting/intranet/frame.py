"""The intranet's frame: one blueprint, its headers against scripts from elsewhere, its language, its refusals."""

from datetime import UTC
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_bootstrap import Bootstrap5
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from concurrency import NoTurn
from db.backends.replica import ReplicaLost
from db.elections import NoElection
from db.elections import find as find_election
from db.users import Post, Role
from flows.catalogue import LOCALES
from reporting.exports.dataset import BadParameter
from reporting.exports.read_context import OutOfReach, UnknownPlace
from reporting.exports.xlsx_file import TooLargeForWorkbook
from reporting.intranet.access import accounts
from reporting.intranet.access.accounts import LIVE_HEADER, PREFIX, Forbidden, Stranger, wants_data
from reporting.intranet.pages.audit import add_audit
from reporting.intranet.pages.bureau import add_bureau
from reporting.intranet.pages.calls import add_calls
from reporting.intranet.pages.entry import add_entry
from reporting.intranet.pages.evening import add_evening
from reporting.intranet.pages.exports import add_exports
from reporting.intranet.pages.flags import add_flags
from reporting.intranet.pages.inspection import add_inspection
from reporting.intranet.pages.lines import add_lines
from reporting.intranet.pages.missing import add_missing
from reporting.intranet.pages.papers import add_papers
from reporting.intranet.pages.pen import add_ink
from reporting.intranet.pages.reconciliation import add_reconciliation
from reporting.intranet.pages.statements import UPLOADS, add_statements
from reporting.intranet.pages.validation import add_validation
from reporting.intranet.requests.read_routing import note_writing
from reporting.intranet.requests.request_context import (
    EXTENSION,
    IntranetServices,
    allowed,
    asked_election,
    chosen_locale,
    list_elections,
    services,
)
from reporting.intranet.requests.request_limits import RETRY, add_request_limits
from reporting.intranet.requests.worker_process import WorkerLost
from reporting.intranet.wording import Wording
from reporting.verification.scans import MAX_BYTES

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HOME = {
    Role.OPERATOR: "intranet.entry",
    Role.CDRV: "intranet.department",
}
"""The first page of a role. Clerks begin with the statements, all other roles with the evening."""
MENU = (
    ("evening", "intranet.evening"),
    ("missing", "intranet.missing"),
    ("calls", "intranet.calls"),
    ("flags", "intranet.flags"),
    ("entry", "intranet.entry"),
    ("minutes", "intranet.minutes"),
    ("pen", "intranet.take_ink"),
    ("reconciliation", "intranet.reconciliation"),
    ("validation", "intranet.validation"),
    ("inspection", "intranet.inspection"),
    ("lines", "intranet.lines"),
    ("audit", "intranet.audit"),
)


ADDITIONS = (
    add_evening,
    add_bureau,
    add_missing,
    add_calls,
    add_flags,
    add_entry,
    add_statements,
    add_reconciliation,
    add_validation,
    add_inspection,
    add_ink,
    add_papers,
    add_lines,
    add_audit,
    add_exports,
)
FORM_BYTES = 64 * 1024
"""Bytes that a form may have beside its file."""
AFTER_A_LOSS = 10
"""Seconds to wait after a lost worker process: the same request may kill the next one, too."""


def add_intranet(app: Flask, given: IntranetServices, public_url: str) -> None:
    """Puts the intranet into the application. The blueprints that are there already are exempt from its CSRF guard."""
    app.extensions[EXTENSION] = given
    app.config.update(BOOTSTRAP_SERVE_LOCAL=True)
    others = list(app.blueprints.values())
    add_request_limits(app)
    app.before_request(_take_files)
    csrf = accounts.install(app, given.engine, given.clock, public_url)
    for blueprint in others:
        csrf.exempt(blueprint)
    Bootstrap5(app)
    app.register_blueprint(_pages())
    app.before_request(_refuse_nul)
    app.context_processor(_words)
    app.after_request(_harden)
    if given.replica is not None:
        note_writing(app)
    app.register_error_handler(Forbidden, lambda _error: _refuse(403, "forbidden"))
    app.register_error_handler(TooLargeForWorkbook, lambda _error: _refuse(413, TooLargeForWorkbook.key))
    app.register_error_handler(NoTurn, lambda _full: _come_back("full"))
    app.register_error_handler(WorkerLost, lambda _lost: _come_back("work-lost", AFTER_A_LOSS))
    app.register_error_handler(ReplicaLost, lambda _lost: _come_back("copy-lost"))
    app.register_error_handler(OutOfReach, lambda _error: _refuse(403, "error-403"))
    app.register_error_handler(UnknownPlace, lambda _error: _refuse(404, "error-404"))
    app.register_error_handler(Stranger, lambda _error: _refuse(401, "error-401"))
    app.register_error_handler(CSRFError, lambda _error: _refuse(400, "stale-form"))
    app.register_error_handler(
        BadParameter, lambda error: _refuse(400, "bad-parameter", name=error.name, value=error.value)
    )
    app.register_error_handler(HTTPException, _refuse_http)


def _pages() -> Blueprint:
    pages = Blueprint(
        "intranet",
        __name__,
        url_prefix=PREFIX,
        template_folder="templates",
        static_folder=str(Path(__file__).parent / "static"),
        static_url_path="/static",
    )
    pages.add_url_rule("/", "home", _home)
    pages.add_url_rule("/language/<any(fr,en):locale>", "language", _language)
    pages.add_url_rule("/account", "account", _account)
    pages.add_url_rule("/account/token", "new_token", _new_token, methods=["POST"])
    for add in ADDITIONS:
        add(pages)
    pages.app_url_defaults(_same_election)
    return pages


def _take_files() -> None:
    """Lets forms with a file be longer than others. Must run before anything reads the form."""
    if request.endpoint in UPLOADS:
        request.max_content_length = MAX_BYTES + FORM_BYTES


def _refuse_nul() -> None:
    """Refuses a text with a NUL. None of ours has one, and PostgreSQL would raise a server error."""
    if not request.path.startswith(PREFIX):
        return
    texts = [request.path, *request.args.keys(), *request.args.values()]
    if request.method == "POST":
        texts += request.form.values()
    if any("\0" in text for text in texts):
        raise BadParameter("NUL")


def _same_election(endpoint: str, values: dict[str, Any]) -> None:
    """Keeps links on the election that the address names."""
    args = request.args
    # `in` comes first: getting an absent key costs Werkzeug an exception, for each of a page's two hundred links.
    if "election" in args and args["election"] and endpoint.startswith("intranet.") and endpoint != "intranet.static":
        values.setdefault("election", args["election"])


def _home() -> WerkzeugResponse:
    if accounts.post(current_user) is Post.CLERK:
        return redirect(url_for("intranet.minutes"))
    endpoint = HOME.get(Role(current_user.role), "intranet.evening")
    values = {"code": current_user.department} if endpoint == "intranet.department" else {}
    return redirect(url_for(endpoint, **values))


def _language(locale: str) -> WerkzeugResponse:
    session["locale"] = locale
    return redirect(_inside(request.args.get("next")))


def _inside(address: str | None) -> str:
    """An address of the intranet to go back to, never one of another site."""
    inside = address and address.startswith(f"{PREFIX}/") and "//" not in address and "\\" not in address
    return address if inside and address else f"{PREFIX}/"


def _account() -> str:
    return render_template("intranet/account.html", token=None)


def _new_token() -> Response:
    """Shows the new token once. It is stored nowhere."""
    token = accounts.new_token(current_user._get_current_object(), services().engine, services().clock)
    response = Response(render_template("intranet/account.html", token=token))
    response.headers["Cache-Control"] = "no-store"
    return response


def _words() -> dict[str, Any]:
    """The values and functions that every template may use."""
    wording, election, elections = _election_words()
    return {
        "w": wording,
        "t": wording.text,
        "locale": wording.locale,
        "locales": LOCALES,
        "election": election,
        "elections": elections,
        "menu": [each for each in MENU if current_user.is_authenticated and allowed(each[1])],
        "allowed": allowed,
        "signed_in": current_user.is_authenticated,
        "here": request.full_path.rstrip("?"),
        "now": services().clock(),
        "fragment": LIVE_HEADER in request.headers,
        "own": current_user.department if current_user.is_authenticated else None,
        "copy": _copy_words(wording) if current_user.is_authenticated else "",
    }


def _copy_words(wording: Wording) -> str:
    """How late the copy of the database is, and whether this page was read from it; "" if there is no copy."""
    replica = services().replica
    if replica is None:
        return ""
    lag = replica.lag()
    if lag.seconds is None:
        return wording.text("copy-silent")
    late = wording.text("copy-behind", seconds=int(lag.seconds))
    if not lag.bearable:
        return f"{late} {wording.text('copy-too-late')}"
    return f"{late} {wording.text('copy-read')}" if "context" in g and g.context.from_copy else late


def _election_words() -> tuple[Wording, Any, list[tuple[int, str, int]]]:
    if "context" in g:
        return g.context.wording, g.context.election, list_elections(g.context.connection)
    with services().engine.connect() as connection:
        try:
            election, schedule = find_election(connection, asked_election())
        except NoElection:
            return Wording(chosen_locale("fr"), UTC), None, []
        return Wording(chosen_locale(election.locale), schedule.zone), election, list_elections(connection)


def _harden(response: Response) -> Response:
    """Sets the headers that allow nothing from elsewhere, nothing inline, and no cache."""
    if not request.path.startswith(PREFIX):
        return response
    response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint not in ("intranet.static", "bootstrap.static"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _refuse_http(error: HTTPException) -> Response | HTTPException:
    """Says in the intranet's words what is wrong with a request to it. Other errors are answered as Flask does."""
    if not request.path.startswith(PREFIX) or error.code is None or error.code < 400:
        return error
    return _refuse(error.code, f"error-{error.code}")


def _refuse(status: int, key: str, **values: str) -> Response:
    wording, _, _ = _election_words()
    sentence = wording.text(key if wording.known(key) else "error-other", **values)
    if wants_data():
        return _with_status(jsonify(error=sentence), status)
    page = render_template("intranet/refusal.html", sentence=sentence, status=status)
    return _with_status(Response(page), status)


def _come_back(why: str, seconds: int = RETRY) -> Response:
    """Asks the client to come back in so many seconds; a browser does so by itself. A program is told without reading the
    database for words."""
    response = _with_status(jsonify(error=why), 503) if wants_data() else _refuse(503, why)
    response.headers["Retry-After"] = response.headers["Refresh"] = str(seconds)
    return response


def _with_status(response: Response, status: int) -> Response:
    response.status_code = status
    return response
