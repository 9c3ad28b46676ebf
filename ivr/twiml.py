"""Puts a reply into TwiML: only the verbs and attributes that every carrier takes (no Pause, no SSML, absolute URLs).

Written as text, in the form that the `twilio` library gives it, to the letter (a test compares the two): the library's own
element trees took an eighth of a webhook's time (`docs/performance.md`).
"""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from flows.catalogue import prompts
from flows.vocabulary import Ask, AskPin, Line, Transfer
from ivr.caller_turn import GATHER_SECONDS
from ivr.carriers import Voice
from ivr.line import Reply

RING_SECONDS = 25
"""How long the hot line may ring before the call goes on without it."""

DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?><Response>{}</Response>'
QUOTE = {'"': "&quot;"}


class TwimlWriter:
    """Writes TwiML for a line that the carrier reaches at `public_url`, with the carrier's `voices` by language."""

    def __init__(self, public_url: str, hotline: str, voices: dict[str, Voice]) -> None:
        self._steps = escape(public_url.rstrip("/") + "/voice/step/", QUOTE)
        self._hotline = escape(hotline)
        self._say = {
            locale: f'<Say language="{escape(voice.language, QUOTE)}" voice="{escape(voice.name, QUOTE)}">'
            for locale, voice in voices.items()
        }

    def write(self, reply: Reply) -> str:
        """The document for `reply`: its lines and question, the hot line, or the end of the call."""
        said = self._said(reply.lines, reply.locale)
        url = f"{self._steps}{reply.step}"
        if isinstance(reply.pending, (Ask, AskPin)):
            digits = reply.pending.digits if isinstance(reply.pending, Ask) else None
            limit = "" if digits is None else f' numDigits="{digits}"'
            return DOCUMENT.format(
                f'<Gather action="{url}/keys" finishOnKey="#" input="dtmf" method="POST"{limit} timeout="{GATHER_SECONDS}">'
                f'{said}</Gather><Redirect method="POST">{url}/silence</Redirect>'
            )
        if isinstance(reply.pending, Transfer):
            dial = f'<Dial action="{url}/returned" method="POST" timeout="{RING_SECONDS}">{self._hotline}</Dial>'
            return DOCUMENT.format(said + dial)
        return DOCUMENT.format(f"{said}<Hangup />")

    def farewell(self, key: str, locale: str) -> str:
        """A document that says one sentence and hangs up."""
        return self.write(Reply((Line(key),), None, 0, locale))

    def _said(self, lines: Sequence[Line], locale: str) -> str:
        catalogue, say = prompts(locale), self._say[locale]
        return "".join(f"{say}{escape(catalogue.text(line))}</Say>" for line in lines)
