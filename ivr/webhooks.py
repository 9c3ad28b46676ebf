"""The webhooks under `/voice`: who calls them is proven by the signature, before anything is read or written.

They are an application of their own beside the house: no session, no cookie and no guard of the intranet is theirs, and none
costs them anything.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

from fast_query_parsers import parse_query_string
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
    ServiceUnavailable,
)
from werkzeug.wrappers import Response

from db.elections import NoElection
from ivr.carriers import Carrier
from ivr.carriers.twilio import SIGNATURE_HEADER
from ivr.gate import Gate
from ivr.line import PhoneLine, Reply, UnknownCall
from ivr.twiml import TwimlWriter

MAX_SID = 255
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})

log = logging.getLogger(__name__)


ROOT = "/voice"
FALLBACK, STATUS = f"{ROOT}/fallback", f"{ROOT}/status"
ROUTE = re.compile(rf"{ROOT}/(?:step/([0-9]{{1,9}})/(keys|silence|returned)|(answer|status|fallback))/?")
SIGNATURE = f"HTTP_{SIGNATURE_HEADER.upper().replace('-', '_')}"
MAX_BODY = 64 * 1024
"""Bytes of a webhook: Twilio's are some 700."""

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Webhook:
    """What the carrier sends: a form of some 26 fields. Raises `RequestEntityTooLarge`.

    Werkzeug's own request and routes, which know all that HTTP knows, took an eighth of a figure's time.
    """

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self.path: str = environ["PATH_INFO"]
        self.query: str = environ.get("QUERY_STRING", "")
        self.signature: str = environ.get(SIGNATURE, "")
        body = environ["wsgi.input"].read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise RequestEntityTooLarge
        pairs = parse_query_string(body, "&")
        fields = dict(pairs)
        self.fields: Mapping[str, str] = fields if len(fields) == len(pairs) else MultiDict(pairs)
        """Of one that comes twice, the first value (and both, for the signature)."""

    @property
    def sid(self) -> str:
        """The carrier's name for the call."""
        return self.fields["CallSid"]


def serve_line(house: WSGI, voice: WSGI, gate: Gate, status_gate: Gate) -> WSGI:
    """The house, with the line beside it, behind its `gate`: 503 where the line has stalled.

    Status callbacks, which write too, have a gate of their own; the fallback, which asks the caller to wait, needs no turn.
    Nobody takes a turn before the whole of what he says is there.
    """
    gates = {STATUS: status_gate, FALLBACK: None}

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if not path.startswith(ROOT):
            return house(environ, start)
        _read_body(environ)
        entrance = gates.get(path, gate)
        return voice(environ, start) if entrance is None else pass_through(entrance, environ, start)

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
            return voice(environ, note)
        finally:
            entrance.leave(served=served)

    return answer


def _read_body(environ: dict[str, Any]) -> None:
    """Reads what the carrier sends, or of a longer body one byte more than is taken."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit():
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(min(int(length), MAX_BODY + 1)))


class Document:
    """A TwiML document as an answer: what Werkzeug's own does further for one cost as much as writing it."""

    def __init__(self, twiml: str) -> None:
        self._body = twiml.encode()

    def __call__(self, _environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answers with it."""
        start("200 OK", [("Content-Type", "text/xml; charset=utf-8"), ("Content-Length", str(len(self._body)))])
        return (self._body,)


class Webhooks:
    """The line's WSGI application, for a carrier that reaches it at `public_url`; each `ROUTE` is a method of the name that it
    ends with. Flask, which does more for a request than a figure's own part of it takes, stays outside.
    """

    def __init__(self, line: PhoneLine, carrier: Carrier, public_url: str) -> None:
        self._line = line
        self._carrier = carrier
        self._base = public_url.rstrip("/")
        self._writer = TwimlWriter(public_url, line.hotline, carrier.voices)

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answers a webhook. What breaks is logged, and answered with 500: the carrier then falls back."""
        try:
            answer: WSGI = self._answer(environ)
        except HTTPException as error:
            answer = error
        except Exception:
            log.exception("a webhook failed: %s", environ["PATH_INFO"])
            answer = InternalServerError()
        return answer(environ, start)

    def _answer(self, environ: Mapping[str, Any]) -> WSGI:
        route = ROUTE.fullmatch(environ["PATH_INFO"])
        if route is None:
            raise NotFound
        if environ["REQUEST_METHOD"] != "POST":
            raise MethodNotAllowed(["POST"])
        webhook = Webhook(environ)
        self._refuse_strangers(webhook)
        step, at_step, by_itself = route.groups()
        try:
            answer: WSGI = getattr(self, at_step)(webhook, int(step)) if at_step else getattr(self, by_itself)(webhook)
        except UnknownCall:
            log.warning("a webhook for a call that this line never answered")
            return self._farewell("trouble-goodbye")
        return answer

    def _refuse_strangers(self, webhook: Webhook) -> None:
        """Nobody but the carrier gets further than this: 403, and no trace of a call."""
        url = self._base + webhook.path + (f"?{webhook.query}" if webhook.query else "")
        if not self._carrier.is_authentic(url, webhook.fields, webhook.signature):
            log.warning("refused a webhook without a valid signature: %s", webhook.path)
            raise Forbidden
        if not 0 < len(webhook.fields.get("CallSid", "")) <= MAX_SID:
            raise BadRequest

    def answer(self, webhook: Webhook) -> Document:
        """The number's voice webhook: a call comes in."""
        try:
            return self._say(self._line.answer(webhook.sid, self._carrier.caller(webhook.fields.get("From", ""))))
        except NoElection:
            return self._farewell("not-ready")

    def keys(self, webhook: Webhook, step: int) -> Document:
        """The keys of one answer. An empty or absent `Digits` is silence."""
        return self._say(self._line.keyed(webhook.sid, step, webhook.fields.get("Digits", "")))

    def silence(self, webhook: Webhook, step: int) -> Document:
        """Nothing was keyed in time."""
        return self._say(self._line.keyed(webhook.sid, step, ""))

    def returned(self, webhook: Webhook, step: int) -> Document:
        """The transfer to the hot line is over."""
        reached = webhook.fields.get("DialCallStatus") in ("completed", "answered")
        return self._say(self._line.returned(webhook.sid, step, reached=reached))

    def status(self, webhook: Webhook) -> Response:
        """The carrier's status callback: the call is over, or merely goes on."""
        state = webhook.fields.get("CallStatus", "")
        if state in OVER:
            duration = webhook.fields.get("CallDuration", "")
            self._line.hang_up(
                webhook.sid,
                status=state,
                duration=int(duration) if duration.isascii() and duration.isdigit() and len(duration) < 8 else None,
            )
        return Response(status=204)

    def fallback(self, webhook: Webhook) -> Document:
        """What the carrier calls if a webhook failed: the pending question again, or an apology."""
        log.error("the carrier fell back: error %s", webhook.fields.get("ErrorCode", "?")[:16])
        try:
            return self._say(self._line.resume(webhook.sid))
        except (UnknownCall, SQLAlchemyError) as error:
            log.error("nothing to fall back on: %s", type(error).__name__)
            return self._farewell("trouble-goodbye")

    def _say(self, reply: Reply) -> Document:
        return Document(self._writer.write(reply))

    def _farewell(self, key: str) -> Document:
        return Document(self._writer.farewell(key, self._line.locale()))
