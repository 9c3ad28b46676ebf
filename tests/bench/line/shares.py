"""Where a webhook's time goes: processor time of each webhook of a call, in this process, and the share of each layer.

python -m tests.bench.line.shares [sqlite|postgresql] [--calls N] [--application NAME]

The times are taken without a profiler, in the thread that serves: without what the disk and PostgreSQL take. The shares are
those of `cProfile`, waiting included, over all webhooks of as many further calls.
"""

import argparse
import cProfile
import gc
import importlib
import io
import os
import pstats
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from db.backends.engine import open_engine
from db.migrate import upgrade
from tests.bench.line.__main__ import APPLICATIONS, WARM_UP, database
from tests.bench.line.calls import PUBLIC_URL, SECRET, TOKEN, Request, load, one_by_one

NAMES = ("answer", "code", "PIN", *(f"figure {number}" for number in range(1, 9)), "confirm")
LAYERS = {
    "sqlalchemy": "SQLAlchemy",
    "psycopg": "psycopg",
    "flask": "Flask and Werkzeug",
    "werkzeug": "Flask and Werkzeug",
    "nacl": "argon2",
    "fluent": "wording (Fluent)",
    "flows": "flows",
    "ivr": "ivr",
    "db": "db",
    "reporting": "reporting",
}
"""By the first folder of a function's file."""
BUILT_IN = {"sqlite3": "SQLite", "commit": "SQLite", "crypto_pwhash": "argon2", "psycopg": "psycopg"}
"""By a part of a built-in function's name."""


def main() -> None:
    """Prints both."""
    parser = argparse.ArgumentParser(description="Where a webhook's time goes.")
    parser.add_argument("kind", nargs="?", default="sqlite", choices=["sqlite", "postgresql"])
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--application", default="remontee", choices=["plain", "remontee"])
    options = parser.parse_args()
    with database(options.kind, "") as place:
        os.environ.update(DATABASE_URL=place.url, PUBLIC_URL=PUBLIC_URL, SECRET_KEY=SECRET, PIN_PEPPER=SECRET)
        os.environ["TWILIO_AUTH_TOKEN"] = TOKEN
        engine = open_engine(place.url)
        upgrade(engine)
        calls = [one_by_one(each) for each in load(engine, 2 * options.calls + WARM_UP)]
        module, _, factory = APPLICATIONS[options.application].partition(":")
        serve = getattr(importlib.import_module(module), factory)().wsgi_app
        gc.collect()
        gc.freeze()
        for call in calls[:WARM_UP]:
            for request in call:
                _answer(serve, request)
        _print_times(serve, calls[WARM_UP : WARM_UP + options.calls])
        _print_shares(serve, calls[WARM_UP + options.calls :])


def _print_times(serve: Any, calls: list[tuple[Request, ...]]) -> None:
    used: dict[int, float] = defaultdict(float)
    for call in calls:
        for place, request in enumerate(call):
            started = time.thread_time()
            _answer(serve, request)
            used[place] += time.thread_time() - started
    for name, seconds in zip(NAMES, used.values(), strict=True):
        print(f"{name:10}{1e6 * seconds / len(calls):7.0f} us")
    whole = sum(used.values()) / len(calls)
    print(f"{'call':10}{1e3 * whole:7.2f} ms, {1e6 * whole / len(NAMES):.0f} us a webhook")


def _print_shares(serve: Any, calls: list[tuple[Request, ...]]) -> None:
    profile = cProfile.Profile()
    for call in calls:
        for request in call:
            environment = _environment(request)
            profile.enable()
            b"".join(serve(environment, lambda *_: None))
            profile.disable()
    shares: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        shares[_layer(file, name)] += own
    whole = sum(shares.values())
    for layer, seconds in shares.most_common():
        print(f"{100 * seconds / whole:5.1f} %  {layer}")


def _layer(file: str, name: str) -> str:
    if file == "~":
        return next((layer for part, layer in BUILT_IN.items() if part in name), "Python's built-in functions")
    path = Path(file)
    parts = path.parts[path.parts.index("site-packages") + 1 :] if "site-packages" in path.parts else path.parts
    return next((LAYERS[part] for part in parts if part in LAYERS), "Python's library and others")


def _answer(serve: Any, request: Request) -> None:
    status: list[str] = []
    body = b"".join(serve(_environment(request), lambda line, *_: status.append(line)))
    assert status[0].startswith("200"), (status, body)
    assert request.expects in body, body


def _environment(request: Request) -> dict[str, Any]:
    """What a server makes of the bytes on the wire."""
    head, _, body = request.wire.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": first.split()[1],
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": headers["host"],
        "CONTENT_TYPE": headers["content-type"],
        "CONTENT_LENGTH": headers["content-length"],
        "HTTP_X_TWILIO_SIGNATURE": headers["x-twilio-signature"],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


if __name__ == "__main__":
    main()
