"""The figures: taken in the order of the statement of the count, one by one or all at once, and corrected one by one."""

from dataclasses import dataclass, field

from flows.arithmetic import Balance, Doubt, balance, doubt
from flows.asking import Call, Menu, Question, ask, choose
from flows.ballot import MAX_FIGURE_DIGITS, VOTERS
from flows.digits import is_digits
from flows.identify import BACK, Bureau
from flows.vocabulary import Flow, Line, Value

SEPARATOR = "*"
"""The key between two figures, if the caller keys all of them at once."""
TWO_DIGITS = 10
"""With so many figures, the number of a figure may have two digits, and `#` must end it."""


class AnotherBureau(Exception):
    """The caller went back from the first figure to the code: this was not the caller's bureau."""


@dataclass(slots=True)
class Draft:
    """What the caller has entered so far. It changes as the call goes on."""

    figures: dict[str, int] = field(default_factory=dict)
    """The figures, in the order of `Election.fields`."""
    kept: set[Doubt] = field(default_factory=set)
    """The doubts that the caller has answered with "keep it", and is not asked about again."""


def field_name(call: Call, name: str) -> Line:
    """How the voice names a field: "votants", "blancs ou nuls", or the candidate."""
    spoken = call.election.spoken(name)
    return Line(f"field-{name}") if spoken is None else Line("field-candidate", {"name": spoken})


def figure_lines(call: Call, draft: Draft) -> tuple[Line, ...]:
    """The draft read out, one line a figure."""
    return tuple(
        Line("figure", {"field": field_name(call, each), "count": draft.figures[each]})
        for each in call.election.fields
        if each in draft.figures
    )


def collect(call: Call, bureau: Bureau, draft: Draft) -> Flow[None]:
    """Asks for every figure that the draft lacks.

    `*` goes back to the figure before. Raises `AnotherBureau` if there is none.
    """
    taken: int | None = None
    explained = bool(draft.figures)
    while missing := [each for each in call.election.fields if each not in draft.figures]:
        keys = yield from _ask_figure(call, missing, taken, draft, explained=explained)
        explained = True
        taken = None
        if keys == BACK:
            if not draft.figures:
                raise AnotherBureau
            draft.figures.popitem()
        elif SEPARATOR in keys:
            yield from _take_all(call, bureau, draft, dict(zip(missing, keys.split(SEPARATOR), strict=True)))
        elif (yield from _stands(call, bureau, draft, missing[0], keys)):
            taken = draft.figures[missing[0]] = int(keys)


def _take_all(call: Call, bureau: Bureau, draft: Draft, keyed: dict[str, str]) -> Flow[None]:
    """Takes all remaining figures at once.

    Only the voters are checked here. Ballots beyond the voters are left to the sum check, which follows.
    """
    while VOTERS in keyed and not (yield from _stands(call, bureau, draft, VOTERS, keyed[VOTERS])):
        keys = yield from _ask_figure(call, [VOTERS], None, draft, explained=True)
        if keys == BACK:
            return
        keyed = {**keyed, VOTERS: keys}
    draft.figures.update({each: int(keys) for each, keys in keyed.items()})


def _stands(call: Call, bureau: Bureau, draft: Draft, name: str, keys: str) -> Flow[bool]:
    """True if the figure stands: nothing is wrong with it, or the caller keeps it."""
    strange = doubt(call.election, name, keys, draft.figures, bureau.electorate)
    if strange is None or strange in draft.kept:
        return True
    if strange is Doubt.OVER_VOTERS and draft.figures.keys() | {name} == set(call.election.fields):
        return True  # This was the last figure: the sum check follows at once, and says by how much it is too high.
    limit = bureau.electorate if strange is Doubt.OVER_ELECTORATE else draft.figures[VOTERS]
    line = Line(strange.value, {"count": int(keys), "limit": limit or 0})
    key = yield from choose(call, Menu(f"keep {name}", "12", Line("keep-keys"), (line,), dict(draft.figures)))
    if key != "1":
        return False
    if strange is Doubt.OVER_VOTERS:
        draft.kept.add(strange)
    return True


def _complaint(keys: str, remaining: int) -> Line | None:
    """What is wrong with the form of `keys`, if anything. They may be one figure, or all `remaining` ones."""
    if keys == BACK:
        return None
    parts = keys.split(SEPARATOR)
    if len(parts) not in (1, remaining) or not all(is_digits(part) for part in parts):
        return Line("wrong-parts", {"remaining": remaining}) if remaining > 1 else Line("figure-digits-only")
    if any(len(part) > MAX_FIGURE_DIGITS for part in parts):
        return Line("too-long", {"digits": MAX_FIGURE_DIGITS})
    return None


def _ask_figure(call: Call, missing: list[str], taken: int | None, draft: Draft, *, explained: bool) -> Flow[str]:
    """Asks for the first of the `missing` figures. The question begins with the figure just `taken`, to read it back."""
    name = missing[0]
    short = Line("ask-figure", {"field": field_name(call, name)})
    if not explained:
        lines = (Line("ask-first-figure", {"field": field_name(call, name)}),)
    elif taken is not None:
        lines = (Line("taken", {"count": taken, "question": short}),)
    else:
        lines = (short,)
    question = Question(f"figure {name}", lines, again=(short,), explanation=Line("explain-figure"))
    return (yield from ask(question, lambda keys: _complaint(keys, len(missing)), draft.figures))


def _replace(call: Call, bureau: Bureau, draft: Draft, name: str) -> Flow[None]:
    """Asks for a figure that the draft has already. `*` leaves it as it is."""
    values: dict[str, Value] = {"field": field_name(call, name), "count": draft.figures[name]}
    question = Question(
        f"figure {name}",
        (Line("ask-anew", values),),
        again=(Line("ask-anew", values),),
        explanation=Line("explain-figure"),
    )
    while True:
        keys = yield from ask(question, lambda keys: _complaint(keys, 1), draft.figures)
        if keys == BACK:
            return
        if (yield from _stands(call, bureau, draft, name, keys)):
            draft.figures[name] = int(keys)
            return


def correct_one(call: Call, bureau: Bureau, draft: Draft) -> Flow[None]:
    """Asks which figure to correct, by its place in the read-back, and then for the figure. `*` leaves all as they are."""
    fields = call.election.fields
    options = tuple(
        Line("option", {"number": number, "field": field_name(call, each)}) for number, each in enumerate(fields, 1)
    )
    short = len(fields) < TWO_DIGITS
    lines = (Line("ask-which" if short else "ask-which-hash"), *options)
    question = Question("which-figure", lines, lines, Line("explain-which"), digits=1 if short else None)

    def complain(keys: str) -> Line | None:
        offered = keys == BACK or (is_digits(keys) and 1 <= int(keys) <= len(fields))
        return None if offered else Line("not-offered")

    keys = yield from ask(question, complain, draft.figures)
    if keys != BACK:
        yield from _replace(call, bureau, draft, fields[int(keys) - 1])


def add_up(call: Call, bureau: Bureau, draft: Draft) -> Flow[Balance]:
    """The sum check. If it fails, the line says the difference until the caller has corrected it, or insists that the
    statement says so."""
    before: tuple[Line, ...] = ()
    while not (sums := balance(call.election, draft.figures)).holds:
        excess = sums.difference > 0
        values: dict[str, Value] = {"ballots": sums.ballots, "voters": sums.voters, "difference": abs(sums.difference)}
        gap = Line("sum-excess" if excess else "sum-missing", values)
        menu = Menu("mismatch", "123", Line("mismatch-keys"), (*before, gap), dict(draft.figures))
        key = yield from choose(call, menu)
        before = ()
        if key == "1":
            yield from correct_one(call, bureau, draft)
        elif key == "2":
            before = figure_lines(call, draft)
        else:
            break
    return sums
