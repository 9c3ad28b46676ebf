"""The accounts' commands. They print first passwords and keys of second factors, which can be read nowhere else."""

import secrets
from dataclasses import dataclass

import click
import qrcode
from sqlalchemy import Connection, select

from db import elections, users
from db.migrate import upgrade
from db.refusals import Refusal
from db.schema import department as department_table
from db.schema import user as user_table
from db.services import Services
from db.transactions import begin_write
from db.users import NewUser, Post, Role
from reporting.intranet.access.accounts import OnceTotp, hash_password, totp

PASSWORD_BYTES = 12


class WrongBinding(Refusal):
    """A role lacks the department or candidate that it needs, has one that it must not have, or one that is unknown."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the owner of an account needs to log in: `password`, and for some roles the `secret` of the second factor."""

    email: str
    password: str
    secret: str
    uri: str


def make_keys(email: str, role: Role, maker: OnceTotp) -> tuple[Keys, str, str | None]:
    """New keys for an account, then the password's hash and the encrypted second factor, as they are stored."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    stored = maker.generate_totp_secret() if role.second_factor else None
    secret = maker.get_totp_b32_key(stored) if stored else ""
    uri = maker.get_totp_uri(email, stored) if stored else ""
    return Keys(email, password, secret, uri), hash_password(password), stored


@click.group("users")
def users_group() -> None:
    """The accounts of the intranet."""


@users_group.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([each.value for each in Role]))
@click.option("--department", help="Code of the one department that a cdrv account may see.")
@click.option("--candidate", type=click.IntRange(1), help="Number of the candidate whose team it is.")
@click.option("--post", type=click.Choice([each.value for each in Post]), help="Of a cdrv account; clerk by default.")
@click.pass_obj
def add_command(
    services: Services, email: str, role: str, department: str | None, candidate: int | None, post: str | None
) -> None:
    """Makes an account, and prints its password and second factor once."""
    _refuse_no_address(email)
    keys, password, factor = make_keys(users.normalise_email(email), Role(role), totp(services.secret_key))
    chosen = Post(post or Post.CLERK) if role == Role.CDRV else None
    if post and role != Role.CDRV:
        raise click.BadParameter("only a cdrv account has a post", param_hint="--post")
    new = NewUser(email, Role(role), password, factor, chosen, department, candidate)
    upgrade(services.engine)
    with begin_write(services.engine) as transaction:
        check_binding(transaction.connection, new)
        users.add(transaction, new, at=services.clock())
    _print_keys(keys)


@users_group.command("renew")
@click.argument("email")
@click.pass_obj
def renew_command(services: Services, email: str) -> None:
    """Gives an account a new password and second factor; its sessions and tokens end."""
    with begin_write(services.engine) as transaction:
        found = users.find(transaction.connection, email)
        keys, password, factor = make_keys(found.email, Role(found.role), totp(services.secret_key))
        users.renew(transaction, email, password=password, totp=factor, at=services.clock())
    _print_keys(keys)


@users_group.command("close")
@click.argument("email")
@click.pass_obj
def close_command(services: Services, email: str) -> None:
    """Closes an account. Its sessions and tokens end; its decisions stay."""
    with begin_write(services.engine) as transaction:
        users.close(transaction, email, at=services.clock())
    click.echo(f"{users.normalise_email(email)} is closed")


@users_group.command("list")
@click.pass_obj
def list_command(services: Services) -> None:
    """Lists the accounts."""
    with services.engine.connect() as connection:
        for row in connection.execute(select(user_table).order_by(user_table.c.email)):
            bound = " ".join(str(each) for each in (row.post, row.department, row.candidate) if each)
            click.echo(f"{row.email}  {row.role}{' ' + bound if bound else ''}{'' if row.active else '  closed'}")


@users_group.command("code")
@click.argument("email")
@click.pass_obj
def code_command(services: Services, email: str) -> None:
    """Prints the present code of an account's second factor, for rehearsals without an authenticator."""
    if not services.rehearsal:
        raise click.UsageError("only where REMONTEE_REHEARSAL=1: on a real evening the code is in the authenticator")
    with services.engine.connect() as connection:
        found = users.find(connection, email)
    if found.tf_totp_secret is None:
        click.echo(f"{found.email} needs no code")
        raise SystemExit(1)
    click.echo(totp(services.secret_key).generate_totp_password(found.tf_totp_secret))


def check_binding(connection: Connection, new: NewUser) -> None:
    """Raises `WrongBinding` unless the account has the department or candidate that its role needs, and the election has it."""
    if (new.role is Role.CDRV) != (new.department is not None):
        raise WrongBinding("--department goes with the role cdrv, which needs it")
    if (new.role is Role.CANDIDATE) != (new.candidate is not None):
        raise WrongBinding("--candidate goes with the role candidate, which needs it")
    if new.department is None and new.candidate is None:
        return
    election, _ = elections.find(connection)
    if new.candidate is not None and new.candidate not in {each.number for each in election.candidates}:
        raise WrongBinding(f"--candidate {new.candidate}: {election.name} has no such candidate")
    known = select(department_table.c.id).where(
        department_table.c.election_id == election.id, department_table.c.code == new.department
    )
    if new.department is not None and connection.execute(known).one_or_none() is None:
        raise WrongBinding(f"--department {new.department}: {election.name} has no such department")


def _refuse_no_address(email: str) -> None:
    name, at, domain = email.strip().partition("@")
    if not name or not at or not domain or "@" in domain or any(char.isspace() for char in email.strip()):
        raise click.BadParameter(f"{email!r} is no e-mail address", param_hint="EMAIL")


def _print_keys(keys: Keys) -> None:
    click.echo(f"account        {keys.email}")
    click.echo(f"password       {keys.password}")
    if not keys.secret:
        return
    click.echo(f"second factor  {keys.secret}")
    code = qrcode.QRCode(border=2)
    code.add_data(keys.uri)
    code.print_ascii(tty=False, invert=True)
    click.echo("Scan this with an authenticator, or type the second factor into it. None of this is shown again.")
