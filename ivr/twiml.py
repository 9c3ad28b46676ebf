"""Puts a reply into TwiML: only the verbs and attributes that every carrier takes (no Pause, no SSML, absolute URLs)."""

from collections.abc import Sequence

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from flows.catalogue import prompts
from flows.vocabulary import Ask, AskPin, Line, Transfer
from ivr.carriers import Voice
from ivr.line import GATHER_SECONDS, Reply

RING_SECONDS = 25
"""How long the hot line may ring before the call goes on without it."""


class TwimlWriter:
    """Writes TwiML for a line that the carrier reaches at `public_url`, with the carrier's `voices` by language."""

    def __init__(self, public_url: str, hotline: str, voices: dict[str, Voice]) -> None:
        self._voice_url = public_url.rstrip("/") + "/voice"
        self._hotline = hotline
        self._voices = voices

    def write(self, reply: Reply) -> str:
        """The document for `reply`: its lines and question, the hot line, or the end of the call."""
        response = VoiceResponse()
        url = f"{self._voice_url}/step/{reply.step}"
        if isinstance(reply.pending, (Ask, AskPin)):
            gather = Gather(
                input="dtmf",
                action=f"{url}/keys",
                method="POST",
                timeout=GATHER_SECONDS,
                finish_on_key="#",
                num_digits=reply.pending.digits if isinstance(reply.pending, Ask) else None,
            )
            self._say(gather, reply.lines, reply.locale)
            response.append(gather)
            response.redirect(f"{url}/silence", method="POST")
            return str(response)
        self._say(response, reply.lines, reply.locale)
        if isinstance(reply.pending, Transfer):
            dial = Dial(self._hotline, action=f"{url}/returned", method="POST", timeout=RING_SECONDS)
            response.append(dial)
        else:
            response.hangup()
        return str(response)

    def farewell(self, key: str, locale: str) -> str:
        """A document that says one sentence and hangs up."""
        return self.write(Reply((Line(key),), None, 0, locale))

    def _say(self, verb: VoiceResponse | Gather, lines: Sequence[Line], locale: str) -> None:
        catalogue = prompts(locale)
        voice = self._voices[locale]
        for line in lines:
            verb.say(catalogue.text(line), language=voice.language, voice=voice.name)
