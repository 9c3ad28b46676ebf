"""The calls that all three lines are given: every webhook of every call, signed and encoded before the clock starts.

The fields are the 26 that Twilio sends with a Gather's answer for a French number (`docs/performance.md`).
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from sqlalchemy import Engine

from db import pins, register
from db.pins import PinSeal
from db.register_files import BureauRow, ElectionFile
from db.transactions import begin_write
from flows.ballot import Candidate, CheckDigit, Invalid
from ivr.carriers.twilio import SIGNATURE_HEADER, Twilio

PUBLIC_URL = "https://line.example"
TOKEN = "a token for the benchmark"
SECRET = "a secret for the benchmark"
CANDIDATES = 6
DEPARTMENTS = 20
FIGURE_STEPS = range(4, 4 + 2 + CANDIDATES)
"""Where a call asks for voters, invalid ballots and the candidates; before them are the code (1), the PIN (2) and the errand
that looks up how far the bureau is (3)."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """A president with something to say: code, PIN, telephone, and the figures in the minutes' order."""

    code: str
    pin: str
    caller: str
    figures: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One webhook on the wire, and what the document that answers it must contain."""

    wire: bytes
    expects: bytes


Call = tuple[Request, ...]


def load(engine: Engine, bureaux: int) -> list[Reporter]:
    """An election of six candidates whose polls closed an hour ago, and its presidents."""
    closed = datetime.now(UTC) - timedelta(hours=1)
    candidates = tuple(Candidate(number, f"C{number}", f"Candidat {number}") for number in range(1, CANDIDATES + 1))
    file = ElectionFile("Bench", 1, closed, "fr", Invalid.COMBINED, CheckDigit.NONE, candidates)
    rows = [
        BureauRow(f"{number:06}", f"{number % DEPARTMENTS:02}", "Lyon", f"Bureau {number}", 900, "", None)
        for number in range(bureaux)
    ]
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, file, rows, at=closed)
        transaction.connection.commit()
        drawn = pins.draw_missing(transaction.connection, loaded.election_id, PinSeal(SECRET))
        pins.issue(transaction, drawn, at=closed)
        clear = drawn.clear
    chance = random.Random(2011)
    return [Reporter(code, pin, f"+336{39980000 + int(code):08}", _figures(chance)) for code, pin in clear.items()]


def _figures(chance: random.Random) -> tuple[int, ...]:
    votes = [chance.randint(1, 120) for _ in range(CANDIDATES)]
    invalid = chance.randint(0, 9)
    return sum(votes) + invalid, invalid, *votes


def one_by_one(reporter: Reporter) -> Call:
    """A call that keys figure by figure: twelve webhooks with six candidates."""
    return _sign(reporter, _one_by_one(reporter))


def at_once(reporter: Reporter) -> Call:
    """A call that keys all figures at once: five webhooks."""
    return _sign(reporter, _at_once(reporter))


STYLES: dict[str, Callable[[Reporter], Call]] = {"one-by-one": one_by_one, "at-once": at_once}
WEBHOOKS = {"one-by-one": 12, "at-once": 5}
"""Webhooks of a call of each style."""


def _one_by_one(reporter: Reporter) -> Iterator[tuple[str, str]]:
    yield "/voice/answer", ""
    yield "/voice/step/1/keys", reporter.code
    yield "/voice/step/2/keys", reporter.pin
    for step, figure in zip(FIGURE_STEPS, reporter.figures, strict=True):
        yield f"/voice/step/{step}/keys", str(figure)
    yield f"/voice/step/{FIGURE_STEPS.stop}/keys", "1"


def _at_once(reporter: Reporter) -> Iterator[tuple[str, str]]:
    yield "/voice/answer", ""
    yield "/voice/step/1/keys", reporter.code
    yield "/voice/step/2/keys", reporter.pin
    yield f"/voice/step/{FIGURE_STEPS.start}/keys", "*".join(map(str, reporter.figures))
    yield f"/voice/step/{FIGURE_STEPS.start + 1}/keys", "1"


def _sign(reporter: Reporter, webhooks: Iterator[tuple[str, str]]) -> Call:
    carrier, sid, requests = Twilio(TOKEN), f"CA{uuid4().hex}", list(webhooks)
    call = []
    for place, (path, keys) in enumerate(requests):
        form = _form(sid, reporter.caller, keys)
        body = urlencode(form).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {urlsplit(PUBLIC_URL).netloc}\r\nUser-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
            f"Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: {len(body)}\r\n"
            f"{SIGNATURE_HEADER}: {carrier.sign(PUBLIC_URL + path, form)}\r\n\r\n"
        )
        expects = b"<Gather" if place + 1 < len(requests) else b"<Hangup"
        call.append(Request(head.encode() + body, expects))
    return tuple(call)


def _form(sid: str, caller: str, keys: str) -> dict[str, str]:
    """Twenty-five fields and the keys."""
    place = {"City": "", "Country": "FR", "State": "", "Zip": ""}
    numbers = {"Called": "+33199001111", "Caller": caller, "From": caller, "To": "+33199001111"}
    return {
        "AccountSid": "AC00000000000000000000000000000001",
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "in-progress",
        "Digits": keys,
        "Direction": "inbound",
        **{f"{who}{what}": value for who in numbers for what, value in place.items()},
        **numbers,
    }
