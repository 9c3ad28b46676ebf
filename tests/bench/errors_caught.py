"""Which keying errors the conversation catches before a tally is stored, in each style.

python -m tests.bench.errors_caught

Presidents of the primary of 2011 (six candidates) key minutes that add up, and err; straight into the conversation. An error is
**caught** when what was keyed cannot be stored without somebody noticing. The presidents are as careless as their style allows:

* they notice a figure that is said to them only if it is said to its end before they interrupt (the style's patience, the
  voice of `flows/speech.py`), and then `ATTENTION` of the time;
* whatever they do not notice, they answer with the key that goes on: 1, which confirms, and keeps a doubtful figure;
* who exchanges two candidates has read the wrong line: the figure repeated does not help, the figure with its name does.

Probabilities. `SLIPS` of the figures are keyed wrongly: 4.2 to 4.8 % of the items of field reports by form and SMS were wrong
(Patnaik, Brunskill and Thies, 2009). Of wrong numbers, 60 to 95 % have one wrong digit, 10 to 20 % neighbours swapped, 10
to 20 % a digit omitted or added (Verhoeff, *Error detecting decimal codes*, 1969): here 70, 15 and 15 %. That one call in a
hundred exchanges two candidates is assumed, and so is `ATTENTION`. The shares by kind of error do not depend on frequencies.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from flows.ballot import VOTERS, Election
from flows.catalogue import prompts
from flows.replay import Conversation
from flows.speech import speech_seconds
from flows.vocabulary import AnyAnswer, Ask, Fresh, Identified, Keyed, Line, Opened, Silent, StoreTally
from ivr.simulator.president import Style
from tests.support.synthetic_elections import ballot

CALLS = 1000
"""Calls with each kind of error, in each style."""
EVENING = 10_000
"""Calls of an evening on which errors are as frequent as they are."""
ATTENTION = 0.9
SLIPS = 0.045
EXCHANGES = 0.01
LOCALE = "fr"
COMPLAINTS = {"too-long", "wrong-parts", "figure-digits-only", "nothing-heard"}


class Slip(StrEnum):
    """What goes wrong between the minutes and the line."""

    WRONG_DIGIT = "one digit wrong"
    SWAPPED = "neighbours swapped"
    DROPPED = "a digit dropped"
    ADDED = "a digit added"
    EXCHANGED = "two candidates exchanged"


SHARES = {Slip.WRONG_DIGIT: 0.70, Slip.SWAPPED: 0.15, Slip.DROPPED: 0.075, Slip.ADDED: 0.075}


class Caught(StrEnum):
    """What brought the error to light first."""

    FORM = "form"
    REPEAT = "repeat"
    DOUBT = "doubt"
    SUM = "sum"
    READ_BACK = "read-back"


@dataclass(frozen=True)
class Minutes:
    """A bureau's minutes, which add up, and its electorate."""

    figures: Mapping[str, int]
    electorate: int


@dataclass(frozen=True)
class Keying:
    """What a president keys from the minutes: by field the figure as it was `read`, and the keys pressed for it."""

    read: Mapping[str, int]
    keys: Mapping[str, str]


Call = tuple[Minutes, Keying]


def is_right(minutes: Minutes, keying: Keying) -> bool:
    """True if what is keyed is what the minutes say."""
    return all(keys.isdigit() and int(keys) == minutes.figures[field] for field, keys in keying.keys.items())


@dataclass(frozen=True)
class Ear:
    """How long a president listens to a question before interrupting it (seconds; None: to its end), and to the read-back."""

    patience: float | None
    of_read_back: float | None

    @classmethod
    def of(cls, style: Style) -> "Ear":
        """The style's own: read-backs are interrupted like everything else."""
        return cls(style.patience, style.patience)

    def hears(self, lines: Sequence[Line], *, read_back: bool) -> list[Line]:
        """The lines with a figure that is said to its end before the president interrupts."""
        patience = self.of_read_back if read_back else self.patience
        heard, passed = [], 0.0
        for line in lines:
            text = prompts(LOCALE).text(line)
            if "count" in line.values:
                figure = str(line.values["count"])
                until = text[: text.index(figure) + len(figure)]
                if patience is None or passed + speech_seconds(until, LOCALE) <= patience:
                    heard.append(line)
            passed += speech_seconds(text, LOCALE)
        return heard


def catch(
    election: Election,
    minutes: Minutes,
    keying: Keying,
    style: Style,
    ear: Ear,
    luck: Random,
    attention: float = ATTENTION,
) -> Caught | None:
    """What brings an error to light in one call, or None if the tally is stored as keyed."""
    bureau = Identified("00100014", "Bureau 1", "L'Abergement-Clémenciat", minutes.electorate)
    conversation = Conversation(election, [Opened(True, False), Keyed("00100014"), bureau, Fresh()])
    previous: str | None = None
    while True:
        asked = conversation.pending
        if isinstance(asked, StoreTally):
            return None
        assert isinstance(asked, Ask), asked
        heard = ear.hears(conversation.lines, read_back=asked.name == "read-back")
        noticed = [each for each in heard if luck.random() < attention]
        answer: AnyAnswer = Keyed("1")
        if asked.name.startswith("figure "):
            field = asked.name.removeprefix("figure ")
            if field == previous or any(line.key in COMPLAINTS for line in conversation.lines):
                return Caught.FORM
            if previous is not None and any(each.values["count"] != keying.read[previous] for each in noticed):
                return Caught.REPEAT
            previous = field
            keys = "*".join(keying.keys.values()) if style is Style.AT_ONCE else keying.keys[field]
            answer = Keyed(keys) if keys else Silent(immediate=True)
        elif asked.name.startswith("keep ") and noticed:
            return Caught.DOUBT
        elif asked.name == "mismatch":
            return Caught.SUM
        elif asked.name == "read-back":
            right = {_figure_said(election, field, count) for field, count in minutes.figures.items()}
            if any(prompts(LOCALE).text(each) not in right for each in noticed):
                return Caught.READ_BACK
        conversation.answer(answer)


def _figure_said(election: Election, field: str, count: int) -> str:
    """How the read-back says a figure."""
    spoken = election.spoken(field)
    name = Line(f"field-{field}") if spoken is None else Line("field-candidate", {"name": spoken})
    return prompts(LOCALE).text(Line("figure", {"field": name, "count": count}))


def draw_minutes(election: Election, luck: Random) -> Minutes:
    """Minutes of a bureau as the primary of 2011 had them: tens to hundreds of voters, a share of the electors."""
    weights = [luck.gammavariate(1.0, 1.0) for _ in election.candidate_fields]
    share = luck.randint(40, 900) / sum(weights)
    votes = {field: round(share * weight) for field, weight in zip(election.candidate_fields, weights, strict=True)}
    ballots = {"invalid": luck.randint(0, 12), **votes}
    voters = sum(ballots.values())
    return Minutes({VOTERS: voters, **ballots}, round(voters * luck.uniform(1.05, 5)))


def _wrong_digit(keys: str, luck: Random) -> str:
    place = luck.randrange(len(keys))
    return keys[:place] + luck.choice("0123456789".replace(keys[place], "")) + keys[place + 1 :]


def _swapped(keys: str, luck: Random) -> str:
    place = luck.choice([each for each in range(len(keys) - 1) if keys[each] != keys[each + 1]])
    return keys[:place] + keys[place + 1] + keys[place] + keys[place + 2 :]


def _dropped(keys: str, luck: Random) -> str:
    place = luck.randrange(len(keys))
    return keys[:place] + keys[place + 1 :]


def _added(keys: str, luck: Random) -> str:
    place = luck.randint(0, len(keys))
    return keys[:place] + luck.choice("0123456789") + keys[place:]


SPOILS: Mapping[Slip, Callable[[str, Random], str]] = {
    Slip.WRONG_DIGIT: _wrong_digit,
    Slip.SWAPPED: _swapped,
    Slip.DROPPED: _dropped,
    Slip.ADDED: _added,
}


def spoil(keys: str, slip: Slip, luck: Random) -> str:
    """The keys with one slip of the finger that makes them another number; a number that cannot slip so slips by a digit."""
    if slip is Slip.SWAPPED and len(set(keys)) < 2:
        slip = Slip.WRONG_DIGIT
    while True:
        spoilt = SPOILS[slip](keys, luck)
        if not spoilt or int(spoilt) != int(keys):
            return spoilt


def draw_keying(
    election: Election, minutes: Minutes, slips: Mapping[str, Slip], exchange: bool, luck: Random
) -> Keying:
    """How a president keys the minutes, with these slips, and perhaps with two candidates exchanged."""
    read = dict(minutes.figures)
    if exchange:
        one, other = luck.sample(election.candidate_fields, 2)
        while read[one] == read[other]:
            one, other = luck.sample(election.candidate_fields, 2)
        read[one], read[other] = read[other], read[one]
    keys = {field: str(count) for field, count in read.items()}
    return Keying(read, keys | {field: spoil(keys[field], slip, luck) for field, slip in slips.items()})


def one_error(election: Election, slip: Slip, luck: Random) -> Call:
    """A call with one error of this kind, in a figure that can have it."""
    while True:
        minutes = draw_minutes(election, luck)
        if slip is Slip.EXCHANGED:
            if len({minutes.figures[field] for field in election.candidate_fields}) > 1:
                return minutes, draw_keying(election, minutes, {}, True, luck)
            continue
        able = [
            field for field, count in minutes.figures.items() if slip is not Slip.SWAPPED or len(set(str(count))) > 1
        ]
        if able:
            return minutes, draw_keying(election, minutes, {luck.choice(able): slip}, False, luck)


def any_errors(election: Election, luck: Random) -> Call:
    """A call as calls are: mostly right, now and then with one error, or with several."""
    minutes = draw_minutes(election, luck)
    kinds, shares = list(SHARES), list(SHARES.values())
    slips = {field: luck.choices(kinds, shares)[0] for field in minutes.figures if luck.random() < SLIPS}
    exchange = luck.random() < EXCHANGES and len({minutes.figures[each] for each in election.candidate_fields}) > 1
    return minutes, draw_keying(election, minutes, slips, exchange, luck)


CALLERS: Mapping[str, tuple[Style, Ear]] = {
    **{style.value: (style, Ear.of(style)) for style in Style},
    "at-once, 10 s of the read-back": (Style.AT_ONCE, Ear(Style.AT_ONCE.patience, 10.0)),
    "at-once, the whole read-back": (Style.AT_ONCE, Ear(Style.AT_ONCE.patience, None)),
}
"""Who phones: each style as it is, and who keys at once but listens longer before confirming."""


def main() -> None:
    """Prints the share of errors caught by kind and caller, by what, and how many wrong tallies an evening would store."""
    election = ballot()
    kinds = {slip: _drawn(CALLS, lambda luck, slip=slip: one_error(election, slip, luck)) for slip in Slip}
    evening = [call for call in _drawn(EVENING, lambda luck: any_errors(election, luck)) if not is_right(*call)]
    columns = {}
    for caller, (style, ear) in CALLERS.items():
        found = {slip: _catch_all(election, calls, style, ear) for slip, calls in kinds.items()}
        total = sum(found.values(), Counter())
        stored = _catch_all(election, evening, style, ear)[None]
        columns[caller] = {
            **{slip.value: _percent(counts.total() - counts[None], counts) for slip, counts in found.items()},
            **{f"all five, first by the {way}": _percent(total[way], total) for way in Caught},
            f"stored wrong, of {EVENING:,} calls with {len(evening):,} wrong": str(stored),
        }
    print(f"| error | {' | '.join(columns)} |\n|{'---|' * (1 + len(columns))}")
    for row in next(iter(columns.values())):
        print(f"| {row} | {' | '.join(cells[row] for cells in columns.values())} |")


def _drawn(calls: int, draw: Callable[[Random], Call]) -> list[Call]:
    return [draw(Random(f"errors {number}")) for number in range(calls)]


def _catch_all(election: Election, calls: Sequence[Call], style: Style, ear: Ear) -> Counter[Caught | None]:
    """What brought each call's error to light. Each call draws its attention alone, so that no wording changes another's."""
    return Counter(catch(election, *call, style, ear, Random(f"luck {number}")) for number, call in enumerate(calls))


def _percent(part: int, counts: Counter[Caught | None]) -> str:
    return f"{100 * part / counts.total():.1f} %"


if __name__ == "__main__":
    main()
