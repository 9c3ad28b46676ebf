"""The option that names an election, for every command that is about one."""

import click

MAX_ID = 2**31 - 1

election_option = click.option(
    "--election",
    "election_id",
    type=click.IntRange(1, MAX_ID),
    help="An election's number; by default the one that closes last.",
)
