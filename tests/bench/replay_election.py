"""Replays a whole election into a database of its own, rules and all, and reports what the rules found.

python -m tests.bench.replay_election FOLDER RESULTS.csv.gz [--url URL] [--beside OTHER.csv.gz]

FOLDER holds `election.toml` and `bureaux.csv.gz`. Every bureau of RESULTS reports by one call, in the order of a shuffled
register, an evening of four hours long. With `--beside`, the same bureaux of OTHER follow by the operators' channel; those
in which the two differ are counted as the known slips.
"""

import argparse
import random
import sys
import time
from collections import Counter
from datetime import timedelta
from itertools import islice
from pathlib import Path

from rich.progress import Progress
from sqlalchemy import Engine, select, text

from db import calls, elections, register, tallies
from db.backends.engine import open_engine
from db.calls import CallSoFar, NewCall
from db.migrate import upgrade
from db.register_files import read_bureaux, read_election
from db.results_files import read_results
from db.schema import Channel, FlagState, Origin, bureau, flag, tally
from db.tallies import NewTally
from db.transactions import WriteTransaction, begin_write
from flows.replay import Conversation, flow_version
from flows.vocabulary import AnyAnswer, Ask, Fresh, Identified, Keyed, Opened, Outcome, Step, Stored
from reporting.anomalies.rules import RULES, Severity
from services import after_a_tally

SEED = 2011
EVENING = timedelta(hours=4)
BATCH = 500
CALL = timedelta(seconds=70)


def load(engine: Engine, folder: Path) -> int:
    """Loads the register; returns the election's id."""
    file = read_election(folder / "election.toml")
    rows = read_bureaux(folder / "bureaux.csv.gz", file.check_digit)
    with begin_write(engine) as transaction:
        loaded = register.load(transaction, file, rows, at=file.polls_close)
    return loaded.election_id


def report(engine: Engine, election_id: int, results: Path, channel: Channel) -> float:
    """Stores every tally of `results`; returns the seconds that it took."""
    figures = _figures(results)
    codes = list(figures)
    random.Random(SEED).shuffle(codes)
    consequences = after_a_tally()
    started = time.perf_counter()
    with engine.connect() as connection:
        election, schedule = elections.find(connection, election_id)
        known = {row.code: row for row in connection.execute(select(bureau).where(bureau.c.election_id == election_id))}
    with Progress(transient=True) as bar:
        left = enumerate(bar.track(codes))
        while batch := list(islice(left, BATCH)):
            with begin_write(engine) as transaction:
                for place, code in batch:
                    at = schedule.polls_close + timedelta(minutes=40) + EVENING * (place / len(codes))
                    if code in known:
                        _store(transaction, election, known[code], figures[code], channel, place, at, consequences)
    return time.perf_counter() - started


def _store(transaction: WriteTransaction, election, row, figures, channel, place, at, consequences) -> None:
    """Stores one bureau's tally; by phone, with its call."""
    conversation = Conversation(election)
    by_phone = channel is Channel.PHONE
    made = _call(transaction, conversation, election, row, figures, place, at) if by_phone else None
    new = NewTally(
        election_id=election.id,
        bureau_id=row.id,
        channel=channel,
        origin=Origin.LIVE,
        figures=figures,
        replaces=0,
        caller=row.phone or "anonymous",
        actor="the replay",
        call=made,
    )
    stored = tallies.store(transaction, new, at=at, consequences=consequences)
    if made is not None:
        number = conversation.steps
        calls.append(transaction, made.id, number, [_step(conversation, Stored(stored.receipt, 1))], at)


def _figures(results: Path) -> dict[str, dict[str, int]]:
    read = read_results(results)
    return {code: dict(zip(read.fields, counts, strict=True)) for code, counts in read.figures.items()}


def _call(transaction: WriteTransaction, conversation: Conversation, election, row, figures, place, at) -> CallSoFar:
    """One call as a practised president makes it, all figures at once, until they are confirmed."""
    sid, began, version = f"CA{place:032}", at - CALL, flow_version(election)
    new = NewCall(sid, Origin.LIVE, version, row.phone or "anonymous", began)
    opening = _step(conversation, Opened(polls_closed=True, hotline=False))
    steps = [
        _step(conversation, Keyed(row.code)),
        _step(conversation, Identified(row.code, row.name, row.commune, row.electorate)),
        _step(conversation, Fresh()),
        _step(conversation, Keyed("*".join(str(figures[field]) for field in election.fields))),
    ]
    while isinstance(conversation.pending, Ask):
        as_it_is = "3" if conversation.pending.name == "mismatch" else "1"
        steps.append(_step(conversation, Keyed(as_it_is)))
    call_id = calls.open_call(transaction, new, opening, election)
    assert call_id is not None
    calls.append(transaction, call_id, 1, steps, at)
    calls.identify(transaction, call_id, row.id)
    calls.finish(transaction, call_id, Outcome.CONFIRMED)
    calls.hang_up(transaction, sid, status="completed", duration=int(CALL.total_seconds()), at=at)
    return CallSoFar(call_id, began, tuple(conversation.heard))


def _step(conversation: Conversation, answer: AnyAnswer) -> Step:
    """Answers what the conversation asks."""
    asked = conversation.pending.asked
    conversation.answer(answer)
    return Step(asked, answer)


def summarise(engine: Engine, slips: set[str]) -> None:
    """Prints what each rule found: bureaux flagged, and of the known slips how many."""
    found: dict[str, set[str]] = {rule.code: set() for rule in RULES}
    unchecked: Counter[str] = Counter()
    with engine.connect() as connection:
        bureaux = connection.execute(select(bureau.c.id)).all()
        query = select(flag.c.code, flag.c.state, bureau.c.code.label("bureau")).select_from(
            flag.join(tally).join(bureau, bureau.c.id == tally.c.bureau_id)
        )
        for row in connection.execute(query):
            if row.state == FlagState.OPEN.value:
                found[row.code].add(row.bureau)
            elif row.state == FlagState.UNCHECKED.value:
                unchecked[row.code] += 1
    total = len(bureaux)
    print(f"{'rule':24} {'severity':9} {'flagged':>8} {'%':>7} {'slips':>6} {'unchecked':>10}")
    for rule in RULES:
        hit = found[rule.code]
        part = 100 * len(hit) / total
        caught = len(hit & slips)
        print(f"{rule.code:24} {rule.severity:9} {len(hit):8} {part:7.3f} {caught:6} {unchecked[rule.code]:10}")
    serious = set().union(*(found[rule.code] for rule in RULES if rule.severity is Severity.SERIOUS))
    print(f"{'any serious':34} {len(serious):8} {100 * len(serious) / total:7.3f} {len(serious & slips):6}")
    print(f"{total} bureaux, {len(slips)} known slips")


def main() -> None:
    """Loads, reports, sums up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--url", default="sqlite:////tmp/remontee-replay.sqlite")
    parser.add_argument("--beside", type=Path)
    options = parser.parse_args()
    engine = open_engine(options.url)
    upgrade(engine)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("PRAGMA synchronous=OFF"))
    election_id = load(engine, options.folder)
    seconds = report(engine, election_id, options.results, Channel.PHONE)
    print(f"{options.results.name}: {seconds:.0f} s", file=sys.stderr)
    slips: set[str] = set()
    if options.beside:
        seconds = report(engine, election_id, options.beside, Channel.OPERATOR)
        print(f"{options.beside.name}: {seconds:.0f} s", file=sys.stderr)
        phoned, beside = _figures(options.results), _figures(options.beside)
        slips = {code for code, figures in phoned.items() if code in beside and beside[code] != figures}
    summarise(engine, slips)


if __name__ == "__main__":
    main()
