"""What differs from carrier to carrier: signatures and voices. All of them speak TwiML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Voice:
    """A carrier's voice for one language."""

    language: str
    name: str


class Carrier(Protocol):
    """What the line asks of a carrier."""

    @property
    def voices(self) -> dict[str, Voice]:
        """The voice of each language."""

    def caller(self, text: str) -> str:
        """The caller's number in E.164, or what the carrier said instead, in words."""

    def is_authentic(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """True if the carrier signed this webhook to exactly this URL with exactly these fields."""

    def sign(self, url: str, form: Mapping[str, str]) -> str:
        """The signature that the carrier would send: for simulated phones."""
