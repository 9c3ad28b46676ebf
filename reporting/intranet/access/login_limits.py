"""Limits of failed log-ins, by account, by address and overall, for all hosts together. Each failure is in the audit.

The counts are in the database, so that ten failures are ten on all hosts together. Only a log-in that failed is counted, after
it failed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any

from flask import Flask, Response, current_app, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import MovingWindowSupport, Storage
from sqlalchemy import Column, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from db import audit, failed_log_ins
from db.schema import user
from db.transactions import begin_write
from db.users import normalise_email

SCHEME = "remontee"
"""Names our storage to the library."""
BY_ACCOUNT = "10 per 15 minutes"
BY_ADDRESS = "40 per 15 minutes"
OVERALL = "600 per 15 minutes"
"""How many log-ins may fail, passwords and codes together."""
GOES_ON = (302, 303)
REFUSED = "log-in refused"
STRANGER = "nobody's account"


def limit_log_ins(app: Flask, engine: Engine, clock: Callable[[], datetime]) -> None:
    """Puts the limits before the log-in and the second factor.

    Above a limit the password is not tried, and the audit gets no row. Otherwise a stranger could fill the audit.
    """
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"engine": engine, "clock": clock}
    limiter = Limiter(get_remote_address, app=app, storage_uri=f"{SCHEME}://", strategy="moving-window")
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
    """The view, which notes each refusal with the account that was named."""

    @wraps(view)
    def answer(**arguments: Any) -> Response:
        named = account()
        response = current_app.make_response(view(**arguments))
        if request.method == "POST" and _is_refusal(response):
            note(named)
        return response

    return answer


def _note(engine: Engine, clock: Callable[[], datetime], shown: str, name: Column[Any], named: str) -> None:
    """Writes a refusal into the audit. A name without an account is not written: it may be a password in the wrong field.

    Both take the same time, so that the time of an answer does not tell whether there is an account.
    """
    with begin_write(engine) as transaction:
        email = transaction.connection.scalar(select(user.c.email).where(name == named))
        subject = STRANGER if email is None else f"account {email}"
        detail = {"wrong": shown, "address": get_remote_address()}
        audit.record(transaction, at=clock(), actor="the log-in", action=REFUSED, subject=subject, detail=detail)


class FailureCounts(Storage, MovingWindowSupport):
    """Counts failures in the database, for all hosts together, in the moving window of the library `limits`.

    The library's other strategies are not used.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 -- the library's

    def __init__(self, uri: str, engine: Engine, clock: Callable[[], datetime], **options: Any) -> None:
        super().__init__(uri, **options)
        self._engine = engine
        self._clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database raises."""
        return SQLAlchemyError

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """The first failure of the last `expiry` seconds, as seconds since 1970, and their number."""
        now = self._clock()
        with self._engine.connect() as connection:
            number, first = failed_log_ins.count(connection, key, now - timedelta(seconds=expiry))
        return (first or now).timestamp(), number

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Notes `amount` failures. Returns False, and notes nothing, if that would be more than `limit`."""
        now = self._clock()
        since = now - timedelta(seconds=expiry)
        with begin_write(self._engine) as transaction:
            if failed_log_ins.count(transaction.connection, key, since)[0] + amount > limit:
                return False
            for _ in range(amount):
                failed_log_ins.note(transaction, key, now, since)
        return True

    def check(self) -> bool:
        """True. `/readyz` says whether the database answers."""
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Not used by a moving window."""
        raise NotImplementedError

    def get(self, key: str) -> int:
        """Not used by a moving window."""
        raise NotImplementedError

    def get_expiry(self, key: str) -> float:
        """Not used by a moving window."""
        raise NotImplementedError

    def reset(self) -> int | None:
        """Not used: failures are kept until their time is over."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """Not used: failures are kept until their time is over."""
        raise NotImplementedError
