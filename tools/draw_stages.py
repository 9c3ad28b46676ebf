"""Draws `docs/tally-life.md` from the table of stages and the words of the screens."""

from datetime import UTC

from reporting.intranet.wording import Wording
from reporting.verification.reconciliation_stages import COMPARED, LIFE, READY, Event, Stage

WHO = {
    Event.COMPARED_INCOMPLETE: "a new version in any channel, and one is still missing",
    Event.COMPARED_DIFFERING: "a new version in any channel, and they differ",
    Event.COMPARED_AGREED: "a new version in any channel, and they agree",
    Event.DECIDED: "the chair or the High Authority decides field by field, with a reason",
    Event.LISTED: "the chair lists the bureau as missing, with a reason",
    Event.FIRST_VALIDATION: "a member of the High Authority validates",
    Event.SECOND_VALIDATION: "a second, different member validates: it is published",
    Event.REFUSED: "a member refuses, with a reason",
    Event.TAKEN_BACK: "two members take the validation back, with reasons: it leaves the public page",
}
HEAD = """# The life of a tally

Drawn from `reporting/verification/reconciliation_stages.py` and the screens' own words: `python -m tools.draw_stages`; a
test compares.

A president confirms a tally on the phone (or an operator keys it on their word): it is **provisional**. Two clerks key the
minutes, the second blind to the first; a pen's ink may come, too. Whenever a channel has a new version, one function compares
all of them, and the bureau is at one of these stages. A new version leads to *incomplete*, *differing* or *agreed* from
**every** stage, and opens the department's sign-off again; only where all channels still agree on the very same figures does it
change nothing. What is published stays so until two members validate other figures, or take it back.
"""


def document() -> str:
    """The whole page."""
    french, english = Wording("fr", UTC), Wording("en", UTC)
    lines = [
        HEAD,
        "| stage | on the French screens | on the English screens | can be signed off |",
        "|---|---|---|---|",
    ]
    for stage in Stage:
        words = (wording.text(f"stage-{stage}") for wording in (french, english))
        lines.append(f"| `{stage}` | {' | '.join(words)} | {'yes' if stage in READY else 'no'} |")
    lines += ["", "| what happens | who, and what follows |", "|---|---|"]
    lines += [f"| `{event}` | {WHO[event]} |" for event in Event]
    lines += ["", "```mermaid", "stateDiagram-v2", "    direction LR"]
    lines += [f'    state "{english.text(f"stage-{stage}")}" as {_name(stage)}' for stage in Stage]
    lines += [f"    [*] --> {_name(stage)}: {event}" for event, stage in COMPARED.items()]
    for event, moves in LIFE.items():
        if event not in COMPARED:
            lines += [f"    {_name(source)} --> {_name(target)}: {event}" for source, target in moves.items()]
    return "\n".join([*lines, "```", ""])


def _name(stage: Stage) -> str:
    return stage.value.replace("-", "_")


if __name__ == "__main__":
    print(document(), end="")
