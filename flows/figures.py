"""The figures: taken in the order of the minutes, one by one or all at once, and corrected one by one."""

from dataclasses import dataclass, field

from flows.arithmetic import Balance, Doubt, balance, doubt
from flows.asking import Call, Menu, Question, ask, choose
from flows.ballot import MAX_FIGURE_DIGITS, VOTERS
from flows.identify import BACK, Bureau
from flows.vocabulary import Flow, Line, Value

SEPARATOR = "*"
TWO_DIGITS = 10
"""From so many figures on, their numbers have two digits, and `#` must end them."""


class AnotherBureau(Exception):
    """The caller went back beyond the first figure: it was not this bureau."""


@dataclass(slots=True)
class Sheet:
    """The caller's working sheet: the figures so far (in the order of `Election.fields`), and the doubts that
    the caller has already answered with "as it is"."""

    figures: dict[str, int] = field(default_factory=dict)
    kept: set[Doubt] = field(default_factory=set)


def field_name(call: Call, name: str) -> Line:
    """How the voice names a field: "votants", "blancs ou nuls", or the candidate."""
    spoken = call.election.spoken(name)
    return Line(f"field-{name}") if spoken is None else Line("field-candidate", {"name": spoken})


def figure_lines(call: Call, sheet: Sheet) -> tuple[Line, ...]:
    """Every figure of the sheet, read out in order."""
    return tuple(
        Line("figure", {"field": field_name(call, each), "count": sheet.figures[each]})
        for each in call.election.fields
        if each in sheet.figures
    )


def collect(call: Call, bureau: Bureau, sheet: Sheet) -> Flow[None]:
    """Asks for every figure that the sheet lacks. Raises `AnotherBureau` when the caller goes back beyond the first."""
    taken: int | None = None
    explained = bool(sheet.figures)
    while missing := [each for each in call.election.fields if each not in sheet.figures]:
        keys = yield from _ask_figure(call, missing, taken, sheet, explained=explained)
        explained = True
        taken = None
        if keys == BACK:
            if not sheet.figures:
                raise AnotherBureau
            sheet.figures.popitem()
        elif SEPARATOR in keys:
            yield from _take_all(call, bureau, sheet, dict(zip(missing, keys.split(SEPARATOR), strict=True)))
        elif (yield from _doubtless(call, bureau, sheet, missing[0], keys)):
            taken = sheet.figures[missing[0]] = int(keys)


def _take_all(call: Call, bureau: Bureau, sheet: Sheet, keyed: dict[str, str]) -> Flow[None]:
    """Takes all remaining figures at once. Votes beyond the voters are left to the sum check, which follows."""
    while VOTERS in keyed and not (yield from _doubtless(call, bureau, sheet, VOTERS, keyed[VOTERS])):
        keys = yield from _ask_figure(call, [VOTERS], None, sheet, explained=True)
        if keys == BACK:
            return
        keyed = {**keyed, VOTERS: keys}
    sheet.figures.update({each: int(keys) for each, keys in keyed.items()})


def _doubtless(call: Call, bureau: Bureau, sheet: Sheet, name: str, keys: str) -> Flow[bool]:
    """True if the figure is to stand: nothing is strange about it, or the caller says that it is so."""
    strange = doubt(call.election, name, keys, sheet.figures, bureau.electorate)
    if strange is None or strange in sheet.kept:
        return True
    if strange is Doubt.OVER_VOTERS and sheet.figures.keys() | {name} == set(call.election.fields):
        return True  # the sum check follows at once, and says by how much
    limit = bureau.electorate if strange is Doubt.OVER_ELECTORATE else sheet.figures[VOTERS]
    line = Line(strange.value, {"count": int(keys), "limit": limit or 0})
    key = yield from choose(call, Menu(f"keep:{name}", "12", Line("keep-keys"), (line,), dict(sheet.figures)))
    if key != "1":
        return False
    if strange is Doubt.OVER_VOTERS:
        sheet.kept.add(strange)
    return True


def _complaint(keys: str, remaining: int) -> Line | None:
    """What is wrong with the form of keyed figures, if anything. `remaining` figures are still to come."""
    if keys == BACK:
        return None
    parts = keys.split(SEPARATOR)
    if len(parts) not in (1, remaining) or not all(part.isdigit() for part in parts):
        return Line("wrong-parts", {"remaining": remaining}) if remaining > 1 else Line("figure-digits-only")
    if any(len(part) > MAX_FIGURE_DIGITS for part in parts):
        return Line("too-long", {"digits": MAX_FIGURE_DIGITS})
    return None


def _ask_figure(call: Call, missing: list[str], taken: int | None, sheet: Sheet, *, explained: bool) -> Flow[str]:
    """One question; it opens with the figure just `taken`, which reads that back at no cost."""
    name = missing[0]
    short = Line("ask-figure", {"field": field_name(call, name)})
    if not explained:
        lines = (Line("ask-first-figure", {"field": field_name(call, name)}),)
    elif taken is not None:
        lines = (Line("taken", {"count": taken, "question": short}),)
    else:
        lines = (short,)
    question = Question(f"figure:{name}", lines, again=(short,), explanation=Line("explain-figure"))
    return (yield from ask(question, lambda keys: _complaint(keys, len(missing)), sheet.figures))


def _enter_anew(call: Call, bureau: Bureau, sheet: Sheet, name: str) -> Flow[None]:
    """Asks for one figure in place of the one on the sheet; `*` leaves it as it is."""
    values: dict[str, Value] = {"field": field_name(call, name), "count": sheet.figures[name]}
    question = Question(
        f"figure:{name}",
        (Line("ask-anew", values),),
        again=(Line("ask-anew", values),),
        explanation=Line("explain-figure"),
    )
    while True:
        keys = yield from ask(question, lambda keys: _complaint(keys, 1), sheet.figures)
        if keys == BACK:
            return
        if (yield from _doubtless(call, bureau, sheet, name, keys)):
            sheet.figures[name] = int(keys)
            return


def correct_one(call: Call, bureau: Bureau, sheet: Sheet) -> Flow[None]:
    """Lets the caller choose one figure by its place in the read-back, and key it anew; `*` leaves all as it is."""
    fields = call.election.fields
    options = tuple(
        Line("option", {"number": number, "field": field_name(call, each)}) for number, each in enumerate(fields, 1)
    )
    short = len(fields) < TWO_DIGITS
    lines = (Line("ask-which" if short else "ask-which-hash"), *options)
    question = Question("which-figure", lines, lines, Line("explain-which"), digits=1 if short else None)

    def complain(keys: str) -> Line | None:
        offered = keys == BACK or (keys.isdigit() and 1 <= int(keys) <= len(fields))
        return None if offered else Line("not-offered")

    keys = yield from ask(question, complain, sheet.figures)
    if keys != BACK:
        yield from _enter_anew(call, bureau, sheet, fields[int(keys) - 1])


def add_up(call: Call, bureau: Bureau, sheet: Sheet) -> Flow[Balance]:
    """The sum check. Where it fails, the line says the difference; the caller corrects, hears all, or keeps what the
    minutes say."""
    before: tuple[Line, ...] = ()
    while not (sums := balance(call.election, sheet.figures)).holds:
        excess = sums.difference > 0
        values: dict[str, Value] = {"ballots": sums.ballots, "voters": sums.voters, "difference": abs(sums.difference)}
        gap = Line("sum-excess" if excess else "sum-missing", values)
        menu = Menu("mismatch", "123", Line("mismatch-keys"), (*before, gap), dict(sheet.figures))
        key = yield from choose(call, menu)
        before = ()
        if key == "1":
            yield from correct_one(call, bureau, sheet)
        elif key == "2":
            before = figure_lines(call, sheet)
        else:
            break
    return sums
