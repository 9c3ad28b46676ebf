"""Twilio, and carriers that sign as it does (Somleng, SignalWire)."""

import hmac
from collections.abc import Mapping
from typing import ClassVar

from twilio.request_validator import RequestValidator

from db.phone_numbers import normalise_caller
from ivr.carriers import Voice

SIGNATURE_HEADER = "X-Twilio-Signature"


WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE, spelled on a keypad: how Twilio has named callers who withhold
their number. Some look like numbers, but no telephone has them."""


class Twilio:
    """Checks `X-Twilio-Signature` with the library's own validator: first whether the signature fits the address to the letter,
    then its other ways to write the address, which take as long again."""

    voices: ClassVar[dict[str, Voice]] = {
        "fr": Voice("fr-FR", "Polly.Lea-Neural"),
        "en": Voice("en-GB", "Polly.Amy-Neural"),
    }

    def __init__(self, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)

    def caller(self, text: str) -> str:
        """The caller's number in E.164, "anonymous" where it is withheld, or what Twilio said instead."""
        return "anonymous" if text in WITHHELD else normalise_caller(text)

    def is_authentic(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """True if this account's token signed the webhook."""
        expected = self._validator.compute_signature(url, form)
        if hmac.compare_digest(expected.encode(), signature.encode()):
            return True
        return bool(signature) and bool(self._validator.validate(url, form, signature))

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        """The signature that Twilio would send with `form` to `url`."""
        return str(self._validator.compute_signature(url, form))
