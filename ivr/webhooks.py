"""The webhooks under `/voice`. The signature proves who calls, before anything is read or written.

They are a small Flask application of their own, mounted beside the main one: no session, no cookie and no hook of the intranet
is theirs. A webhook takes a turn of the line only once all of it has been read and its signature has been checked.
"""

import logging
from collections.abc import Callable

from flask import Blueprint, Flask, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from concurrency import ConcurrencyLimit, NoTurn
from db.elections import NoElection
from flows.digits import read_number
from ivr.caller_turn import Keys, TransferEnded
from ivr.carriers import Carrier
from ivr.carriers.twilio import SIGNATURE_HEADER
from ivr.line import PhoneLine, Reply, UnknownCall
from ivr.twiml import TwimlWriter

ROOT = "/voice"
"""Where the application is mounted."""
MAX_BODY = 64 * 1024
"""Bytes of a webhook: Twilio's are some 700."""
MAX_SID = 255
MAX_DURATION_DIGITS = 7
STEP = "<int(max=999999999):step>"
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

log = logging.getLogger(__name__)


def create_voice_app(
    line: PhoneLine, carrier: Carrier, public_url: str, limit: ConcurrencyLimit, status_limit: ConcurrencyLimit
) -> Flask:
    """The line's application, for a carrier that reaches it at `public_url`/voice.

    Webhooks share `limit`; status callbacks, which write too, have a limit of their own; the fallback, which asks the caller to
    wait, has none.
    """
    app = Flask("voice", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.strict_slashes = app.url_map.merge_slashes = False  # a carrier's POST is never redirected
    app.register_blueprint(_webhooks(line, carrier, public_url.rstrip("/"), limit, status_limit))
    return app


def _webhooks(
    line: PhoneLine, carrier: Carrier, base: str, limit: ConcurrencyLimit, status_limit: ConcurrencyLimit
) -> Blueprint:
    voice = Blueprint("voice", __name__)
    writer = TwimlWriter(base, line.hotline, carrier.voices)

    @voice.before_request
    def refuse_strangers() -> None:
        """Only the carrier gets further than this: 403, and no trace of a call."""
        query = f"?{request.query_string.decode('latin1')}" if request.query_string else ""
        url = f"{base}{ROOT}{request.path}{query}"
        if not carrier.is_authentic(url, request.form, request.headers.get(SIGNATURE_HEADER, "")):
            log.warning("refused a webhook without a valid signature: %s", request.path)
            abort(403)
        if not 0 < len(_sid()) <= MAX_SID:
            abort(400)

    @voice.errorhandler(NoTurn)
    def stalled(_error: NoTurn) -> Response:
        log.error("the line has stalled: a webhook was turned away")
        return Response(status=503)

    @voice.post("/answer")
    def answer() -> Response:
        """The number's voice webhook: a call comes in."""
        return in_turn(lambda: line.answer(_sid(), carrier.caller(request.form.get("From", ""))))

    @voice.post(f"/step/{STEP}/keys")
    def keys(step: int) -> Response:
        """The keys of one answer. An empty or absent `Digits` is silence."""
        return in_turn(lambda: line.take(_sid(), step, Keys.of(request.form.get("Digits", ""))))

    @voice.post(f"/step/{STEP}/silence")
    def silence(step: int) -> Response:
        """Nothing was keyed in time."""
        return in_turn(lambda: line.take(_sid(), step, Keys("")))

    @voice.post(f"/step/{STEP}/returned")
    def returned(step: int) -> Response:
        """The transfer to the hot line is over."""
        reached = request.form.get("DialCallStatus") in ("completed", "answered")
        return in_turn(lambda: line.take(_sid(), step, TransferEnded(reached)))

    @voice.post("/status")
    def status() -> Response:
        """The carrier's status callback: the call is over, or still goes on."""
        state = request.form.get("CallStatus", "")
        if state in OVER:
            with status_limit.turn():
                line.hang_up(_sid(), status=state, duration=_duration())
        return Response(status=204)

    @voice.post("/fallback")
    def fallback() -> Response:
        """What the carrier calls if a webhook failed: the pending question again, or an apology."""
        log.error("the carrier fell back: error %s", request.form.get("ErrorCode", "?")[:16])
        try:
            return document(writer.write(line.resume(_sid())))
        except (UnknownCall, SQLAlchemyError) as error:
            log.error("nothing to fall back on: %s", type(error).__name__)
            return farewell("trouble-goodbye")

    def in_turn(act: Callable[[], Reply]) -> Response:
        """Acts in a turn of the line, and puts into words what came of it once the turn is over."""
        with limit.turn():
            try:
                reply = act()
            except UnknownCall:
                log.warning("a webhook for a call that this line never answered")
                return farewell("trouble-goodbye")
            except NoElection:
                return farewell("not-ready")
        return document(writer.write(reply))

    def farewell(key: str) -> Response:
        return document(writer.farewell(key, line.locale()))

    def document(twiml: str) -> Response:
        return Response(twiml, mimetype="text/xml")

    return voice


def _sid() -> str:
    """The carrier's name for the call."""
    return request.form.get("CallSid", "")


def _duration() -> int | None:
    """How long the call took, in seconds, as the carrier counts; None where it says nothing that makes sense."""
    return read_number(request.form.get("CallDuration", ""), at_most=MAX_DURATION_DIGITS)
