"""Log-ins that are refused: so many are borne, at all hosts together, and each is in the audit."""

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from typing import Any

from flask import Flask, Response, current_app, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy import Column, Engine, select

from db import audit
from db.engine import begin_write
from db.schema import user
from db.users import normalise_email
from reporting.intranet.access.login_counts import SCHEME

BY_ACCOUNT = "10 per 15 minutes"
BY_ADDRESS = "40 per 15 minutes"
OVERALL = "600 per 15 minutes"
"""Failed log-ins, passwords and codes together, that are borne."""
GOES_ON = (302, 303)
REFUSED = "log-in refused"
STRANGER = "nobody's account"


def limit_log_ins(app: Flask, engine: Engine, clock: Callable[[], datetime]) -> None:
    """Bears so many failures by account, by address and overall; a log-in that goes on counts for nothing. What is no longer
    borne is not tried, and is not in the audit either: that would be a way to fill it."""
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=f"{SCHEME}://",
        storage_options={"engine": engine, "clock": clock},
        strategy="moving-window",
    )
    for endpoint, shown, name, account in (
        ("security.login", "password", user.c.email, _typed),
        ("security.two_factor_token_validation", "code", user.c.fs_uniquifier, _pending),
    ):
        view = _noting(app.view_functions[endpoint], account, partial(_note, engine, clock, shown, name))
        for limit, key in ((BY_ACCOUNT, account), (BY_ADDRESS, get_remote_address), (OVERALL, lambda: "all")):
            view = limiter.shared_limit(
                limit,
                scope=f"{endpoint if key is account else 'log-in'} by {limit}",
                key_func=key,
                exempt_when=lambda: request.method != "POST",
                deduct_when=_is_refusal,
            )(view)
        app.view_functions[endpoint] = view


def _is_refusal(response: Response) -> bool:
    return response.status_code not in GOES_ON


def _typed() -> str:
    return normalise_email(request.form.get("email", "")) or "nobody"


def _pending() -> str:
    return str(session.get("tf_user_id", "nobody"))


def _noting(
    view: Callable[..., Any], account: Callable[[], str], note: Callable[[str], None]
) -> Callable[..., Response]:
    """The view, which tells of each refusal whose account was named."""

    @wraps(view)
    def answer(**arguments: Any) -> Response:
        named = account()
        response = current_app.make_response(view(**arguments))
        if request.method == "POST" and _is_refusal(response):
            note(named)
        return response

    return answer


def _note(engine: Engine, clock: Callable[[], datetime], shown: str, name: Column[Any], named: str) -> None:
    """Whoever has typed a password into the address's field shall not find it in the audit: what names no account is not
    written down. It costs as much as an account's, so that the time of an answer does not tell which is which."""
    with engine.connect() as connection:
        begin_write(connection)
        email = connection.scalar(select(user.c.email).where(name == named))
        subject = STRANGER if email is None else f"account {email}"
        detail = {"wrong": shown, "address": get_remote_address()}
        audit.record(connection, at=clock(), actor="the log-in", action=REFUSED, subject=subject, detail=detail)
        connection.commit()
