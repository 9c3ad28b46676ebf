"""Options that several commands take: which totals, and in which format."""

from enum import StrEnum

import click

from reporting.tabulation.totals import Status


class Format(StrEnum):
    """How a command prints its answer."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


status_option = click.option(
    "--status",
    default=Status.PROVISIONAL.value,
    show_default=True,
    type=click.Choice([each.value for each in Status]),
)
format_option = click.option(
    "--format",
    "form",
    default=Format.TABLE.value,
    show_default=True,
    type=click.Choice([each.value for each in Format]),
)
