"""`create_app` assembles the service. `python app.py` runs the command line (`cli.py`)."""

import runpy
from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, redirect, url_for
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from concurrency import ConcurrencyLimit
from ivr.line import PhoneLine
from ivr.simulator.keypad import keypad_blueprint
from ivr.webhooks import ROOT, create_voice_app
from reporting.intranet.frame import add_intranet
from reporting.public_site.pages import serve_results
from reporting.records.metrics import metrics_blueprint
from services import Services, utc_now
from settings import Settings, read_settings

SERVING = ("SECRET_KEY", "PIN_PEPPER", "PUBLIC_URL", "TWILIO_AUTH_TOKEN")
"""The settings that a server needs to start."""

MAX_BODY = 64 * 1024
"""Bytes of a form. A page that takes a file accepts more."""
STATUS_CALLBACKS_AT_ONCE = 1


def create_app(
    settings: Settings | None = None, engine: Engine | None = None, clock: Callable[[], datetime] = utc_now
) -> Flask:
    """The whole service. Raises `MissingSetting`, or `UnusableDatabase`."""
    settings = settings or read_settings()
    settings.require(*SERVING)
    services = Services(settings, clock, engine)
    app = Flask(__name__, static_folder=None, static_url_path="/static")
    app.secret_key = services.secret_key
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.url_map.strict_slashes = False
    _add_front(app, services)
    app.register_blueprint(metrics_blueprint(services.engine, clock, services.replica))
    add_intranet(app, services, settings.public_url)
    _add_health(app, services.engine)
    behind_proxies = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=0, x_host=0)
    with_results = serve_results(behind_proxies, services.engine, clock)
    line = PhoneLine(
        services.engine,
        services.seal,
        clock=clock,
        hotline=settings.hotline_number,
        locale=settings.line_locale,
        consequences=services.consequences,
    )
    status_limit = ConcurrencyLimit(STATUS_CALLBACKS_AT_ONCE)
    voice = create_voice_app(line, services.carrier, settings.public_url, services.webhook_limit, status_limit)
    whole = DispatcherMiddleware(with_results, {ROOT: voice})
    app.wsgi_app = whole  # type: ignore[method-assign]  # Flask's documented way to put something before it
    return app


def _add_front(app: Flask, services: Services) -> None:
    """Adds the first page: the keypad phone if this installation only rehearses, else the intranet."""
    if not services.rehearsal:
        app.add_url_rule("/", "front", lambda: redirect(url_for("intranet.home")))
        return
    settings = services.settings
    keypad = keypad_blueprint(
        app,
        services.engine,
        services.carrier,
        public_url=settings.public_url,
        number=settings.twilio_number,
        locale=settings.line_locale,
    )
    app.register_blueprint(keypad)
    app.add_url_rule("/", "front", lambda: redirect(url_for("phone.page")))


def _add_health(app: Flask, engine: Engine) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """This process answers."""
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        """This process reaches the database."""
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1 FROM election LIMIT 1"))
        except SQLAlchemyError:
            return Response("the database does not answer\n", status=503, mimetype="text/plain")
        return Response("ready\n", mimetype="text/plain")


if __name__ == "__main__":
    runpy.run_module("cli", run_name="__main__")  # not an import: cli.py imports this file
