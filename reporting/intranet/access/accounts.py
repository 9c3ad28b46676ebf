"""Logging in: Flask-Security over accounts of our own, with a second factor, limits, and an end after idle time.

Accounts are made on the command line (`users add`), with their second factor. The pages for setting one up are closed.
"""

import base64
import secrets
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import current_user, user_logged_out
from flask_security import (
    MailUtil,
    RoleMixin,
    Security,
    SQLAlchemySessionUserDatastore,
    UserMixin,
    password_changed,
    user_authenticated,
)
from flask_security.forms import LoginForm
from flask_security.totp import Totp
from flask_security.utils import logout_user
from flask_wtf import CSRFProtect
from passlib.exc import UsedTokenError
from passlib.totp import TotpMatch
from sqlalchemy import Engine, insert, or_, select, update
from sqlalchemy.orm import registry, scoped_session, sessionmaker
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from db import audit
from db.schema import ended_session
from db.schema import user as user_table
from db.transactions import begin_write
from db.users import Post, Role, normalise_email
from reporting.intranet.access.login_limits import limit_log_ins
from reporting.intranet.access.rights import OPEN, Reader, reader

PREFIX = "/intranet"
ISSUER = "Remontée"
IDLE = timedelta(minutes=30)
IDLE_READ_ONLY = timedelta(hours=12)
"""A screen that can change nothing may stay on through the evening."""
LONGEST_SESSION = timedelta(hours=16)
"""After so long every session ends."""
READ_ONLY = frozenset({Role.CANDIDATE})
TOKEN_LIFE = timedelta(hours=24)
LIVE_HEADER = "X-Live"
"""A page that refreshes itself sends this header. Such a request does not keep a session alive."""

TOKEN_HEADER = "Authentication-Token"  # noqa: S105 -- the name of a header
CLOCK = "remontee-clock"
"""Where the application keeps the clock that it was given."""
SESSION = "session"
"""Where the session keeps its own name. The table of ended sessions has that name."""
NOTED_EVERY = 60
"""Seconds: how often the time of the last request is noted in the session."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

_tables = registry()
PASSWORD_COST = {"time_cost": 3, "memory_cost": 65_536, "parallelism": 4}
"""Of argon2id, above OWASP's minimum; `memory_cost` in KiB."""


class AccountRole(RoleMixin):
    """A role, in the form that Flask-Security expects."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.permissions: list[str] = []


class User(UserMixin):
    """An account."""

    id: int
    email: str
    role: str
    post: str | None
    department: str | None
    candidate: int | None
    tf_last_counter: int | None

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # the library declares a column; here it follows from `role`
        """The one role of the account."""
        return [AccountRole(self.role)]

    @property
    def second_factor(self) -> bool:
        """True if the account must show a code."""
        return Role(self.role).second_factor

    def check_tf_required(self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool) -> tuple[bool, list[Any]]:
        """Requires a code at every log-in of a role that needs one, on every device."""
        return self.second_factor or bool(tf_setup_methods), tf_setup_methods

    def augment_auth_token(self, tdata: dict[str, Any]) -> None:
        """Writes into a token when it is made."""
        tdata["made"] = now()

    def verify_auth_token(self, tdata: dict[str, Any]) -> bool:
        """True while the token is not too old."""
        made: float = tdata.get("made", 0)
        return now() - made <= TOKEN_LIFE.total_seconds()


_tables.map_imperatively(User, user_table)


class OnceTotp(Totp):
    """Codes of an authenticator. Each is accepted once."""

    def get_last_counter(self, user: UserMixin) -> TotpMatch | int | None:
        """The time step of the last code that was used."""
        assert isinstance(user, User)
        return user.tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Keeps the time step of the code that is being used. Raises `UsedTokenError` if another log-in was faster."""
        database = current_app.extensions["security"].datastore.db.session
        unused = or_(user_table.c.tf_last_counter.is_(None), user_table.c.tf_last_counter < tmatch.counter)
        keep = update(user_table).where(user_table.c.id == user.id, unused).values(tf_last_counter=tmatch.counter)
        if database.execute(keep).rowcount != 1:
            raise UsedTokenError
        database.commit()


class NoMail(MailUtil):
    """Treats e-mail addresses as names. Nothing is ever sent to them."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def normalize(self, email: str) -> str:
        """The address as it is stored."""
        return normalise_email(email)

    def validate(self, email: str) -> str:
        """Accepts any text: a log-in may try any name."""
        return normalise_email(email)

    def send_mail(self, *_arguments: Any, **_more: Any) -> None:
        """Sends nothing."""


class Login(LoginForm):
    """E-mail and password, without "remember me": no account stays logged in on a forgotten laptop."""

    remember = None


def totp(secret_key: str) -> OnceTotp:
    """Makes and checks second factors; they are stored encrypted with a key that `SECRET_KEY` gives."""
    return OnceTotp(secrets={1: _totp_key(secret_key)}, issuer=ISSUER)


def _totp_key(secret_key: str) -> str:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"remontee totp")
    return base64.urlsafe_b64encode(derive.derive(secret_key.encode())).decode()


def hash_password(clear: str) -> str:
    """A password as it is stored (argon2id)."""
    hasher = PasswordHasher(
        time_cost=PASSWORD_COST["time_cost"],
        memory_cost=PASSWORD_COST["memory_cost"],
        parallelism=PASSWORD_COST["parallelism"],
    )
    return hasher.hash(clear)


def install(app: Flask, engine: Engine, clock: Callable[[], datetime], public_url: str) -> CSRFProtect:
    """Puts logging in, and the guard that goes before every page of the intranet, into the application."""
    secure = not _plain_loopback(public_url)
    app.config.update(
        SESSION_COOKIE_NAME="remontee",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
        WTF_CSRF_TIME_LIMIT=None,
        SECURITY_URL_PREFIX=PREFIX,
        SECURITY_STATIC_FOLDER=None,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 -- the name of a hash
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={f"argon2__{name}": value for name, value in PASSWORD_COST.items()},
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_RESCUE_EMAIL=False,
        SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY=30,
        SECURITY_TOTP_SECRETS={1: _totp_key(str(app.secret_key))},
        SECURITY_TOTP_ISSUER=ISSUER,
        SECURITY_CHANGEABLE=True,
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_POST_LOGIN_VIEW=f"{PREFIX}/",
        SECURITY_POST_LOGOUT_VIEW=f"{PREFIX}/login",
        SECURITY_POST_CHANGE_VIEW=f"{PREFIX}/account",
        SECURITY_TWO_FACTOR_POST_SETUP_VIEW=f"{PREFIX}/",
        SECURITY_LOGIN_USER_TEMPLATE="intranet/login.html",
        SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE="intranet/second_factor.html",
        SECURITY_CHANGE_PASSWORD_TEMPLATE="intranet/password.html",  # noqa: S106 -- the name of a page
        SECURITY_TOKEN_MAX_AGE=TOKEN_LIFE,
        SECURITY_TOKEN_AUTHENTICATION_KEY="\0",  # noqa: S106 -- no parameter has this name: a token is never in an address
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_FRESHNESS=timedelta(seconds=-1),
        RATELIMIT_HEADERS_ENABLED=False,
    )
    database = scoped_session(sessionmaker(engine))
    Security(
        app,
        SQLAlchemySessionUserDatastore(database, User, AccountRole),
        login_form=Login,
        mail_util_cls=NoMail,
        totp_cls=OnceTotp,
    )
    app.teardown_appcontext(lambda _error: database.remove())
    security: Security = app.extensions["security"]
    security.want_json(lambda _request: False)
    user_authenticated.connect(lambda _app, user, **_more: _note_log_in(engine, clock, user), app, weak=False)
    user_logged_out.connect(lambda _app, **_more: _end_session(engine, clock), app, weak=False)
    password_changed.connect(lambda _app, user, **_more: _note_new_password(engine, clock, user), app, weak=False)
    app.extensions[CLOCK] = clock
    app.before_request(lambda: guard(engine))
    limit_log_ins(app, engine, clock)
    return CSRFProtect(app)


def now() -> float:
    """The moment of the application's clock, as sessions and tokens note it: seconds since 1970."""
    moment: datetime = current_app.extensions[CLOCK]()
    return moment.timestamp()


def _plain_loopback(public_url: str) -> bool:
    """True for http on this machine. There a cookie marked Secure would never come back."""
    parts = urlsplit(public_url)
    return parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")


def _note_log_in(engine: Engine, clock: Callable[[], datetime], user: User) -> None:
    if SESSION in session:  # a new password logs in again
        return
    session.permanent = True
    session[SESSION], session["since"], session["seen"] = secrets.token_hex(16), now(), now()
    _record(engine, clock, user.email, "logged in", {"role": user.role})


def _end_session(engine: Engine, clock: Callable[[], datetime]) -> None:
    """Ends the session for good. A kept copy of its cookie is no longer valid."""
    ended = session.pop(SESSION, None)
    if ended is None:
        return
    with begin_write(engine) as transaction:
        transaction.execute(insert(ended_session).values(session=ended, at=clock()))


def _note_new_password(engine: Engine, clock: Callable[[], datetime], user: User) -> None:
    """Ends the account's tokens, too: a person who knew the old password may have one."""
    user.fs_token_uniquifier = uuid.uuid4().hex
    _record(engine, clock, user.email, "password changed", {})


def _record(engine: Engine, clock: Callable[[], datetime], email: str, action: str, detail: dict[str, str]) -> None:
    with begin_write(engine) as transaction:
        actor = f"account {email}"
        audit.record(transaction, at=clock(), actor=actor, action=action, subject=actor, detail=detail)


def guard(engine: Engine) -> Response | None:
    """Runs before every request to the intranet, and admits the accounts that the table of `rights` allows.

    Raises `Stranger`, `Forbidden`, or UnsupportedMediaType. Puts the `Reader` into `g.reader`.
    """
    endpoint = request.endpoint
    if endpoint is None or not request.path.startswith(PREFIX):
        return None
    if request.method == "POST" and request.mimetype and request.mimetype not in FORMS:
        raise UnsupportedMediaType
    if endpoint in OPEN:
        return None
    if not current_user.is_authenticated or _is_over(engine) or _misplaced_token(endpoint):
        return _log_in_first()
    if _idle_too_long():
        logout_user()
        return _log_in_first("idle")
    who = reader(endpoint, Role(current_user.role), post(current_user), current_user.department)
    if who is None:
        raise Forbidden
    g.reader = who
    return None


def _is_over(engine: Engine) -> bool:
    """True if the session was ended, or began too long ago. A token has no session."""
    if "_user_id" not in session:
        return False
    if now() - session.get("since", 0) > LONGEST_SESSION.total_seconds():
        return True
    ended = select(ended_session.c.at).where(ended_session.c.session == session.get(SESSION, ""))
    with engine.connect() as connection:
        return connection.execute(ended).one_or_none() is not None


def _misplaced_token(endpoint: str) -> bool:
    """True if a token was sent for a page that is not data. Tokens may only read data."""
    data = endpoint.startswith(("intranet.api_", "intranet.export_")) or endpoint == "intranet.openapi"
    return "_user_id" not in session and not data


class Stranger(Exception):
    """A program sent a request without a valid token."""


class Forbidden(Exception):
    """The account may not do this."""


def post(account: Any) -> Post | None:
    """The account's post in a commission; None if it is in none."""
    return Post(account.post) if account.post else None


def current_reader() -> Reader:
    """The reader of this page, with their reach."""
    who: Reader = g.reader
    return who


def _log_in_first(reason: str = "") -> Response:
    """Sends a person to the log-in, and from there back. Raises `Stranger` for a program, which must show a token."""
    if wants_data():
        raise Stranger
    again = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("security.login", next=again, reason=reason or None))


def wants_data() -> bool:
    """True if a program sent the request, or a page that refreshes itself: neither can be sent to the log-in."""
    return (
        request.path.startswith(f"{PREFIX}/api/") or LIVE_HEADER in request.headers or TOKEN_HEADER in request.headers
    )


def _idle_too_long() -> bool:
    """True if the last request is too long ago. Otherwise notes this one, unless the page only refreshes itself."""
    if "_user_id" not in session:
        return False
    limit = IDLE_READ_ONLY if Role(current_user.role) in READ_ONLY else IDLE
    moment = now()
    if moment - session.get("seen", 0) > limit.total_seconds():
        return True
    if LIVE_HEADER not in request.headers and moment - session.get("seen", 0) > NOTED_EVERY:
        session["seen"] = moment
    return False


def new_token(user: User, engine: Engine, clock: Callable[[], datetime]) -> str:
    """A token for the API, valid for `TOKEN_LIFE`. The account's earlier tokens are no longer valid."""
    datastore = current_app.extensions["security"].datastore
    user.fs_token_uniquifier = uuid.uuid4().hex
    datastore.put(user)
    datastore.commit()
    _record(engine, clock, user.email, "token made", {})
    return str(user.get_auth_token())
