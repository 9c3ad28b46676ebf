"""How fast the public page is: with all of France published, over HTTP, beside a page that says nothing.

python -m tests.bench.public [--bureaux N] [--seconds S] [--clients C]

Fills a SQLite database of its own with synthetic publications, prints how long each view takes to print, and then the requests
per second and the 99th percentile from one worker of the production server, in turns with a bare Flask route under the same
server. The ratio is what counts: both run in the same minutes, on the same machine.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, delete, insert, select

from app import create_app
from db import elections, register
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.register_files import BureauRow, read_election
from db.schema import bureau, department, published_department
from db.transactions import begin_write
from reporting.public_site.pages import results_app
from reporting.publication.publish import add_up, encode, encode_rows, publish, sha256
from reporting.publication.signature import Signer
from settings import Settings

ELECTION = Path(__file__).parents[1] / "data" / "election.toml"
DEPARTMENTS = [f"{number:02}" for number in range(1, 96)] + ["971", "972", "973", "974", "976", "099"]
PORT = 8140
VIEWS = (
    "/resultats",
    "/resultats?lang=en",
    "/resultats/departement/59",
    "/resultats.csv",
    "/resultats.csv?level=bureau",
    "/resultats.json",
    "/resultats/publications.json",
)
TURNS = 3
PLAIN_BYTES = 9_000
"""What the page of results weighs compressed."""
FIGURES = {"voters": 312, "invalid": 4, "1": 100, "2": 2, "3": 120, "4": 40, "5": 30, "6": 16}


def fill(url: str, bureaux: int) -> None:
    """A database in which this many bureaux are published."""
    engine = open_engine(url)
    upgrade(engine)
    at = datetime.now(UTC)
    with begin_write(engine) as transaction:
        file = replace(read_election(ELECTION), polls_close=at - timedelta(hours=1))
        register.load(transaction, file, list(_register(bureaux)), at=at)
        election, schedule = elections.find(transaction.connection)
        _publish_all(transaction.connection, election.id)
        publish(transaction, election, schedule, [], Signer("a secret key for the benchmark"), at)
    engine.dispose()


def _register(bureaux: int) -> Iterator[BureauRow]:
    for number in range(bureaux):
        where = DEPARTMENTS[number % len(DEPARTMENTS)]
        code = f"{where.zfill(3)}{number:06}"
        yield BureauRow(code, where, f"Commune-sur-Rivière {number}", "Bureau 1", 640, "", None)


def _publish_all(connection: Connection, election_id: int) -> None:
    """Writes what the rule would write if every bureau of the register were validated."""
    connection.execute(delete(published_department))
    found: dict[str, list[dict[str, object]]] = {}
    query = select(department.c.code.label("department"), bureau.c.code, bureau.c.commune, bureau.c.name).join(
        department
    )
    for number, row in enumerate(connection.execute(query.order_by(bureau.c.code))):
        figures = FIGURES | {"1": FIGURES["1"] + number % 50, "voters": FIGURES["voters"] + number % 50}
        each = {"code": row.code, "commune": row.commune, "name": row.name, "electorate": 640, "figures": figures}
        found.setdefault(row.department, []).append(each)
    for code, rows in found.items():
        text = encode_rows(rows)
        values = {"code": code, "rows": text, "totals": encode(add_up(rows)), "hash": sha256(text)}
        connection.execute(insert(published_department).values(election_id=election_id, **values))


def measure_printing(url: str) -> None:
    """How long the first request of each view takes, and how large it is."""
    engine = open_engine(url)
    client = results_app(engine, lambda: datetime.now(UTC)).test_client()
    print(f"{'view':32} {'printed in':>12} {'bytes':>12} {'gzip':>12} {'anew in':>12}")
    first = {path: _time(client, path) for path in VIEWS}
    _publish_again(engine)
    time.sleep(1.0)
    again = {path: _time(client, path) for path in VIEWS}
    for path in VIEWS:
        size, zipped = len(client.get(path).data), len(client.get(path, headers={"Accept-Encoding": "gzip"}).data)
        print(f"{path:32} {first[path]:9.0f} ms {size:12,} {zipped:12,} {again[path]:9.0f} ms")
    engine.dispose()


def _time(client: FlaskClient, path: str) -> float:
    """Milliseconds."""
    begun = time.perf_counter()
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return 1000 * (time.perf_counter() - begun)


def _publish_again(engine: Engine) -> None:
    """The next publication, of the same bureaux: every page is printed anew."""
    with begin_write(engine) as transaction:
        election, schedule = elections.find(transaction.connection)
        publish(transaction, election, schedule, [], Signer("a secret key for the benchmark"), datetime.now(UTC))


def results_factory() -> Flask:
    """What one worker serves: the whole house, in which the page of results stands."""
    settings = Settings(
        database_url=os.environ["BENCH_DATABASE"],
        secret_key="a secret key for the benchmark",
        pin_pepper="a pepper for the benchmark",
        public_url="https://line.example",
        twilio_auth_token="a token for the benchmark",
    )
    return create_app(settings)


def bare_factory() -> Flask:
    """A Flask application that says the same to everybody."""
    app = Flask("bare", static_folder=None)
    body = b"x" * PLAIN_BYTES
    app.add_url_rule("/resultats", "bare", lambda: Response(body, mimetype="text/html"))
    return app


@contextmanager
def served(factory: str, port: int) -> Iterator[None]:
    """One worker of the production server."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-log", "--port", str(port)]
    command += ["--workers", "1", "--blocking-threads", "10", f"tests.bench.public:{factory}"]
    process = subprocess.Popen(command)
    try:
        for _ in range(300):
            try:
                with urlopen(f"http://127.0.0.1:{port}/resultats"):
                    break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


async def ask(port: int, clients: int, seconds: float) -> list[float]:
    """Seconds that each request took, of so many clients that ask again as soon as they are answered."""
    request = f"GET /resultats HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    until = time.perf_counter() + seconds
    took: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while (begun := time.perf_counter()) < until:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
            took.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return took


def measure_serving(clients: int, seconds: float) -> None:
    """The page of results and the bare route in turns, and the ratio of each turn."""
    ports = {"results_factory": PORT, "bare_factory": PORT + 1}
    ratios = []
    with served("results_factory", PORT), served("bare_factory", PORT + 1):
        for turn in range(TURNS + 1):
            rates = {}
            for factory, port in ports.items():
                took = sorted(asyncio.run(ask(port, clients, seconds if turn else 1.0)))
                rates[factory] = len(took) / seconds
                if turn:  # the first only warms up
                    p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
                    print(f"{factory:16} {rates[factory]:7.0f}/s  p50 {1000 * p50:5.1f} ms  p99 {1000 * p99:5.1f} ms")
            if turn:
                ratios.append(rates["results_factory"] / rates["bare_factory"])
    print(f"ratio, median of {TURNS}: {statistics.median(ratios):.2f} ({', '.join(f'{each:.2f}' for each in ratios)})")


def main() -> None:
    """Fills, prints, serves."""
    parser = argparse.ArgumentParser(description="The public page, with all of France published.")
    parser.add_argument("--bureaux", type=int, default=69_242)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/public.sqlite"
        fill(url, options.bureaux)
        measure_printing(url)
        os.environ["BENCH_DATABASE"] = url
        measure_serving(options.clients, options.seconds)


if __name__ == "__main__":
    main()
