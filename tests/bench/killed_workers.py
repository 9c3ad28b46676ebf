"""An evening during which one of two workers is killed (SIGKILL) again and again: is every confirmed tally there, once?

python -m tests.bench.killed_workers FOLDER [--bureaux N] [--every SECONDS] [--database sqlite|postgresql]

FOLDER holds `election.toml`, `bureaux.csv` and `results.csv` (plain or `.gz`); the first N bureaux phone in. Exit status 1
unless every bureau has exactly one tally with the figures of the file, and the audit chain holds.
"""

import argparse
import csv
import gzip
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from io import StringIO
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, select

from cli import THREADS
from db.backends.engine import open_engine
from db.migrate import upgrade
from db.results_files import read_results
from db.schema import Origin, bureau, tally, tally_count
from settings import HOME
from tests.bench.line.__main__ import Database, database
from tests.bench.line.servers import Line, environment, served

WORKERS = 2
LINES = 100
"""Calls at once."""


def main() -> None:
    """Runs the evening, prints what happened, and ends with 1 unless everything holds."""
    parser = argparse.ArgumentParser(description="An evening with workers that are killed.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--bureaux", type=int, default=2000)
    parser.add_argument("--every", type=float, default=7.0, help="seconds between two kills")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    options = parser.parse_args()
    with database(options.database, "") as place, tempfile.TemporaryDirectory() as scratch:
        sys.exit(0 if _evening(place, options, Path(scratch)) else 1)


def _evening(place: Database, options: argparse.Namespace, scratch: Path) -> bool:
    engine = open_engine(place.url)
    upgrade(engine)
    register = _first(options.folder, "bureaux.csv", scratch, options.bureaux)
    results = _first(options.folder, "results.csv", scratch, options.bureaux)
    pins = scratch / "pins.csv"
    _run(place, "election", "load", str(options.folder / "election.toml"), str(register))
    _run(place, "pins", "issue", "--out", str(pins))
    with served("wsgi:create_worker", place.url, WORKERS, THREADS) as line:
        address = f"http://127.0.0.1:{line.port}"
        words = ("evening", str(results), "--pins", str(pins), "--url", address, "--lines", str(LINES))
        evening = subprocess.Popen(_words(*words), env=environment(place.url), cwd=HOME)
        kills = _kill_until_it_ends(evening, line, options.every)
    chain = subprocess.run(_words("audit", "verify"), check=False, env=environment(place.url), cwd=HOME)
    wrong = _wrong(engine, results)
    print(f"{kills} workers killed; {len(wrong)} bureaux without exactly one tally of their figures: {wrong[:20]}")
    holds = not wrong and kills > 0 and chain.returncode == 0
    print("everything holds" if holds else "NOT everything holds")
    return holds


def _kill_until_it_ends(evening: subprocess.Popen[bytes], line: Line, every: float) -> int:
    """Kills the oldest worker every so many seconds; returns how many were killed. The server starts another."""
    kills = 0
    while True:
        try:
            evening.wait(every)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.kill(line.workers()[0], signal.SIGKILL)
                kills += 1
        else:
            return kills


def _first(folder: Path, name: str, scratch: Path, rows: int) -> Path:
    """The file's first rows."""
    plain, part = folder / name, scratch / name
    text = plain.read_text(encoding="utf-8") if plain.exists() else gzip.decompress(_packed(plain)).decode()
    with part.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(islice(csv.reader(StringIO(text)), rows + 1))
    return part


def _packed(plain: Path) -> bytes:
    return plain.with_name(f"{plain.name}.gz").read_bytes()


def _words(*words: str) -> list[str]:
    return [sys.executable, str(HOME / "app.py"), *words]


def _run(place: Database, *words: str) -> None:
    subprocess.run(_words(*words), check=True, env=environment(place.url), cwd=HOME)


def _wrong(engine: Engine, results: Path) -> list[str]:
    """The bureaux that have no tally, several, or one with other figures than the file's."""
    query = (
        select(bureau.c.code, tally.c.id, tally_count.c.field, tally_count.c.count)
        .select_from(bureau.join(tally, tally.c.bureau_id == bureau.c.id).join(tally_count))
        .where(tally.c.origin == Origin.LIVE.value)
    )
    stored: dict[str, dict[int, dict[str, int]]] = {}
    with engine.connect() as connection:
        for code, tally_id, field, count in connection.execute(query):
            stored.setdefault(code, {}).setdefault(tally_id, {})[field] = count
    file = read_results(results)
    due = {code: dict(zip(file.fields, figures, strict=True)) for code, figures in file.figures.items()}
    return [code for code, figures in due.items() if list(stored.get(code, {}).values()) != [figures]]


if __name__ == "__main__":
    main()
