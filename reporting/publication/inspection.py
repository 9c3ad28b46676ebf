"""Inspection by hand: how many agreed bureaux to look at, and which. Every reader can repeat the draw.

Channels may agree and still differ from the paper. So people look at a sample of the papers. The size is the
discovery sample of risk-limiting audits (P. B. Stark, "Conservative statistical post-election audits", Annals of Applied
Statistics 2, 2008): so many that, if enough bureaux were wrong to change who is ahead, the chance to see none of them would
be at most the stated risk. The draw is by SHA-256 of the published seed and each bureau's code, the smallest first.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import Connection, select

from db import audit, decisions
from db.decisions import Decider, NewDecision
from db.provisional_results import read_figures
from db.refusals import Refusal
from db.schema import DecisionKind, bureau, decision, reconciliation
from db.transactions import WriteTransaction
from flows.arithmetic import valid_votes
from flows.ballot import Election
from reporting.verification.reconciliation_stages import SETTLED


@dataclass(frozen=True, slots=True)
class Inspectable:
    """An agreed bureau: its code, its candidates' votes, and all its valid votes."""

    code: str
    votes: Mapping[str, int]
    valid: int


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """What to look at. `margin` is the votes between the first two candidates over the agreed bureaux, `wrong` the fewest
    bureaux that could hide that much, `size` how many papers to look at for the risk."""

    bureaux: int
    margin: int
    wrong: int
    size: int
    risk: float


def read_settled(connection: Connection, election: Election) -> tuple[list[Inspectable], list[Inspectable]]:
    """The bureaux whose channels agree, which are drawn from, and those that were decided; by code."""
    query = (
        select(bureau.c.code, reconciliation.c.settled, reconciliation.c.decision_id)
        .join(reconciliation, reconciliation.c.bureau_id == bureau.c.id)
        .where(
            bureau.c.election_id == election.id,
            reconciliation.c.stage.in_([each.value for each in SETTLED]),
        )
        .order_by(bureau.c.code)
    )
    agreed: list[Inspectable] = []
    decided: list[Inspectable] = []
    for code, settled, decision_id in connection.execute(query):
        figures = read_figures(settled)
        votes = {field: figures[field] for field in election.candidate_fields}
        found = Inspectable(code, votes, valid_votes(election, figures))
        (agreed if decision_id is None else decided).append(found)
    return agreed, decided


def plan(bureaux: Sequence[Inspectable], risk: float, others: Sequence[Inspectable] = ()) -> SamplePlan:
    """How many to look at for this risk (above 0, below 1). `others` are settled, too, but not drawn from: they count for who
    is ahead. The candidate who could overtake the first with the fewest wrong bureaux decides the size."""
    sums: Counter[str] = Counter()
    for each in (*bureaux, *others):
        sums.update(each.votes)
    ranked = sorted(sums, key=lambda field: -sums[field])
    if len(ranked) < 2 or not bureaux:
        return SamplePlan(len(bureaux), 0, 0, 0, risk)
    first, second = ranked[:2]
    wrong = min(_wrong_for(bureaux, first, loser, sums[first] - sums[loser]) for loser in ranked[1:])
    margin = sums[first] - sums[second]
    return SamplePlan(len(bureaux), margin, wrong, sample_size(len(bureaux), wrong, risk), risk)


def _wrong_for(bureaux: Sequence[Inspectable], first: str, loser: str, margin: int) -> int:
    bounds = sorted((each.valid + each.votes[first] - each.votes[loser] for each in bureaux), reverse=True)
    return fewest_wrong(bounds, margin)


def fewest_wrong(bounds: Iterable[int], margin: int) -> int:
    """How few bureaux could hide the margin: `bounds` are what each could, all its votes being the second's, largest first."""
    hidden = wrong = 0
    for bound in bounds:
        wrong += 1
        hidden += bound
        if hidden >= margin:
            break
    return wrong


def sample_size(population: int, wrong: int, risk: float) -> int:
    """The fewest that a sample without replacement must have to miss all `wrong` of the `population` with at most this chance.

    The chance to miss is the product over the sample of (right left) / (left): the hypergeometric distribution at 0.
    """
    if wrong <= 0:
        return 0
    missed, size, bound = Fraction(1), 0, Fraction(risk)
    while missed > bound:
        missed *= Fraction(max(0, population - wrong - size), population - size)
        size += 1
        if size > EXACT:
            return _sample_size_in_floats(population, wrong, risk)
    return size


SHORTEST_SEED, LONGEST_SEED = 10, 200
"""Characters: twenty dice make a good seed, thrown where everybody sees them."""
EXACT = 400
"""Up to here fractions are exact; longer products of them are long, too."""


def _sample_size_in_floats(population: int, wrong: int, risk: float) -> int:
    missed, size = 1.0, 0
    while missed > risk:
        missed *= max(0, population - wrong - size) / (population - size)
        size += 1
    return size


def draw(codes: Iterable[str], seed: str, size: int) -> list[str]:
    """The codes of the sample: those of which SHA-256 of "seed,code" is smallest."""
    return sorted(codes, key=lambda code: hashlib.sha256(f"{seed},{code}".encode()).hexdigest())[:size]


class NoSeed(Refusal):
    """The seed is too short or too long."""

    key = "no-seed"
    reason = "the seed is too short or too long"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample that was drawn: from how many bureaux (`drawn_from` binds their codes), with which seed, at which risk."""

    seed: str
    risk: float
    bureaux: int
    drawn_from: str
    codes: Sequence[str]
    at: datetime


def draw_sample(
    transaction: WriteTransaction, election: Election, by: Decider, seed: str, risk: float, *, at: datetime
) -> None:
    """Draws a sample of the bureaux that agree now, and writes it down.

    The seed is also the decision's reason. Raises `NotTheirs` (it is the High Authority's), or `NoSeed`.
    """
    audit.lock(transaction)
    by.must_be_authority()
    seed = " ".join(seed.split())
    if not SHORTEST_SEED <= len(seed) <= LONGEST_SEED:
        raise NoSeed
    found, others = read_settled(transaction.connection, election)
    planned = plan(found, risk, others)
    codes = [each.code for each in found]
    detail = {
        "seed": seed,
        "risk": risk,
        "bureaux": planned.bureaux,
        "drawn_from": hashlib.sha256(",".join(codes).encode()).hexdigest(),
        "codes": draw(codes, seed, planned.size),
    }
    new = NewDecision(DecisionKind.SAMPLE_DRAWN, election.id, f"election {election.id}", seed, {}, detail)
    decisions.take(transaction, new, by, at=at)


def read_sample(connection: Connection, election_id: int) -> Sample | None:
    """The newest sample, or None."""
    query = (
        select(decision.c.detail, decision.c.at)
        .where(decision.c.election_id == election_id, decision.c.kind == DecisionKind.SAMPLE_DRAWN.value)
        .order_by(decision.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return Sample(**json.loads(row.detail), at=row.at) if row else None
