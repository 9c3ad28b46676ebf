"""`python -m tests.bench.pen [--documents N] [--url URL]`: imports a folder of pens' documents, and measures.

Writes N documents (10,000 unless told otherwise) of real handwriting, one for each bureau of an invented register, and 100 that
are hostile or broken, of 16 kinds, into a temporary folder; imports them with `pen import` in a process of its own, and prints
documents a second and the peak of its resident memory.
"""

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from stdnum import damm

from db import elections, register
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.register_files import BureauRow, read_election
from db.transactions import begin_write
from reporting.pen.form_layout import lay_out
from tests.support.handwriting import NAMESPACE, Hand, to_inkml, write_figures
from tests.support.primary_2011 import DATA
from tests.support.settings import ROOT

BAD = 100
MOST_MB = 300


def hostile_documents(good: bytes) -> list[bytes]:
    """One document of each kind that must be refused."""
    bureau = '<annotation type="bureau">00100014</annotation>'
    head, tail = f'<ink xmlns="{NAMESPACE}">'.encode(), b"</ink>"
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return [
        b"",
        b"\x89PNG\r\n\x1a\n" * 1000,
        good[: len(good) // 2],
        f'<!DOCTYPE ink [<!ENTITY e0 "ha">{entities}]><ink xmlns="{NAMESPACE}">&e9;</ink>'.encode(),
        f'<!DOCTYPE ink [<!ENTITY e SYSTEM "file:///etc/passwd">]><ink xmlns="{NAMESPACE}">&e;</ink>'.encode(),
        good.replace(NAMESPACE.encode(), b"http://www.w3.org/2000/svg"),
        good.replace(b'type="bureau"', b'type="office"'),
        good.replace(b"<trace>", b"<trace>NaN NaN, "),
        good.replace(b"<trace>", b"<trace>1e9 1e9, "),
        head + bureau.encode() + b"<trace>" + b"10 10," * 3_000_000 + b"1 1</trace>" + tail,
        head + bureau.encode() + b"<trace>" + b"10 10," * 300_000 + b"1 1</trace>" + tail,
        head + b"<traceGroup>" * 150_000,
        head + b"<trace/>" * 240_000 + tail,
        head + bureau.encode() + b"<annotation>" + b"x" * 1_900_000,
        head + b'<a b="' + b"y" * 1_900_000 + b'"/>' + tail,
        good,
    ]


def write_documents(folder: Path, codes: list[str], election) -> None:
    hand, chance, places = Hand(seed=2011), random.Random(2011), lay_out(election)
    document = b""
    for code in codes:
        document = to_inkml(write_figures(hand, _figures(chance, election), places), code)
        (folder / f"{code}.inkml").write_bytes(document)
    kinds = hostile_documents(document)
    for number in range(BAD):
        (folder / f"bad-{number}.inkml").write_bytes(kinds[number % len(kinds)])


def _figures(chance: random.Random, election) -> dict[str, int]:
    votes = {field: int(chance.lognormvariate(3.5, 1)) for field in election.candidate_fields}
    invalid = chance.randint(0, 9)
    return {"voters": sum(votes.values()) + invalid, "invalid": invalid, **votes}


def load_register(url: str, count: int):
    """The ballot of 2011 with `count` bureaux. Returns the election and their codes."""
    file = read_election(DATA / "election.toml")
    stems = [f"{serial // 500 + 1:03}{serial % 500 + 1:04}" for serial in range(count)]
    codes = [stem + damm.calc_check_digit(stem) for stem in stems]
    rows = [BureauRow(code, code[:3], "Commune", f"Bureau {code}", 800, "President", None) for code in codes]
    engine = open_engine(url)
    upgrade(engine)
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, file, rows, at=datetime.now(UTC))
        election, _ = elections.find(transaction.connection, loaded.election_id)
    engine.dispose()
    return election, codes


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=10_000)
    arguments.add_argument("--url", help="an empty database; SQLite in the temporary folder by default")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="remontee-pen-") as place:
        url = chosen.url or f"sqlite:///{place}/remontee.sqlite"
        election, codes = load_register(url, chosen.documents)
        folder = Path(place) / "pens"
        folder.mkdir()
        write_documents(folder, codes, election)
        report = Path(place) / "report.csv"
        environment = {**os.environ, "DATABASE_URL": url}
        command = [sys.executable, "app.py", "pen", "import", str(folder), "--report", str(report)]
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, env=environment, check=False)
        taken = time.perf_counter() - started
        with report.open(newline="") as file:
            outcomes = Counter(bool(row["reason"]) for row in csv.DictReader(file))
        documents = outcomes.total()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{documents} documents in {taken:.1f} s: {documents / taken:.0f} a second, peak RSS {peak:.0f} MB")
    print(f"taken {outcomes[False]}, refused {outcomes[True]}")
    sys.exit(0 if outcomes == {False: chosen.documents, True: BAD} and peak < MOST_MB else 1)


if __name__ == "__main__":
    main()
