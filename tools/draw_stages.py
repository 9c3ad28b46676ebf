"""Draws `docs/reconciliation-stages.md` from the table of stages and the words of the screens."""

from datetime import UTC

from reporting.intranet.wording import Wording
from reporting.verification.reconciliation_stages import COMPARED, READY, TRANSITIONS, Event, Stage

WHO = {
    Event.COMPARED_INCOMPLETE: "A channel has a new version, and the phone or the statement is still missing.",
    Event.COMPARED_DIFFERING: "A channel has a new version, and the channels differ.",
    Event.COMPARED_AGREED: "A channel has a new version, and the channels agree.",
    Event.DECIDED: "The chair or the High Authority decides each field, with a reason.",
    Event.LISTED: "The chair lists the bureau as missing, with a reason.",
    Event.FIRST_VALIDATION: "A member of the High Authority validates.",
    Event.SECOND_VALIDATION: "A second, different member validates. The bureau is published.",
    Event.REFUSED: "A member refuses, with a reason.",
    Event.TAKEN_BACK: "Two members take the validation back, with reasons. The bureau leaves the public page.",
}
HEAD = """# The stages of reconciliation

This page is drawn from `reporting/verification/reconciliation_stages.py` and from the words of the screens:
`python -m tools.draw_stages > docs/reconciliation-stages.md`. A test compares the page with the code.

A president confirms a tally on the phone, or an operator keys it on the president's word. The tally is then **provisional**.
Two clerks key the statement of the count (PV). The second clerk does not see the first entry. A digital pen may add its ink.

One function compares all channels of a bureau whenever a channel has a new version. The comparison leads to *incomplete*,
*differing* or *agreed*, from **every** stage, and reopens the department's sign-off. There is one exception: if all channels
still agree on the same figures, nothing changes. Published figures stay published until two members validate other figures or
take the validation back.
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
    lines += ["", "| event | what happens |", "|---|---|"]
    lines += [f"| `{event}` | {WHO[event]} |" for event in Event]
    lines += ["", "```mermaid", "stateDiagram-v2", "    direction LR"]
    lines += [f'    state "{english.text(f"stage-{stage}")}" as {_name(stage)}' for stage in Stage]
    lines += [f"    [*] --> {_name(stage)}: {event}" for event, stage in COMPARED.items()]
    for event, moves in TRANSITIONS.items():
        if event not in COMPARED:
            lines += [f"    {_name(source)} --> {_name(target)}: {event}" for source, target in moves.items()]
    return "\n".join([*lines, "```", ""])


def _name(stage: Stage) -> str:
    return stage.value.replace("-", "_")


if __name__ == "__main__":
    print(document(), end="")
