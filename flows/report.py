"""The conversation: how a bureau's president reports its tally, from the welcome to the receipt."""

from flows.asking import Call, Ended, GaveUp, Menu, Patience, choose, turn_to_hot_line
from flows.ballot import Election
from flows.figures import AnotherBureau, Sheet, add_up, collect, correct_one, figure_lines
from flows.identify import Bureau, identify
from flows.vocabulary import (
    Flow,
    Interrupted,
    Line,
    LookUp,
    Opened,
    OpenLine,
    Outcome,
    Reported,
    Say,
    Spelled,
    Stored,
    StoreTally,
    Value,
)


def report_tally(election: Election) -> Flow[Outcome]:
    """One call, as it is heard. Ends with its outcome; a receipt is spoken only for what is stored."""
    opened = yield OpenLine()
    assert isinstance(opened, Opened)
    call = Call(election, opened.hotline)
    patience = Patience()
    try:
        yield from welcome(call, rehearsal=not opened.polls_closed)
        while True:
            bureau = yield from identify(call, patience)
            try:
                return (yield from report(call, bureau, rehearsal=not opened.polls_closed))
            except AnotherBureau:
                continue
    except Ended as ended:
        return (yield from part(call, ended))


def welcome(call: Call, *, rehearsal: bool) -> Flow[None]:
    """Says which election this is. Before the polls close, offers a rehearsal; raises `Ended` if it is declined."""
    line = Line("welcome", {"election": call.election.name, "round": call.election.round})
    if not rehearsal:
        yield Say(line)
        yield Say(Line("polls-closed"))
        return
    menu = Menu("rehearsal", "12", Line("rehearsal-keys"), (line, Line("polls-open")))
    if (yield from choose(call, menu)) == "2":
        raise Ended(Outcome.DECLINED)


def report(call: Call, bureau: Bureau, *, rehearsal: bool) -> Flow[Outcome]:
    """From the bureau's name to its receipt. Raises `Ended` when the caller cannot go on, `AnotherBureau` when the caller
    goes back to the code."""
    while True:
        sheet, reported = yield from where_we_are(call)
        try:
            if reported is not None:
                yield from correct_one(call, bureau, sheet)
            yield from agree(call, bureau, sheet)
        except Ended as ended:
            if reported is not None:
                ended.farewell = Line("goodbye-standing")
            raise
        if reported is not None and sheet.figures == reported.figures:
            yield Say(Line("unchanged"))
            return Outcome.LISTENED
        answer = yield StoreTally(dict(sheet.figures), replaces=reported.version if reported else 0)
        if isinstance(answer, Stored):
            break
        yield Say(Line("overtaken"))
    number = Spelled(answer.receipt)
    yield Say(Line("receipt-rehearsal" if rehearsal else "receipt", {"number": number}))
    yield Say(Line("receipt-again", {"number": number}))
    yield Say(Line("rehearsal-over" if rehearsal else "thanks"))
    return Outcome.CONFIRMED


def where_we_are(call: Call) -> Flow[tuple[Sheet, Reported | None]]:
    """The sheet to go on with, and the stored tally that it would rectify, if there is one."""
    progress = yield LookUp()
    if isinstance(progress, Reported):
        return (yield from heard_again(call, progress)), progress
    if not isinstance(progress, Interrupted):
        return Sheet(), None
    sheet = Sheet(dict(progress.figures))
    before = (Line("interrupted"), *figure_lines(call, sheet))
    key = yield from choose(call, Menu("resume", "12", Line("resume-keys"), before, dict(sheet.figures)))
    return (sheet if key == "1" else Sheet()), None


def heard_again(call: Call, reported: Reported) -> Flow[Sheet]:
    """Tells who has reported already when, and its receipt; returns the sheet once the caller wants to rectify it.
    Raises `Ended` when the caller has heard enough."""
    sheet = Sheet(dict(reported.figures))
    values: dict[str, Value] = {
        "hour": reported.hour,
        "minute": f"{reported.minute:02}",
        "number": Spelled(reported.receipt),
    }
    before: tuple[Line, ...] = (Line("reported", values),)
    while True:
        try:
            key = yield from choose(call, Menu("reported", "12", Line("reported-keys"), before))
        except GaveUp as silence:
            raise Ended(Outcome.LISTENED, farewell="goodbye-standing") from silence
        if key == "2":
            return sheet
        before = figure_lines(call, sheet)


def agree(call: Call, bureau: Bureau, sheet: Sheet) -> Flow[None]:
    """Collects, adds up and reads back until the caller confirms the whole."""
    while True:
        yield from collect(call, bureau, sheet)
        sums = yield from add_up(call, bureau, sheet)
        total = Line("total", {"ballots": sums.ballots})
        before = (Line("read-back"), *figure_lines(call, sheet), total)
        menu = Menu("read-back", "123", Line("read-back-keys"), before, dict(sheet.figures))
        key = yield from choose(call, menu)
        if key == "1":
            return
        if key == "2":
            yield from correct_one(call, bureau, sheet)
        else:
            sheet.figures.clear()
            sheet.kept.clear()


def part(call: Call, ended: Ended) -> Flow[Outcome]:
    """Takes leave: who could not go on is put through to the hot line, and what was entered is kept."""
    if ended.reason is not None:
        yield Say(ended.reason)
    if isinstance(ended, GaveUp) and call.hotline:
        try:
            yield from turn_to_hot_line()
        except Ended as reached:
            return reached.outcome
    yield Say(ended.farewell)
    return ended.outcome
