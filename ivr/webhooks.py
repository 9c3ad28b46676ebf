"""The webhooks under `/voice`: who calls them is proven by the signature, before anything is read or written.

They are an application of their own beside the house: no session, no cookie and no guard of the intranet is theirs, and none
costs them anything.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from io import BytesIO
from typing import Any, cast

from fast_query_parsers import parse_query_string
from flask import Flask, Request, Response, abort
from flask import request as current_request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ServiceUnavailable

from db.elections import NoElection
from ivr.carriers import Carrier
from ivr.carriers.twilio import SIGNATURE_HEADER
from ivr.gate import Gate
from ivr.line import PhoneLine, Reply, UnknownCall
from ivr.twiml import TwimlWriter

MAX_SID = 255
NO_CONTENT = ("", 204)
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

log = logging.getLogger(__name__)


ROOT = "/voice"
FALLBACK, STATUS = f"{ROOT}/fallback", f"{ROOT}/status"
MAX_BODY = 64 * 1024
"""Bytes of a webhook: Twilio's are some 700."""

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Webhook(Request):
    """What the carrier sends: a form of some 26 fields, whose parsing in Python took a seventh of a webhook's time."""

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """The form's fields; of one that comes twice, the first value (and both, for the signature)."""
        pairs = parse_query_string(self.get_data(), "&")
        fields = dict(pairs)
        return fields if len(fields) == len(pairs) else MultiDict(pairs)


request = cast(Webhook, current_request)


def serve_line(house: WSGI, voice: Flask, gate: Gate, status_gate: Gate) -> WSGI:
    """The house, with the line beside it, behind its `gate`: 503 where the line has stalled.

    Status callbacks, which write too, have a gate of their own; the fallback, which asks the caller to wait, needs no turn.
    Nobody takes a turn before the whole of what he says is there.
    """
    answer_call = voice.wsgi_app
    gates = {STATUS: status_gate, FALLBACK: None}

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(ROOT):
            return house(environ, start)
        _read_body(environ)
        entrance = gates.get(path, gate)
        return answer_call(environ, start) if entrance is None else pass_through(entrance, environ, start)

    def pass_through(entrance: Gate, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if not entrance.enter():
            log.error("the line has stalled: a webhook was turned away")
            return ServiceUnavailable()(environ, start)
        served = False

        def note(status: str, *rest: Any) -> Any:
            nonlocal served
            served = not status.startswith("5")
            return start(status, *rest)

        try:
            return answer_call(environ, note)
        finally:
            entrance.leave(served=served)

    return answer


def _read_body(environ: dict[str, Any]) -> None:
    """Reads what the carrier sends, or of a longer body one byte more than is taken."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit():
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(min(int(length), MAX_BODY + 1)))


def voice_app(line: PhoneLine, carrier: Carrier, public_url: str) -> Flask:
    """The routes of the line, for a carrier that reaches them at `public_url`."""
    voice = Flask(__name__, static_folder=None)
    voice.request_class = Webhook
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
        if not carrier.is_authentic(url, request.fields, request.headers.get(SIGNATURE_HEADER, "")):
            log.warning("refused a webhook without a valid signature: %s", request.path)
            abort(403)
        if not 0 < len(request.fields.get("CallSid", "")) <= MAX_SID:
            abort(400)

    def document(reply: Reply) -> Response:
        return xml(writer.write(reply))

    def xml(text: str) -> Response:
        return Response(text, mimetype="text/xml")

    @voice.post(f"{ROOT}/answer")
    def answer() -> Response:
        """The number's voice webhook: a call comes in."""
        try:
            return document(line.answer(request.fields["CallSid"], carrier.caller(request.fields.get("From", ""))))
        except NoElection:
            return xml(writer.farewell("not-ready", line.locale()))

    @voice.post(f"{ROOT}/step/<int:step>/keys")
    def keys(step: int) -> Response:
        """The keys of one answer. An empty or absent `Digits` is silence."""
        return document(line.keyed(request.fields["CallSid"], step, request.fields.get("Digits", "")))

    @voice.post(f"{ROOT}/step/<int:step>/silence")
    def silence(step: int) -> Response:
        """Nothing was keyed in time."""
        return document(line.keyed(request.fields["CallSid"], step, ""))

    @voice.post(f"{ROOT}/step/<int:step>/returned")
    def returned(step: int) -> Response:
        """The transfer to the hot line is over."""
        reached = request.fields.get("DialCallStatus") in ("completed", "answered")
        return document(line.returned(request.fields["CallSid"], step, reached=reached))

    @voice.post(STATUS)
    def status() -> tuple[str, int]:
        """The carrier's status callback: the call is over, or merely goes on."""
        state = request.fields.get("CallStatus", "")
        if state in OVER:
            duration = request.fields.get("CallDuration", "")
            line.hang_up(
                request.fields["CallSid"],
                status=state,
                duration=int(duration) if duration.isascii() and duration.isdigit() and len(duration) < 8 else None,
            )
        return NO_CONTENT

    @voice.post(FALLBACK)
    def fallback() -> Response:
        """What the carrier calls if a webhook failed: the pending question again, or an apology."""
        log.error("the carrier fell back: error %s", request.fields.get("ErrorCode", "?")[:16])
        try:
            return document(line.resume(request.fields["CallSid"]))
        except (UnknownCall, SQLAlchemyError) as error:
            log.error("nothing to fall back on: %s", type(error).__name__)
            return xml(writer.farewell("trouble-goodbye", line.locale()))

    @voice.errorhandler(UnknownCall)
    def unknown(_error: UnknownCall) -> Response:
        """A step of a call that was never answered here: the caller is asked to phone again."""
        log.warning("a webhook for a call that this line never answered")
        return xml(writer.farewell("trouble-goodbye", line.locale()))

    return voice
