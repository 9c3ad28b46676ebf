"""Phones a whole election in over HTTP, enters its official minutes twice, and compares what is listed with the files.

python -m tests.bench.reconcile_election FOLDER PHONE.csv.gz PV.csv.gz [--url URL] [--lines N]

FOLDER holds `election.toml` and `bureaux.csv.gz`. Every bureau of PHONE is phoned in by `evening`; of these, the minutes in PV
are entered by two clerks of each department, through the domain's own functions. Without `--url`, in an SQLite database of
its own. Ends with 1 if the differing bureaux are not exactly those that the files say.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import Progress
from sqlalchemy import Engine, select

from db import audit, elections, users
from db.audit.verify import verify
from db.backends.engine import open_engine
from db.decisions import Decider
from db.results_files import ResultsFile, read_results
from db.schema import bureau, department, user
from db.transactions import begin_write, snapshot
from db.users import NewUser, Post, Role
from reporting.verification.comparison import ComparisonState
from reporting.verification.reconciliation_list import CaseFilter, read_cases
from reporting.verification.statement_files import import_statements
from services import AUDIT_CHECKS, after_a_tally
from tests.bench.screens import serve


def command(url: str, *arguments: str, public_url: str = "http://127.0.0.1:1") -> None:
    """Runs a command of the front door."""
    settings = {"DATABASE_URL": url, "SECRET_KEY": "x" * 32, "PIN_PEPPER": "x", "TWILIO_AUTH_TOKEN": "x"}
    environment = {**os.environ, **settings, "PUBLIC_URL": public_url}
    subprocess.run([sys.executable, "app.py", *arguments], env=environment, check=True)


def add_clerks(engine: Engine) -> dict[str, tuple[Decider, Decider]]:
    """Two clerks for each department."""
    clerks = {}
    with begin_write(engine) as transaction:
        for number, code in enumerate(transaction.connection.scalars(select(department.c.code)).all()):
            pair = []
            for which in (1, 2):
                new = NewUser(f"clerk-{number}-{which}@bench.example", Role.CDRV, "-", None, Post.CLERK, code)
                key = users.add(transaction, new, at=datetime.now(UTC))
                pair.append(Decider.of(transaction.connection.execute(select(user).where(user.c.id == key)).one()))
            clerks[code] = (pair[0], pair[1])
    return clerks


def enter(engine: Engine, path: Path, wanted: set[str]) -> int:
    """Has both clerks of every department enter its minutes; returns how many entries were made."""
    read = read_results(path)
    with engine.connect() as connection:
        query = select(bureau.c.code, department.c.code).join(department)
        places = dict(connection.execute(query).all())
    parts: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for code, figures in read.figures.items():
        if code in wanted:
            parts[places[code]][code] = figures
    entered = 0
    clerks = add_clerks(engine)
    with Progress(transient=True) as bar:
        task = bar.add_task("minutes", total=2 * sum(map(len, parts.values())))
        for place, figures in parts.items():
            for entry, clerk in enumerate(clerks[place], 1):
                done = import_statements(
                    engine,
                    None,
                    path,
                    ResultsFile(read.fields, figures, read.lines),
                    entry,
                    clerk,
                    clock=lambda: datetime.now(UTC),
                    consequences=after_a_tally(),
                    progress=lambda count: bar.advance(task, count),
                )
                assert not done.faults, done.faults[0]
                entered += done.entered
    return entered


def main() -> None:
    """Runs the replay, and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("phone", type=Path)
    parser.add_argument("pv", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--lines", default="30")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(asked, asked.url or f"sqlite:///{folder}/replay.sqlite", Path(folder))


def run(asked: argparse.Namespace, url: str, folder: Path) -> None:
    """Phones, enters, compares."""
    pins = folder / "pins.csv"
    command(url, "election", "load", str(asked.folder / "election.toml"), str(asked.folder / "bureaux.csv.gz"))
    command(url, "pins", "issue", "--out", str(pins))
    process, base = serve(url)
    try:
        arguments = ["--pins", str(pins), "--lines", asked.lines, "--style", "at-once"]
        command(url, "evening", str(asked.phone), *arguments, public_url=base)
    finally:
        process.terminate()
        process.wait()
    engine = open_engine(url)
    phoned, minutes = read_results(asked.phone).figures, read_results(asked.pv).figures
    both = phoned.keys() & minutes.keys()
    started = time.perf_counter()
    entered = enter(engine, asked.pv, both)
    seconds = time.perf_counter() - started
    print(f"entries of minutes   {entered} in {seconds:.0f} s: {entered / seconds:.0f} per second")
    expected = {code for code in both if phoned[code] != minutes[code]}
    with snapshot(engine) as connection:
        election, _ = elections.find(connection)
        differing = {
            case.code: case for case in read_cases(connection, election, CaseFilter(ComparisonState.DIFFERING))
        }
        agreed = list(read_cases(connection, election, CaseFilter(ComparisonState.AGREED)))
    kinds = Counter(line.kind.value for case in differing.values() for line in case.comparison.lines if line.kind)
    print(f"differing            {len(differing)}, expected {len(expected)}")
    print(f"fields by kind       {dict(kinds)}")
    wrong = sum(line.phone != line.pv for case in agreed for line in case.comparison.lines)
    print(f"agreed               {len(agreed)}, of whose fields {wrong} differ")
    found = verify(engine, AUDIT_CHECKS)
    print(f"audit                {found}")
    right = differing.keys() == expected and not wrong and len(agreed) == len(both) - len(expected)
    sys.exit(0 if right and isinstance(found, audit.Head) else 1)


if __name__ == "__main__":
    main()
