"""One simulated call, as a carrier carries it: reads TwiML, says what it says, collects keys, knows how long it takes.

The handset sends nothing itself. Whatever it wants posted comes back as a `Post`, and the answer is given to `receive`; so
the same interpreter serves a test, a terminal, a browser and thousands of calls at once.

It is as strict as the strictest carrier (see `docs/decisions.md`): a document with a verb, or without an attribute, that not
every carrier understands is a `BadTwiml`.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from secrets import token_hex
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from db.refusals import Refusal
from flows.speech import keying_seconds, speech_seconds

GATHER_ATTRIBUTES = {"input", "action", "method", "timeout", "finishOnKey"}
MAX_DOCUMENTS = 10
"""Documents in a row without anything for the caller to do: more is a loop."""
HTTP_ERROR = 400


class BadTwiml(Refusal):
    """The document is not TwiML that every carrier takes."""


class LineFailed(Refusal):
    """The line answered a webhook with an error, and its fallback did not help."""


class State(StrEnum):
    """What the call waits for."""

    POSTING = "posting"
    GATHERING = "gathering"
    DIALLING = "dialling"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Post:
    """A webhook to send: the absolute URL that the line named, and the form's fields."""

    url: str
    form: dict[str, str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a Gather takes: `digits` keys at most (None: any number), ended by `finish`, within `timeout` seconds."""

    digits: int | None
    finish: str
    timeout: float
    action: str


@dataclass
class Handset:
    """A call from `caller` to the line at `public_url`.

    `heard` are the sentences since the caller's last answer, `twiml` the newest document, `seconds` the modelled time on the
    line. Where the call waits for keys, `waiting` says for which; where it is put through, `number` says to whom.
    """

    public_url: str
    caller: str = ""
    sid: str = field(default_factory=lambda: f"CA{token_hex(16)}")
    state: State = State.POSTING
    heard: list[str] = field(default_factory=list)
    twiml: str = ""
    seconds: float = 0.0
    waiting: Waiting | None = None
    number: str = ""
    hung_up_by: str = ""
    patience: float | None = None
    """Seconds that the caller listens to a question before keying; None: to its end."""
    _after: list[Element] = field(default_factory=list)
    _after_dial: str = ""
    _ahead: str = ""
    _unsaid: float = 0.0
    _documents: int = 0
    _fell_back: bool = False

    @classmethod
    def resume(cls, public_url: str, *, sid: str, caller: str, twiml: str, seconds: float) -> "Handset":
        """A call as it was when `twiml` had been received."""
        call = cls(public_url, caller, sid)
        call.receive(200, twiml)
        call.seconds = seconds
        return call

    @property
    def has_keys_ahead(self) -> bool:
        """True if keys were pressed that no question has taken yet."""
        return bool(self._ahead)

    def dial(self) -> Post:
        """Phones the line."""
        return self._post(f"{self.public_url.rstrip('/')}/voice/answer", {"CallStatus": "ringing"})

    def receive(self, status: int, body: str) -> Post | None:
        """Takes the line's answer, up to where the caller has something to do; or returns what to post next.

        What a status callback is answered does not matter. Raises `BadTwiml`, or `LineFailed` if the line answered an
        error twice.
        """
        if self.state is State.ENDED:
            return None
        if status >= HTTP_ERROR:
            if self._fell_back:
                raise LineFailed(f"the line answered {status}")
            self._fell_back = True
            fields = {"CallStatus": "in-progress", "ErrorCode": "11200"}
            return self._post(f"{self.public_url.rstrip('/')}/voice/fallback", fields)
        self._documents += 1
        if self._documents > MAX_DOCUMENTS:
            raise BadTwiml(f"{MAX_DOCUMENTS} documents in a row without a question")
        self.twiml = body
        try:
            response = fromstring(body)
        except (ParseError, DefusedXmlException) as error:
            raise BadTwiml(str(error)) from error
        if response.tag != "Response":
            raise BadTwiml(f"the document is a {response.tag}")
        return self._play(list(response))

    def press(self, keys: str) -> Post | None:
        """Presses keys. What one question does not take is kept for the next, as a hurried caller would have it.

        Returns None if the keys are not enough to end the answer and the caller goes on (`finish` them with `time_out`).
        """
        self._expect(State.GATHERING)
        self._ahead += keys
        self._listen(bool(keys))
        return self._gather()

    def time_out(self) -> Post | None:
        """Presses nothing more until the time is up: submits what was keyed, or falls silent."""
        self._expect(State.GATHERING)
        assert self.waiting is not None
        self._listen(False)
        self.seconds += self.waiting.timeout
        keys, self._ahead = self._ahead, ""
        return self._submit(keys) if keys else self._fall_through()

    def dialled(self, *, reached: bool) -> Post | None:
        """The hot line's call is over: it was answered (`reached`) or not."""
        self._expect(State.DIALLING)
        self._start_answer()
        return self._post(self._after_dial, {"DialCallStatus": "completed" if reached else "no-answer"})

    def hang_up(self) -> Post:
        """The caller hangs up: returns the status callback that the carrier then sends."""
        return self._end("caller")

    def status_callback(self) -> Post:
        """What the carrier posts when the call is over."""
        fields = {"CallStatus": "completed", "CallDuration": str(round(self.seconds))}
        return self._form(f"{self.public_url.rstrip('/')}/voice/status", fields)

    def _expect(self, state: State) -> None:
        if self.state is not state:
            raise RuntimeError(f"the call is {self.state}, not {state}")

    def _form(self, url: str, fields: dict[str, str]) -> Post:
        return Post(url, {"CallSid": self.sid, "From": self.caller, "Direction": "inbound", **fields})

    def _post(self, url: str, fields: dict[str, str]) -> Post:
        self.state = State.POSTING
        return self._form(url, fields)

    def _end(self, by: str) -> Post:
        self.state, self.hung_up_by, self.waiting = State.ENDED, by, None
        return self.status_callback()

    def _play(self, verbs: list[Element]) -> Post | None:
        for place, verb in enumerate(verbs):
            if verb.tag == "Say":
                self._say(verb)
                self.seconds += speech_seconds(self.heard[-1], _locale(verb))
            elif verb.tag == "Redirect":
                self._require(verb, {"method"})
                return self._post(_absolute((verb.text or "").strip()), {"CallStatus": "in-progress"})
            elif verb.tag == "Gather":
                return self._open_gather(verb, verbs[place + 1 :])
            elif verb.tag == "Dial":
                self._require(verb, {"action", "method", "timeout"})
                self.state, self.number = State.DIALLING, (verb.text or "").strip()
                self._after_dial = _absolute(verb.attrib["action"])
                return None
            elif verb.tag == "Hangup":
                return self._end("line")
            else:
                raise BadTwiml(f"not every carrier has the verb {verb.tag}")
        return self._end("line")

    def _open_gather(self, verb: Element, after: list[Element]) -> Post | None:
        self._require(verb, GATHER_ATTRIBUTES)
        if not any(each.tag == "Redirect" for each in after):
            raise BadTwiml("a Gather without a Redirect behind it: silence would end the call")
        for each in verb:
            if each.tag != "Say":
                raise BadTwiml(f"a Gather that holds a {each.tag}")
            self._say(each)
        digits = verb.get("numDigits")
        self.waiting = Waiting(
            digits=int(digits) if digits else None,
            finish=verb.attrib["finishOnKey"],
            timeout=float(verb.attrib["timeout"]),
            action=_absolute(verb.attrib["action"]),
        )
        self._unsaid = sum(speech_seconds(each.text or "", _locale(each)) for each in verb)
        self._after = after
        self._documents = 0
        self._fell_back = False
        self.state = State.GATHERING
        return self._gather() if self._ahead else None

    def _listen(self, barge_in: bool) -> None:
        """The question is heard to its end, or as long as the caller's patience lasts."""
        impatient = barge_in and self.patience is not None
        self.seconds += min(self._unsaid, self.patience or 0.0) if impatient else self._unsaid
        self._unsaid = 0.0

    def _gather(self) -> Post | None:
        assert self.waiting is not None
        for place, key in enumerate(self._ahead):
            if key == self.waiting.finish:
                keys, self._ahead = self._ahead[:place], self._ahead[place + 1 :]
                self.seconds += keying_seconds(keys + key)
                return self._submit(keys) if keys else self._fall_through()
            if self.waiting.digits is not None and place + 1 == self.waiting.digits:
                keys, self._ahead = self._ahead[: place + 1], self._ahead[place + 1 :]
                self.seconds += keying_seconds(keys)
                return self._submit(keys)
        return None

    def _submit(self, keys: str) -> Post:
        assert self.waiting is not None
        action = self.waiting.action
        self._start_answer()
        return self._post(action, {"CallStatus": "in-progress", "Digits": keys})

    def _fall_through(self) -> Post | None:
        after = self._after
        self._start_answer()
        return self._play(after)

    def _start_answer(self) -> None:
        self.heard = []
        self.waiting = None
        self.state = State.POSTING

    def _say(self, verb: Element) -> None:
        if len(verb):
            raise BadTwiml("SSML inside a Say")
        self._require(verb, {"language", "voice"})
        self.heard.append((verb.text or "").strip())

    def _require(self, verb: Element, attributes: set[str]) -> None:
        missing = attributes - set(verb.attrib)
        if missing:
            raise BadTwiml(f"a {verb.tag} without {', '.join(sorted(missing))}")
        if verb.get("method", "POST") != "POST":
            raise BadTwiml(f"a {verb.tag} that is not posted")
        if "actionOnEmptyResult" in verb.attrib:
            raise BadTwiml("not every carrier has actionOnEmptyResult")


def _locale(say: Element) -> str:
    return say.get("language", "fr-FR")[:2]


def _absolute(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise BadTwiml(f"{url!r} is not an absolute URL")
    return url
