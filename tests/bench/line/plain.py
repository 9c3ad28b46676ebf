"""A straightforward line, as a competent engineer would first write it: checks the signature, reads the call's state, writes it
and a line of the log, commits, and answers with the `twilio` library's VoiceResponse. It does nothing else: no PIN, no second
copy of a webhook, no resuming, no flags, no audit, no metrics."""

import json
import os
from datetime import UTC, datetime
from functools import cache

from flask import Flask, Response, abort, request
from sqlalchemy import (
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    update,
)
from twilio.request_validator import RequestValidator
from twilio.twiml.voice_response import Gather, VoiceResponse

PUBLIC_URL = os.environ.get("PUBLIC_URL", "https://line.example")
STYLE = "BENCH_STYLE"
"""The setting that says how the callers key (`calls.STYLES`)."""
ONE_BY_ONE = (
    "Le code de votre bureau ?",
    "Votre code secret, puis dièse.",
    "Bureau 1, Lyon. Tapez chaque nombre, puis dièse. Votants ?",
    *("Merci. Nombre suivant ?" for _ in range(7)),
    "Je relis les chiffres de votre bureau. Tapez 1 pour confirmer, 2 pour corriger un nombre.",
)
"""What is said at each step; the last says goodbye."""
QUESTIONS = (*ONE_BY_ONE[:3], ONE_BY_ONE[-1]) if os.environ.get(STYLE) == "at-once" else ONE_BY_ONE

metadata = MetaData()
state = Table(
    "plain_state",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("step", Integer, nullable=False),
    Column("figures", Text, nullable=False),
)
answers = Table(
    "plain_answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sid", String(64), nullable=False),
    Column("step", Integer, nullable=False),
    Column("digits", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
_read = select(state.c.step, state.c.figures).where(state.c.sid == bindparam("call"))
_begin = insert(state)
_move = update(state).where(state.c.sid == bindparam("call"))
_log = insert(answers)


@cache
def open_engine(url: str) -> Engine:
    """SQLite in WAL with `synchronous=FULL`, or PostgreSQL."""
    if url.startswith("postgresql"):
        return create_engine(url.replace("postgresql:", "postgresql+psycopg:"), pool_size=16)
    engine = create_engine(url, connect_args={"timeout": 5, "isolation_level": None}, pool_size=16)

    @event.listens_for(engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
        connection.execute("PRAGMA synchronous=FULL")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: object) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

    return engine


def create_app() -> Flask:
    """The application."""
    app = Flask("plain", static_folder=None)
    engine = open_engine(os.environ["DATABASE_URL"])
    metadata.create_all(engine)
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])

    @app.before_request
    def refuse_strangers() -> None:
        signature = request.headers.get("X-Twilio-Signature", "")
        if request.path != "/readyz" and not validator.validate(PUBLIC_URL + request.path, request.form, signature):
            abort(403)

    @app.post("/voice/answer")
    def answer() -> Response:
        row = {"sid": request.form["CallSid"], "step": 1, "figures": "[]"}
        with engine.begin() as connection:
            connection.execute(_begin, row)
            connection.execute(_log, {"sid": row["sid"], "step": 0, "digits": "", "at": datetime.now(UTC)})
        return ask(1, QUESTIONS[0])

    @app.post("/voice/step/<int:step>/keys")
    def keys(step: int) -> Response:
        sid, digits = request.form["CallSid"], request.form.get("Digits", "")
        with engine.begin() as connection:
            before = connection.execute(_read, {"call": sid}).one()
            figures = [*json.loads(before.figures), digits]
            connection.execute(_move, {"call": sid, "step": before.step + 1, "figures": json.dumps(figures)})
            connection.execute(_log, {"sid": sid, "step": step, "digits": digits, "at": datetime.now(UTC)})
        if before.step == len(QUESTIONS):
            response = VoiceResponse()
            response.say("Merci. Vos chiffres sont enregistrés.", language="fr-FR", voice="Polly.Lea-Neural")
            response.hangup()
            return Response(str(response), mimetype="text/xml")
        return ask(step + 1, QUESTIONS[before.step])

    def ask(step: int, question: str) -> Response:
        response, url = VoiceResponse(), f"{PUBLIC_URL}/voice/step/{step}"
        gather = Gather(input="dtmf", action=f"{url}/keys", method="POST", timeout=10, finish_on_key="#")
        gather.say(question, language="fr-FR", voice="Polly.Lea-Neural")
        response.append(gather)
        response.redirect(f"{url}/silence", method="POST")
        return Response(str(response), mimetype="text/xml")

    app.add_url_rule("/readyz", "readyz", lambda: "ready\n")
    return app
