"""The webhooks under `/voice`: who calls them is proven by the signature, before anything is read or written.

They are an application of their own beside the house: no session, no cookie and no guard of the intranet is theirs, and none
costs them anything.
"""

import logging
from collections.abc import Callable, Iterable
from threading import Semaphore
from typing import Any

from flask import Flask, Response, abort, request
from sqlalchemy.exc import SQLAlchemyError

from db.elections import NoElection
from ivr.carriers import Carrier
from ivr.carriers.twilio import SIGNATURE_HEADER
from ivr.line import PhoneLine, Reply, UnknownCall
from ivr.twiml import TwimlWriter

MAX_SID = 255
NO_CONTENT = ("", 204)
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

log = logging.getLogger(__name__)


ROOT = "/voice"
MAX_BODY = 64 * 1024
"""Bytes of a webhook: Twilio's are some 700."""

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


def serve_line(house: WSGI, voice: Flask, at_once: int) -> WSGI:
    """The house, with the line beside it, where `at_once` webhooks are answered at once and others wait their turn."""
    answer_call, turn = voice.wsgi_app, Semaphore(at_once)

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(ROOT):
            return house(environ, start)
        with turn:
            return answer_call(environ, start)

    return answer


def voice_app(line: PhoneLine, carrier: Carrier, public_url: str) -> Flask:
    """The routes of the line, for a carrier that reaches them at `public_url`."""
    voice = Flask(__name__, static_folder=None)
    voice.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    voice.url_map.strict_slashes = False
    writer = TwimlWriter(public_url, line.hotline, carrier.voices)
    base = public_url.rstrip("/")

    @voice.before_request
    def refuse_strangers() -> None:
        """Nobody but the carrier gets further than this: 403, and no trace of a call."""
        if request.url_rule is None:
            return
        query = request.query_string.decode("ascii", "replace")
        url = base + request.path + (f"?{query}" if query else "")
        if not carrier.is_authentic(url, request.form, request.headers.get(SIGNATURE_HEADER, "")):
            log.warning("refused a webhook without a valid signature: %s", request.path)
            abort(403)
        if not 0 < len(request.form.get("CallSid", "")) <= MAX_SID:
            abort(400)

    def document(reply: Reply) -> Response:
        return xml(writer.write(reply))

    def xml(text: str) -> Response:
        return Response(text, mimetype="text/xml")

    @voice.post(f"{ROOT}/answer")
    def answer() -> Response:
        """The number's voice webhook: a call comes in."""
        try:
            return document(line.answer(request.form["CallSid"], carrier.caller(request.form.get("From", ""))))
        except NoElection:
            return xml(writer.farewell("not-ready", line.locale()))

    @voice.post(f"{ROOT}/step/<int:step>/keys")
    def keys(step: int) -> Response:
        """The keys of one answer. An empty or absent `Digits` is silence."""
        return document(line.keyed(request.form["CallSid"], step, request.form.get("Digits", "")))

    @voice.post(f"{ROOT}/step/<int:step>/silence")
    def silence(step: int) -> Response:
        """Nothing was keyed in time."""
        return document(line.keyed(request.form["CallSid"], step, ""))

    @voice.post(f"{ROOT}/step/<int:step>/returned")
    def returned(step: int) -> Response:
        """The transfer to the hot line is over."""
        reached = request.form.get("DialCallStatus") in ("completed", "answered")
        return document(line.returned(request.form["CallSid"], step, reached=reached))

    @voice.post(f"{ROOT}/status")
    def status() -> tuple[str, int]:
        """The carrier's status callback: the call is over, or merely goes on."""
        state = request.form.get("CallStatus", "")
        if state in OVER:
            duration = request.form.get("CallDuration", "")
            line.hang_up(
                request.form["CallSid"],
                status=state,
                duration=int(duration) if duration.isascii() and duration.isdigit() and len(duration) < 8 else None,
            )
        return NO_CONTENT

    @voice.post(f"{ROOT}/fallback")
    def fallback() -> Response:
        """What the carrier calls if a webhook failed: the pending question again, or an apology."""
        log.error("the carrier fell back: error %s", request.form.get("ErrorCode", "?")[:16])
        try:
            return document(line.resume(request.form["CallSid"]))
        except (UnknownCall, SQLAlchemyError) as error:
            log.error("nothing to fall back on: %s", type(error).__name__)
            return xml(writer.farewell("trouble-goodbye", line.locale()))

    @voice.errorhandler(UnknownCall)
    def unknown(_error: UnknownCall) -> Response:
        """A step of a call that was never answered here: the caller is asked to phone again."""
        log.warning("a webhook for a call that this line never answered")
        return xml(writer.farewell("trouble-goodbye", line.locale()))

    return voice
