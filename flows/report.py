"""The conversation: how the president of a bureau reports its tally, from the welcome to the receipt.

Read from top to bottom, this is a call. `asking` says how a question is repeated, `identify` asks for code and PIN, `figures`
takes the figures.
"""

from flows.asking import Call, Ended, GaveUp, Menu, Patience, choose, turn_to_hot_line
from flows.ballot import Election
from flows.figures import AnotherBureau, Draft, add_up, collect, correct_one, figure_lines
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
    """One call, from beginning to end. Returns how it ended."""
    opened = yield OpenLine()
    assert isinstance(opened, Opened)
    call = Call(election, opened.hotline)
    rehearsal = not opened.polls_closed
    patience = Patience()
    try:
        yield from welcome(call, rehearsal=rehearsal)
        while True:
            bureau = yield from identify(call, patience)
            try:
                return (yield from report(call, bureau, rehearsal=rehearsal))
            except AnotherBureau:
                continue
    except Ended as ended:
        return (yield from say_goodbye(call, ended))


def welcome(call: Call, *, rehearsal: bool) -> Flow[None]:
    """Says which election this is. Before the polls close, offers a rehearsal. Raises `Ended` if the caller declines."""
    line = Line("welcome", {"election": call.election.name, "round": call.election.round})
    if not rehearsal:
        yield Say(line)
        yield Say(Line("polls-closed"))
        return
    menu = Menu("rehearsal", "12", Line("rehearsal-keys"), (line, Line("polls-open")))
    if (yield from choose(call, menu)) == "2":
        raise Ended(Outcome.DECLINED)


def report(call: Call, bureau: Bureau, *, rehearsal: bool) -> Flow[Outcome]:
    """Takes the figures, stores them, and says the receipt.

    A receipt is said only for a tally that is stored. Raises `Ended` if the caller cannot go on, and `AnotherBureau` if the
    caller goes back to the code.
    """
    while True:
        draft, reported = yield from resume_or_start(call)
        try:
            if reported is not None:
                yield from correct_one(call, bureau, draft)
            yield from agree_on_figures(call, bureau, draft)
        except Ended as ended:
            if reported is not None:
                ended.farewell = Line("goodbye-standing")
            raise
        if reported is not None and draft.figures == reported.figures:
            yield Say(Line("unchanged"))
            return Outcome.LISTENED
        answer = yield StoreTally(dict(draft.figures), replaces=reported.version if reported else 0)
        if isinstance(answer, Stored):
            break
        yield Say(Line("overtaken"))
    number = Spelled(answer.receipt)
    yield Say(Line("receipt-rehearsal" if rehearsal else "receipt", {"number": number}))
    yield Say(Line("receipt-again", {"number": number}))
    yield Say(Line("rehearsal-over" if rehearsal else "thanks"))
    return Outcome.CONFIRMED


def resume_or_start(call: Call) -> Flow[tuple[Draft, Reported | None]]:
    """The draft to go on with, and the stored tally if the draft is to rectify one."""
    progress = yield LookUp()
    if isinstance(progress, Reported):
        return (yield from hear_again(call, progress)), progress
    if not isinstance(progress, Interrupted):
        return Draft(), None
    draft = Draft(dict(progress.figures))
    before = (Line("interrupted"), *figure_lines(call, draft))
    key = yield from choose(call, Menu("resume", "12", Line("resume-keys"), before, dict(draft.figures)))
    return (draft if key == "1" else Draft()), None


def hear_again(call: Call, reported: Reported) -> Flow[Draft]:
    """Says when the bureau reported, and its receipt; reads the figures out if the caller asks for them.

    Returns the draft once the caller wants to rectify a figure. Raises `Ended` if the caller has heard enough.
    """
    draft = Draft(dict(reported.figures))
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
            return draft
        before = figure_lines(call, draft)


def agree_on_figures(call: Call, bureau: Bureau, draft: Draft) -> Flow[None]:
    """Takes the figures, adds them up and reads them back, until the caller confirms all of them."""
    while True:
        yield from collect(call, bureau, draft)
        sums = yield from add_up(call, bureau, draft)
        total = Line("total", {"ballots": sums.ballots})
        before = (Line("read-back"), *figure_lines(call, draft), total)
        menu = Menu("read-back", "123", Line("read-back-keys"), before, dict(draft.figures))
        key = yield from choose(call, menu)
        if key == "1":
            return
        if key == "2":
            yield from correct_one(call, bureau, draft)
        else:
            draft.figures.clear()
            draft.kept.clear()


def say_goodbye(call: Call, ended: Ended) -> Flow[Outcome]:
    """Ends the call. If the caller could not go on and there is a hot line, tries the hot line first."""
    if ended.reason is not None:
        yield Say(ended.reason)
    if isinstance(ended, GaveUp) and call.hotline:
        try:
            yield from turn_to_hot_line()
        except Ended as reached:
            return reached.outcome
    yield Say(ended.farewell)
    return ended.outcome
