"""The one base of all refusals. A refusal says why something that was asked for is not done.

It is raised where the rule lives. The command line prints `str(refusal)` and exits with status 2. A page of the intranet looks
`key` up in its catalogue, with `values`. A new refusal derives from `Refusal`; no list has to know it.
"""

from typing import ClassVar


class Refusal(Exception):
    """What was asked for is not done. `values` fill the sentence in the catalogue: figures, a `field`, a `stage`."""

    key: ClassVar[str] = ""
    """The sentence in the intranet's catalogue; "" for a refusal that no page shows."""
    reason: ClassVar[str] = "this cannot be done"
    """What `str()` says of a refusal that was raised without a message."""

    def __init__(self, message: str = "", **values: int | str) -> None:
        super().__init__(message)
        self.values = values

    def __str__(self) -> str:
        return super().__str__() or self.reason
