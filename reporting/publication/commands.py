"""The command line's way to check what was published."""

from pathlib import Path
from typing import Protocol

import click

from db.services import Services
from reporting.publication.signature import Signer
from reporting.publication.verify_snapshot import NotASnapshot, Verdict, verify_file

KEY_BYTES = 32


class SigningServices(Services, Protocol):
    """What these commands need beside."""

    @property
    def signer(self) -> Signer:
        """Signs publications; raises where there is no secret to sign with."""

    @property
    def can_sign(self) -> bool:
        """True where there is one."""


def _key(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    try:
        if value is not None and len(bytes.fromhex(value)) != KEY_BYTES:
            raise ValueError
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is not 64 hexadecimal digits") from error
    return value and value.lower()


@click.group("results")
def results_group() -> None:
    """What is published: checks a downloaded file, prints the public key."""


@results_group.command("key")
@click.pass_obj
def key_command(services: SigningServices) -> None:
    """The public key of this installation, which its publications are signed with."""
    click.echo(services.signer.public_key)


@results_group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", callback=_key, metavar="HEX", help="The public key; by default this installation's.")
@click.pass_obj
def verify_command(services: SigningServices, file: Path, key: str | None) -> int:
    """Checks a file that was downloaded from /resultats.json: its signature, its hashes, its sums."""
    if key is None and services.can_sign:
        key = services.signer.public_key
    verdict = verify_file(_read(file), key)
    if verdict.own_key:
        click.echo("no key to check it with but its own: this proves that it is whole, not who published it", err=True)
    if verdict.reason is not None:
        click.echo(f"{file}: {_in_words(verdict)}", err=True)
        return 1
    click.echo(f"publication {verdict.number} of {verdict.at}: {verdict.bureaux} bureaux, signed, whole, and adds up")
    click.echo(f"key {verdict.key}")
    return 0


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotASnapshot(f"{file} cannot be read as a text") from error


def _in_words(verdict: Verdict) -> str:
    assert verdict.reason is not None
    return f"{verdict.reason.value} (department {verdict.where})" if verdict.where else verdict.reason.value
