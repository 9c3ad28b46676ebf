"""Draws `docs/conversation.md`, which says what a caller hears, from the conversation itself.

python -m tools.draw_conversation > docs/conversation.md
"""

from collections.abc import Sequence

from flows.ballot import Candidate, CheckDigit, Election, Invalid
from flows.catalogue import LOCALES, prompts
from flows.replay import Conversation
from flows.vocabulary import (
    AnyAnswer,
    Errand,
    Fresh,
    Identified,
    Interrupted,
    Keyed,
    Locked,
    Opened,
    Overtaken,
    Refused,
    Reported,
    Returned,
    Silent,
    Stored,
)

NAMES = (
    "Martine Aubry",
    "Jean-Michel Baylet",
    "François Hollande",
    "Arnaud Montebourg",
    "Ségolène Royal",
    "Manuel Valls",
)
ELECTION = Election(
    id=1,
    name="Primaire citoyenne 2011",
    round=1,
    locale="fr",
    invalid=Invalid.COMBINED,
    check_digit=CheckDigit.DAMM,
    candidates=tuple(Candidate(number, name, name) for number, name in enumerate(NAMES, 1)),
    code_length=8,
)
CODE = Keyed("00100014")
BUREAU = Identified("00100014", "Bureau 1", "L'Abergement-Clémenciat", 598)
BEGIN = (Opened(polls_closed=True, hotline=False), CODE, BUREAU)
WITH_HELP = (Opened(polls_closed=True, hotline=True), CODE, BUREAU)
ALL = Keyed("312*4*100*2*120*40*30*16")
SHORT = Keyed("312*4*100*2*120*40*30*13")
FIGURES = {"voters": 312, "invalid": 4, "1": 100, "2": 2, "3": 120, "4": 40, "5": 30, "6": 16}
STORED = Stored("0899823", 1)

SCENES: tuple[tuple[str, Sequence[AnyAnswer]], ...] = (
    ("The usual call", (*BEGIN, Fresh(), *map(Keyed, ("312", "4", "100", "2", "120", "40", "30", "16", "1")), STORED)),
    ("A practised president: all figures at once", (*BEGIN, Fresh(), ALL, Keyed("1"), STORED)),
    ("Before the polls close: a rehearsal", (Opened(False, False), Keyed("1"), CODE, BUREAU, Fresh(), ALL, Keyed("1"), STORED)),
    ("A code that does not exist, a wrong PIN, a locked code", (
        Opened(True, False), Keyed("00100013"), CODE, Refused(), CODE, Locked(15),
    )),
    ("An interrupted call goes on", (*BEGIN, Interrupted({"voters": 312, "invalid": 4}), Keyed("1"))),
    ("A bureau that has reported: hear again, then rectify", (
        *BEGIN, Reported(FIGURES, 1, "0899823", 20, 41), Keyed("1"), Keyed("2"), Keyed("8"), Keyed("15"),
        Keyed("1"), Keyed("2"), Keyed("5"), Keyed("1"), Stored("1203455", 2),
    )),
    ("Going back, too many digits, more voters than electors", (
        *BEGIN, Fresh(), Keyed("312312"), Keyed("3120"), Keyed("2"), Keyed("312"), Keyed("4"), Keyed("*"), Keyed("5"),
    )),
    ("More votes than voters", (*BEGIN, Fresh(), Keyed("312"), Keyed("4"), Keyed("400"), Keyed("1"))),
    ("Figures that do not add up: hear all, then sent as the minutes say", (
        *BEGIN, Fresh(), SHORT, Keyed("2"), Keyed("3"), Keyed("1"), STORED,
    )),
    ("Figures that do not add up: one corrected", (
        *BEGIN, Fresh(), SHORT, Keyed("1"), Keyed("8"), Keyed("16"), Keyed("1"), STORED,
    )),
    ("Another call was faster", (*BEGIN, Fresh(), ALL, Keyed("1"), Overtaken(), Reported(FIGURES, 1, "0899823", 20, 41))),
    ("Silence", (*BEGIN, Fresh(), Keyed("312"), Silent(), Silent(), Silent())),
    ("The hot line", (
        *WITH_HELP, Fresh(), ALL, Keyed("7"), Keyed("0"), Returned(reached=False), Keyed("0"), Returned(reached=True),
    )),
)  # fmt: skip


def document() -> str:
    """The whole page."""
    parts = [
        "# What is heard on a call",
        "",
        "Drawn from the conversation itself: `python -m tools.draw_conversation > docs/conversation.md`; a test compares.",
        "`Keys` are the caller's. *Italics* are answers of the database or the carrier. Of a PIN, only the verdict is shown.",
    ]
    for title, answers in SCENES:
        parts += ["", f"## {title}", "", "| | français | English |", "|---|---|---|", *_scene(answers)]
    return "\n".join(parts) + "\n"


def _scene(answers: Sequence[AnyAnswer]) -> list[str]:
    """One row for each time that the caller hears something: what led there, and what the line says."""
    conversation = Conversation(ELECTION)
    rows = []
    led_here: list[str] = []
    for answer in answers:
        conversation.answer(answer)
        led_here.append(_shown(answer))
        if isinstance(conversation.pending, Errand):
            continue
        heard = [" ".join(prompts(locale).text(line) for line in conversation.lines) for locale in LOCALES]
        ending = f" *({conversation.outcome})*" if conversation.outcome else ""
        rows.append(f"| {' '.join(led_here)} | {heard[0]}{ending} | {heard[1]} |")
        led_here = []
    return rows


def _shown(answer: AnyAnswer) -> str:
    return f"`{answer.keys}`" if isinstance(answer, Keyed) else f"*{type(answer).__name__.lower()}*"


if __name__ == "__main__":
    print(document(), end="")
