"""A whole country's evening: every bureau phones the production server, and all that it said is counted afterwards.

python -m tests.bench.country FOLDER [--url DATABASE_URL] [--lines N] [--style STYLE] [--workers N]

FOLDER holds `election.toml`, `bureaux.csv`, `results.csv` (plain or `.gz`) and `totals.csv`, by department. The database is
the bundled PostgreSQL, or the empty one at --url. Everything is done by the commands of the house: `election load`,
`pins issue`, `evening` with so many calls at once, `totals`, `audit verify`. Exit status 1 unless no call failed, every bureau
of the results has one tally, every department's totals are those of the file, and the audit chain holds.
"""

import argparse
import csv
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from os import cpu_count
from pathlib import Path

from sqlalchemy import Engine, func, select, text
from sqlalchemy.engine import make_url

from cli import THREADS, WORKERS
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.results_files import read_results
from db.schema import Origin, bureau, call, call_step, election, tally
from ivr.simulator.president import Style
from settings import HOME
from tests.bench.line.__main__ import Database, database, version
from tests.bench.line.servers import Line, database_cpu_seconds, environment, megabytes, served

EVERY = 2.0
"""Seconds between two looks at the processes."""
TENTHS, FIFTHS = 10, 5
FAULTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What line and database had used by a moment, in CPU seconds; `database` is None where its processes are not ours."""

    at: datetime
    line: float
    database: float | None
    memory: list[int]


@dataclass(frozen=True, slots=True)
class Phoned:
    """What the command `evening` said."""

    holds: bool
    calls: int
    confirmed: int
    failed: int
    retries: int
    webhooks: int
    seconds: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database holds afterwards. `reports` and `answers` are times, in order."""

    lost: list[str]
    doubled: list[str]
    began: datetime
    reports: list[datetime]
    answers: list[datetime]


def main() -> None:
    """Runs the evening, prints the table, and ends with 1 unless everything holds."""
    parser = argparse.ArgumentParser(description="A whole country's evening.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="", help="an empty database; by default the bundled PostgreSQL's")
    parser.add_argument("--lines", type=int, default=2000, help="calls at once")
    parser.add_argument("--style", default=Style.AT_ONCE.value, choices=[each.value for each in Style])
    parser.add_argument("--workers", type=int, default=WORKERS)
    options = parser.parse_args()
    with ExitStack() as stack:
        kind = make_url(options.url).get_backend_name() if options.url else "postgresql"
        place = stack.enter_context(database(kind, options.url))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        holds = _evening(place, options, scratch)
    sys.exit(0 if holds else 1)


def _evening(place: Database, options: argparse.Namespace, scratch: Path) -> bool:
    engine = open_engine(place.url)
    upgrade(engine)
    with engine.connect() as connection:
        if connection.execute(select(func.count()).select_from(election)).scalar_one():
            sys.exit(f"{engine.url!r} is not empty")
    results, pins = _file(options.folder, "results.csv"), scratch / "pins.csv"
    register = _file(options.folder, "bureaux.csv")
    load = _timed(place, "election", "load", str(options.folder / "election.toml"), str(register))
    issue = _timed(place, "pins", "issue", "--out", str(pins))
    commits = _commits(engine)
    with served("wsgi:create_worker", place.url, options.workers, THREADS) as line:
        asked = ("--lines", str(options.lines), "--style", options.style)
        samples, phoned = _phone(place, line, str(results), "--pins", str(pins), *asked)
    # A backend hands in what it counted by the time it ends: so commits are read once the line is gone.
    commits = _commits(engine) - commits
    stored = _stored(engine, results)
    differing, compared = _compare(place, options.folder / "totals.csv")
    chain = _command(place, "audit", "verify")
    rows = {
        "database": f"{engine.dialect.name} {version(engine)}, {cpu_count()} cores for callers, line and database",
        "workers × threads": f"{options.workers} × {THREADS}, {options.lines} calls at once, {options.style}",
        "`election load` / `pins issue`": f"{load:.0f} s / {issue:.0f} s",
        **_describe(phoned, stored, samples, commits if engine.dialect.name == "postgresql" else None),
        "bureaux lost / doubled": f"{len(stored.lost)} / {len(stored.doubled)} of {len(read_results(results).figures)}",
        "departments compared / differing": f"{compared} / {len(differing)}",
        "`audit verify`": (chain.stdout or chain.stderr).strip(),
    }
    print("\n| | |\n|---|---|")
    for name, value in rows.items():
        print(f"| {name} | {value} |")
    faults = [
        *differing,
        *(f"no tally: {code}" for code in stored.lost),
        *(f"twice: {code}" for code in stored.doubled),
    ]
    print(*faults[:FAULTS_SHOWN], sep="\n")
    holds = phoned.holds and not faults and compared > 0 and chain.returncode == 0
    print("everything holds" if holds else "NOT everything holds")
    return holds


def _file(folder: Path, name: str) -> Path:
    """The file, or the same compressed."""
    return folder / name if (folder / name).exists() else folder / f"{name}.gz"


def _command(place: Database, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _words(*words), check=False, env=environment(place.url), cwd=HOME, capture_output=True, text=True
    )


def _words(*words: str) -> list[str]:
    return [sys.executable, str(HOME / "app.py"), *words]


def _timed(place: Database, *words: str) -> float:
    """Seconds of a command that must succeed."""
    began = time.perf_counter()
    done = _command(place, *words)
    if done.returncode:
        sys.exit(done.stderr)
    print(done.stdout, end="")
    return time.perf_counter() - began


def _phone(place: Database, line: Line, *words: str) -> tuple[list[Sample], Phoned]:
    """Runs the command `evening`, and looks at the processes until it ends."""
    asked = _words("evening", *words, "--url", f"http://127.0.0.1:{line.port}")
    before, samples = _children_cpu(), [_sample(place, line)]
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(asked, env=environment(place.url), cwd=HOME, stdout=out)
        while process.poll() is None:
            time.sleep(EVERY)
            samples.append(_sample(place, line))
        out.seek(0)
        said = out.read()
    print(said)
    found = re.search(
        r"calls +(\d+) \((\d+) confirmed.*failed +(\d+)\nretries +(\d+)\nwebhooks +(\d+) in ([\d.]+) s", said, re.DOTALL
    )
    if found is None:
        sys.exit("the evening did not end")
    *counts, seconds = found.groups()
    calls, confirmed, failed, retries, webhooks = map(int, counts)
    cpu = _children_cpu() - before
    return samples, Phoned(process.returncode == 0, calls, confirmed, failed, retries, webhooks, float(seconds), cpu)


def _sample(place: Database, line: Line) -> Sample:
    return Sample(datetime.now(UTC), line.cpu_seconds(), database_cpu_seconds(place.postmaster), line.memory())


def _children_cpu() -> float:
    """CPU seconds of the commands that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _stored(engine: Engine, results: Path) -> Stored:
    """Counts in the tables themselves; a bureau of which the results say nothing should have no tally."""
    live = tally.c.origin == Origin.LIVE.value
    counted = select(bureau.c.code, func.count(tally.c.id)).outerjoin(tally, (tally.c.bureau_id == bureau.c.id) & live)
    with engine.connect() as connection:
        counts = dict(connection.execute(counted.group_by(bureau.c.code)).all())
        began = connection.execute(select(func.min(call.c.started_at))).scalar_one()
        reports = list(connection.execute(select(tally.c.at).where(live).order_by(tally.c.at)).scalars())
        answers = list(connection.execute(select(call_step.c.at).order_by(call_step.c.at)).scalars())
    if not reports:
        sys.exit("nobody reported")
    due = read_results(results).figures
    lost = [code for code in due if counts.get(code, 0) == 0]
    doubled = [code for code, count in counts.items() if count > int(code in due)]
    return Stored(lost, doubled, began, reports, answers)


def _compare(place: Database, published: Path) -> tuple[list[str], int]:
    """The differences between `totals --level department` and the published totals, and how many departments were compared."""
    with published.open(encoding="utf-8", newline="") as file:
        due = {row["department"]: row for row in csv.DictReader(file) if row["department"] != "*"}
    said = _command(place, "totals", "--level", "department", "--format", "csv")
    found = {row["department"]: row for row in csv.DictReader(StringIO(said.stdout))}
    differing = [f"department {code} is not in both" for code in sorted(due.keys() ^ found.keys())]
    both = sorted(due.keys() & found.keys())
    for code in both:
        wrong = [
            f"{name} {found[code][name]}, not {count}"
            for name, count in due[code].items()
            if found[code][name] != count
        ]
        if found[code]["reported"] != found[code]["bureaux"]:
            wrong.append(f"{found[code]['reported']} bureaux reported")
        if wrong:
            differing.append(f"department {code}: {'; '.join(wrong)}")
    return differing, len(both)


def _describe(phoned: Phoned, stored: Stored, samples: list[Sample], commits: int | None) -> dict[str, str]:
    """The rows on pace and cost."""
    reports, span = len(stored.reports), stored.reports[-1] - stored.began
    line = samples[-1].line - samples[0].line
    tenths = [
        f"{_within(stored.reports, since, until) / (until - since).total_seconds():.0f}"
        for since, until in _parts(stored.began, span, TENTHS)
    ]
    fifths = list(_parts(stored.began, span, FIFTHS))
    costs = [_cost(stored, samples, *each) for each in fifths]
    return {
        "evening": f"{phoned.seconds:.0f} s, {phoned.calls} calls, {phoned.confirmed} confirmed, {phoned.failed} failed",
        "reports a second": f"{reports / span.total_seconds():.1f}",
        "… by tenth of the evening": " ".join(tenths),
        "webhooks": f"{phoned.webhooks}, {phoned.webhooks / phoned.seconds:.0f} a second, {phoned.retries} retries",
        "CPU a report, line / database / callers": (
            f"{_ms(line / reports)} / {_ms(_database_cpu(samples, reports))} / {_ms(phoned.cpu / reports)}"
        ),
        "CPU ms a report of line and database, by fifth": " ".join(f"{1000 * report:.2f}" for report, _ in costs),
        "… an answer of a call, by fifth": " ".join(f"{1000 * answer:.2f}" for _, answer in costs),
        "transactions a report (`xact_commit`, reads too)": "–" if commits is None else f"{commits / reports:.2f}",
        "memory of each worker, at the start": megabytes(samples[0].memory),
        "… after a fifth": megabytes(_sample_at(samples, fifths[0][1]).memory),
        "… at the end": megabytes(samples[-1].memory),
    }


def _parts(began: datetime, span: timedelta, count: int) -> Iterator[tuple[datetime, datetime]]:
    """The evening in so many parts of equal length."""
    return pairwise(began + span * (number / count) for number in range(count + 1))


def _within(times: list[datetime], since: datetime, until: datetime) -> int:
    return sum(since < each <= until for each in times)


def _cost(stored: Stored, samples: list[Sample], since: datetime, until: datetime) -> tuple[float, float]:
    """CPU seconds of line and database for each report and for each answer of a part of the evening.

    While all calls begin nobody reports, and while the last ones end nobody begins: of the costs of a report, those of the
    second to the fourth fifth can be set against each other, where far more bureaux phone than phone at once. A confirmation
    costs more than another answer, so those of an answer err the other way.
    """
    used = _used_by(samples, until) - _used_by(samples, since)
    return tuple(used / max(1, _within(times, since, until)) for times in (stored.reports, stored.answers))


def _used_by(samples: list[Sample], at: datetime) -> float:
    """CPU seconds of line and database by then, in a straight line between two looks."""
    for before, after in pairwise(samples):
        if at <= after.at:
            part = max(0.0, (at - before.at) / (after.at - before.at))
            return _all(before) + part * (_all(after) - _all(before))
    return _all(samples[-1])


def _all(sample: Sample) -> float:
    return sample.line + (sample.database or 0.0)


def _sample_at(samples: list[Sample], at: datetime) -> Sample:
    return next((each for each in samples if each.at >= at), samples[-1])


def _database_cpu(samples: list[Sample], reports: int) -> float | None:
    first, last = samples[0].database, samples[-1].database
    return None if first is None or last is None else (last - first) / reports


def _ms(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000 * seconds:.2f} ms"


def _commits(engine: Engine) -> int:
    """What PostgreSQL has committed in this database; 0 on SQLite, which does not count."""
    if engine.dialect.name == "sqlite":
        return 0
    with engine.connect() as connection:
        counted = text("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
        return int(connection.execute(counted).scalar_one())


if __name__ == "__main__":
    main()
