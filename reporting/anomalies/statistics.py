"""What is unusual about a tally's figures, compared with other bureaux, with another channel, or with each other.

Pure functions. `figures` maps every field of a complete tally to its count: "voters", the invalid ballots, and the
candidates by number. A check answers with the values of its sentence, or None: nothing found.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb, inf, sqrt
from statistics import median

from flows.arithmetic import Figures
from flows.ballot import VOTERS

Values = dict[str, int | str]
"""The values of a finding's sentence."""

MAD_TO_SIGMA = 0.6745
"""The MAD of a normal distribution, in standard deviations."""
MAD_FLOOR = 0.003
"""The least MAD of a proportion that a z-score divides by: 0.3 points. It keeps z finite for a candidate with hardly a vote."""
MIN_SAMPLE = 50
"""Bureaux that a department's norm needs."""
NORM_GROWTH = 8
"""A norm is due again when its sample has grown by one in so many."""
MIN_ELECTORS = 50
MIN_VALID = 50
TURNOUT_Z = 6.0
SHARE_Z = 7.0
SAME_MIN_VOTERS = 50
SAME_MIN_FILLED = 5
"""With so many figures that are not zero, beside the voters, an identical tally is no coincidence."""
MAX_EXPLANATIONS = 1
"""If several figures would explain a slip, none of them is named."""
ROUND_FROM = 10
ROUND_CHANCE = 0.125
"""How often a count from 10 upwards ends in 0 (2017: 12.4 in 100, Bolivia: 12.7; small numbers are more common)."""
ROUND_TALLY_P = 1e-4
ROUND_MIN_TRIALS = 200
ROUND_Z = 4.75
"""One-sided normal tail p = 1e-6."""

# --- norms -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Norm:
    """What is usual in a department: median and median absolute deviation of `sample` bureaux."""

    median: float
    mad: float
    sample: int


def norm(values: Iterable[float]) -> Norm:
    """The norm of `values`: m = median(x), MAD = median(|x - m|). No values: Norm(0, 0, 0)."""
    sample = sorted(values)
    if not sample:
        return Norm(0.0, 0.0, 0)
    middle = median(sample)
    return Norm(middle, median(abs(value - middle) for value in sample), len(sample))


def norm_due(sample_then: int, sample_now: int) -> bool:
    """Whether the sample has reached MIN_SAMPLE, or grown by an eighth since the norm was computed."""
    return sample_now >= MIN_SAMPLE and (sample_now - sample_then) * NORM_GROWTH >= sample_then


def proportion_z(value: float, usual: Norm, trials: int) -> float:
    """The robust z of a proportion of `trials` ballots, its denominator widened by the binomial standard error:

    z = (x - median) / sqrt((max(MAD, 0.003) / 0.6745)^2 + q(1 - q) / n), q = median + 1/n, at most 1/2 if median <= 1/2
    (above, q = median - 1/n, at least 1/2). The 1/n keeps a few votes in a small bureau from looking like a landslide.
    """
    chance = min(usual.median + 1 / trials, 0.5) if usual.median <= 0.5 else max(usual.median - 1 / trials, 0.5)
    chance = min(chance, 1.0)  # where a register is too short, the usual turnout is above 1
    spread = max(usual.mad, MAD_FLOOR) / MAD_TO_SIGMA
    return (value - usual.median) / sqrt(spread * spread + chance * (1 - chance) / trials)


def turnout(figures: Figures, electorate: int | None) -> float | None:
    """Voters / electors; None under 50 electors. The turnout norm is the norm of these over the department."""
    return None if electorate is None or electorate < MIN_ELECTORS else figures[VOTERS] / electorate


def shares(figures: Figures, candidates: Collection[str]) -> dict[str, float] | None:
    """Each candidate's votes / valid votes; None under 50 valid votes. The share norms are the norms of these."""
    valid = sum(figures[field] for field in candidates)
    return None if valid < MIN_VALID else {field: figures[field] / valid for field in candidates}


# --- beside the department -------------------------------------------------------------------------------------------


def turnout_outlier(figures: Figures, electorate: int | None, usual: Norm | None) -> Values | None:
    """|proportion_z(voters / electorate, norm, electorate)| > 6. Facts: rates per thousand, z in tenths."""
    rate = turnout(figures, electorate)
    if rate is None or electorate is None or usual is None or usual.sample < MIN_SAMPLE:
        return None
    z = proportion_z(rate, usual, electorate)
    if abs(z) <= TURNOUT_Z:
        return None
    return {
        "turnout": round(1000 * rate),
        "usual": round(1000 * usual.median),
        "z": round(10 * z),
        "sample": usual.sample,
    }


def share_outlier(figures: Figures, candidates: Sequence[str], usual: Mapping[str, Norm]) -> Values | None:
    """max over candidates of |proportion_z(votes / valid, norm, valid)| > 7; the facts are that candidate's.

    Facts: shares per thousand, z in tenths.
    """
    own = shares(figures, candidates)
    if own is None or any(field not in usual or usual[field].sample < MIN_SAMPLE for field in candidates):
        return None
    valid = sum(figures[field] for field in candidates)
    z = {field: proportion_z(own[field], usual[field], valid) for field in candidates}
    field = max(z, key=lambda each: abs(z[each]))
    if abs(z[field]) <= SHARE_Z:
        return None
    return {
        "field": field,
        "votes": figures[field],
        "share": round(1000 * own[field]),
        "usual": round(1000 * usual[field].median),
        "z": round(10 * z[field]),
        "sample": usual[field].sample,
    }


# --- beside another bureau -------------------------------------------------------------------------------------------


def tells_apart(figures: Figures) -> bool:
    """Whether equal figures are no coincidence: at least 50 voters, and 5 other figures that are not zero."""
    filled = sum(1 for field, count in figures.items() if count and field != VOTERS)
    return figures[VOTERS] >= SAME_MIN_VOTERS and filled >= SAME_MIN_FILLED


# --- beside another channel or version -------------------------------------------------------------------------------


def swapped(figures: Figures, other: Figures) -> Values | None:
    """Exactly two fields differ, not the voters, and each has the other's count: a[i] = b[j], a[j] = b[i]."""
    differing = [field for field in figures if figures[field] != other.get(field)]
    if len(differing) != 2 or VOTERS in differing:
        return None
    one, two = differing
    if (figures[one], figures[two]) != (other.get(two), other.get(one)):
        return None
    return {"field": one, "count": figures[one], "other_field": two, "other_count": figures[two]}


def one_digit_more(longer: int, shorter: int) -> bool:
    """Whether deleting one digit of `longer`, as written, leaves `shorter` as written (120 and 12, 10 and 0)."""
    long, short = str(longer), str(shorter)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def is_slip(one: int, two: int) -> bool:
    """One count has one digit more than the other, the rest in order."""
    return one_digit_more(one, two) or one_digit_more(two, one)


def digit_slip_between(figures: Figures, other: Figures) -> Values | None:
    """One field differs, by one digit inserted or removed; all others are equal.

    The voters may differ with it, by the very same difference: they were then added up from the figures.
    """
    differing = [field for field in figures if figures[field] != other.get(field)]
    if figures.keys() != other.keys() or not differing:
        return None
    if len(differing) == 2 and VOTERS in differing:
        differing.remove(VOTERS)
        (field,) = differing
        if figures[VOTERS] - other[VOTERS] != figures[field] - other[field]:
            return None
    if len(differing) != 1 or not is_slip(figures[differing[0]], other[differing[0]]):
        return None
    field = differing[0]
    return {"field": field, "count": figures[field], "would_be": other[field]}


# --- beside itself ---------------------------------------------------------------------------------------------------


def explanations(figures: Figures) -> list[tuple[str, int]]:
    """The fields (and counts) where one digit inserted or removed makes voters = sum of the others; none if it holds."""
    excess = sum(figures.values()) - 2 * figures[VOTERS]
    if not excess:
        return []
    meant = {field: count + excess if field == VOTERS else count - excess for field, count in figures.items()}
    return [(field, count) for field, count in meant.items() if count >= 0 and is_slip(figures[field], count)]


def digit_slip(figures: Figures) -> Values | None:
    """The sum fails, and exactly one field explains it by one digit inserted or removed."""
    found = explanations(figures)
    if not 1 <= len(found) <= MAX_EXPLANATIONS:
        return None
    field, meant = found[0]
    return {"field": field, "count": figures[field], "would_be": meant}


def binomial_tail(successes: int, trials: int, chance: float) -> float:
    """P(X >= successes), X binomial."""
    return sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(successes, trials + 1))


def round_numbers(figures: Figures) -> Values | None:
    """Of the n counts >= 10 (the voters apart), k end in 0, and P(X >= k) < 0.0001 for X ~ binomial(n, 0.125).

    So all of 5, 6 of 6 to 8, 7 of 9 to 11, 8 of 12 or 13: the tally's own figures are mostly round. Never under 5 counts.
    """
    counts = [count for field, count in figures.items() if field != VOTERS and count >= ROUND_FROM]
    ending = sum(1 for count in counts if count % 10 == 0)
    if binomial_tail(ending, len(counts), ROUND_CHANCE) >= ROUND_TALLY_P:
        return None
    return {"round": ending, "counts": len(counts)}


# --- a whole department ----------------------------------------------------------------------------------------------


def last_digits(tallies: Iterable[Figures]) -> Counter[int]:
    """How often each last digit ends a count >= 9 (the voters apart): 9 is the neighbour of 10. Counters add up."""
    return Counter(
        count % 10
        for figures in tallies
        for field, count in figures.items()
        if field != VOTERS and count >= ROUND_FROM - 1
    )


def round_department(digits: Mapping[int, int]) -> Values | None:
    """More counts end in 0, or in 0 or 5, than their neighbours allow. `digits` from `last_digits`.

    Among the n counts that end in 9, 0 or 1, k end in 0; by chance one in three, whatever the sizes of the bureaux.
    z = (k - n/3) / sqrt(2n/9) > 4.75 (p = 1e-6), from n = 200. If not, the same with 0 and 5 among 9, 0, 1, 4, 5, 6.
    """
    for ending, among in (((0,), (9, 0, 1)), ((0, 5), (9, 0, 1, 4, 5, 6))):
        trials = sum(digits.get(digit, 0) for digit in among)
        rounds = sum(digits.get(digit, 0) for digit in ending)
        z = (rounds - trials / 3) / sqrt(2 * trials / 9) if trials >= ROUND_MIN_TRIALS else -inf
        if z > ROUND_Z:
            return {"round": rounds, "expected": round(trials / 3), "z": round(10 * z), "endings": len(ending)}
    return None
