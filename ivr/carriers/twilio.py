"""Twilio, and whoever signs as it does (Somleng, SignalWire)."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import ClassVar

from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from db.phone_numbers import normalise_caller
from ivr.carriers import Voice

SIGNATURE_HEADER = "X-Twilio-Signature"


WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE, spelled on a keypad: how Twilio has named callers who withhold
their number. Some look like numbers, and are nobody's."""


class Twilio:
    """Checks `X-Twilio-Signature`: at once where it fits the address to the letter, else with the library's own validator,
    which knows the carrier's other ways to write an address."""

    voices: ClassVar[dict[str, Voice]] = {
        "fr": Voice("fr-FR", "Polly.Lea-Neural"),
        "en": Voice("en-GB", "Polly.Amy-Neural"),
    }

    def __init__(self, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._token = auth_token.encode()

    def caller(self, text: str) -> str:
        """The caller's number in E.164, "anonymous" where it is withheld, or what Twilio said instead."""
        return "anonymous" if text in WITHHELD else normalise_caller(text)

    def is_authentic(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """True if this account's token signed the webhook."""
        if not signature:
            return False
        if hmac.compare_digest(self._signature(url, form), signature.encode()):
            return True
        return bool(self._validator.validate(url, form, signature))

    def _signature(self, url: str, form: Mapping[str, str]) -> bytes:
        """Base64 of HMAC-SHA1 over the address and the sorted fields (Twilio, *Webhooks security*)."""
        fields = form.items(multi=True) if isinstance(form, MultiDict) else form.items()
        signed = url + "".join(name + value for name, value in sorted(set(fields)))
        return b64encode(hmac.digest(self._token, signed.encode(), "sha1"))

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        """The signature that Twilio would send with `form` to `url`."""
        return str(self._validator.compute_signature(url, form))
