"""The browser's keypad phone at `/phone`, for rehearsal only.

The handset lives in the browser's hands: each answer carries its state, signed, so that any worker can take the next key.
"""

from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Engine

from db import elections
from db.elections import NoElection
from flows.catalogue import Catalogue
from flows.vocabulary import Line
from ivr.carriers import Carrier
from ivr.simulator.handset import BadTwiml, Handset, LineFailed, Post, State
from ivr.simulator.phone import send_to
from ivr.simulator.president import asks_for_pin, receipt_in

CATALOGUES = Path(__file__).parent / "catalogues"
CALL_SECONDS = 3600
MAX_KEYS = 250
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def keypad_blueprint(
    app: Flask, engine: Engine, carrier: Carrier, *, public_url: str, number: str, locale: str
) -> Blueprint:
    """The routes of the keypad phone, whose calls go to `app` as the carrier's would."""
    phone = Blueprint("phone", __name__, url_prefix="/phone", template_folder="templates", static_folder="static")
    seal = URLSafeTimedSerializer(app.secret_key or "", salt="keypad phone")
    send = send_to(app, carrier)

    def carry(call: Handset, post: Post | None) -> Response:
        """Delivers webhooks until the caller has something to do, and says what."""
        while post is not None:
            answer = send(post)
            post = call.receive(answer.status, answer.body)
        return jsonify(_state(call, seal))

    def resumed() -> Handset:
        content: Any = request.get_json()
        state = seal.loads(content["call"], max_age=CALL_SECONDS)
        return Handset.resume(public_url, **state)

    @phone.get("", strict_slashes=False)
    def page() -> str | tuple[str, int]:
        """The telephone itself."""
        with engine.connect() as connection:
            try:
                election, _ = elections.find(connection)
            except NoElection:
                return "No election is loaded: python app.py election load ELECTION.toml BUREAUX.csv\n", 503
        spoken = locale or election.locale
        catalogue = Catalogue(spoken, CATALOGUES)
        strings = {key.replace("-", "_"): catalogue.text(Line(key)) for key in catalogue}
        return render_template("phone.html", locale=spoken, election=election.name, number=number, strings=strings)

    @phone.post("/dial")
    def dial() -> Response:
        """Phones the line."""
        content: Any = request.get_json()
        call = Handset(public_url, str(content.get("from", ""))[:64])
        return carry(call, call.dial())

    @phone.post("/keys")
    def keys() -> Response:
        """The keys for the pending question; none is silence."""
        call = resumed()
        pressed = str(request.get_json().get("keys", ""))[:MAX_KEYS]
        return carry(call, (call.press(pressed) if pressed else None) or call.time_out())

    @phone.post("/dialled")
    def dialled() -> Response:
        """How the hot line's call went."""
        call = resumed()
        return carry(call, call.dialled(reached=bool(request.get_json().get("reached"))))

    @phone.post("/hang-up")
    def hang_up() -> Response:
        """The caller hangs up."""
        call = resumed()
        return carry(call, call.hang_up())

    @phone.errorhandler(BadSignature)
    @phone.errorhandler(KeyError)
    @phone.errorhandler(TypeError)
    @phone.errorhandler(AttributeError)
    @phone.errorhandler(RuntimeError)
    def not_a_call(_error: Exception) -> tuple[Response, int]:
        """The browser sent something that this call cannot take."""
        return jsonify(error="This call cannot take that. Hang up, and call again."), 400

    @phone.errorhandler(LineFailed)
    @phone.errorhandler(BadTwiml)
    def failed(error: Exception) -> tuple[Response, int]:
        """The line gave the carrier something that it could not use."""
        return jsonify(error=f"The line failed: {error}."), 502

    @phone.after_request
    def harden(response: Response) -> Response:
        """Nothing from elsewhere, and nothing inline."""
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return phone


def _state(call: Handset, seal: URLSafeTimedSerializer) -> dict[str, Any]:
    """What the browser shows, and its handset."""
    waiting = call.waiting
    return {
        "call": seal.dumps({"sid": call.sid, "caller": call.caller, "twiml": call.twiml, "seconds": call.seconds}),
        "heard": call.heard,
        "twiml": call.twiml,
        "gather": waiting and {"digits": waiting.digits, "finish": waiting.finish, "timeout": waiting.timeout},
        "secret": asks_for_pin(call.heard),
        "dial": call.number if call.state is State.DIALLING else None,
        "receipt": receipt_in(call.heard),
        "ended": call.state is State.ENDED,
    }
