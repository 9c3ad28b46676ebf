"""A telephone to hold in a test or a terminal: one thing after the other, in this process.

phone.dial().keys("00100014").keys("271828#")
assert phone.hears("Bureau 1")
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask

from ivr.carriers import Carrier
from ivr.carriers.twilio import SIGNATURE_HEADER
from ivr.simulator.handset import Handset, Post, State


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook was answered."""

    status: int
    body: str


Send = Callable[[Post], Answer]
"""Delivers a webhook as the carrier would, signed."""


def send_to(app: Flask, carrier: Carrier) -> Send:
    """Delivers webhooks straight to an application in this process."""
    client = app.test_client()

    def send(post: Post) -> Answer:
        headers = {SIGNATURE_HEADER: carrier.sign(post.url, post.form)}
        response = client.post(urlsplit(post.url).path, data=post.form, headers=headers)
        return Answer(response.status_code, response.get_data(as_text=True))

    return send


class Phone:
    """A telephone whose calls go to the line at `public_url` through `send`.

    `passing` is told the modelled seconds as they pass, so that a test's clock can follow.
    """

    def __init__(
        self, send: Send, public_url: str, caller: str = "", passing: Callable[[float], None] = lambda seconds: None
    ) -> None:
        self._send = send
        self._public_url = public_url
        self._passing = passing
        self.caller = caller
        self.call = Handset(public_url, caller)
        self._passed = 0.0
        self.sent: list[Post] = []
        self.answers: list[Answer] = []

    def dial(self) -> "Phone":
        """Hangs up, if need be, and phones the line again."""
        if self.call.state is not State.ENDED and self.sent:
            self.hang_up()
        self.call, self._passed = Handset(self._public_url, self.caller), 0.0
        return self._deliver(self.call.dial())

    def keys(self, keys: str) -> "Phone":
        """Presses keys one after the other; where they do not end the answer, the time-out does."""
        self._deliver(self.call.press(keys))
        if self.call.state is State.GATHERING and self.call.has_keys_ahead:
            self._deliver(self.call.time_out())
        return self

    def silence(self) -> "Phone":
        """Presses nothing until the time is up."""
        return self._deliver(self.call.time_out())

    def nobody_answers(self) -> "Phone":
        """The hot line does not take the call."""
        return self._deliver(self.call.dialled(reached=False))

    def somebody_answers(self) -> "Phone":
        """The hot line takes the call, and ends it."""
        return self._deliver(self.call.dialled(reached=True))

    def hang_up(self) -> "Phone":
        """Hangs up."""
        return self._deliver(self.call.hang_up())

    def send_again(self) -> Answer:
        """The carrier sends the last webhook a second time; the caller hears nothing of it."""
        return self._send(self.sent[-1])

    def hears(self, text: str) -> bool:
        """True if `text` was said since the caller's last answer."""
        return text in self.said

    @property
    def said(self) -> str:
        """All that was said since the caller's last answer."""
        return " ".join(self.call.heard)

    @property
    def ended(self) -> bool:
        """True once the call is over."""
        return self.call.state is State.ENDED

    def _deliver(self, post: Post | None) -> "Phone":
        while post is not None:
            self._passing(self.call.seconds - self._passed)
            self._passed = self.call.seconds
            self.sent.append(post)
            answer = self._send(post)
            self.answers.append(answer)
            post = self.call.receive(answer.status, answer.body)
        return self
