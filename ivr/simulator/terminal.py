"""A phone in the terminal: read what the line says, type the keys."""

import sys

import click

from ivr.simulator.handset import State
from ivr.simulator.phone import Phone
from ivr.simulator.president import asks_for_pin, asks_for_rehearsal

HELP = "Type the keys, then Enter. Enter alone is silence; h hangs up."
HANG_UP = "h"


def hold(phone: Phone, code: str = "") -> None:
    """Phones the line and lets the person at the terminal talk to it; `code` is keyed for them at the first question."""
    click.secho(HELP, dim=True)
    phone.dial()
    _show(phone)
    if code and asks_for_rehearsal(phone.call.heard):
        click.echo("> 1")
        phone.keys("1")
        _show(phone)
    if code and phone.call.state is State.GATHERING:
        click.echo(f"> {code}")
        phone.keys(code)
        _show(phone)
    while not phone.ended:
        keys = _typed(hidden=asks_for_pin(phone.call.heard) and sys.stdin.isatty())
        if keys == HANG_UP:
            phone.hang_up()
        elif phone.call.state is State.DIALLING:
            phone.nobody_answers()
        elif not keys:
            phone.silence()
        elif set(keys) <= set("0123456789*#"):
            phone.keys(keys)
        else:
            click.secho(HELP, dim=True)
            continue
        _show(phone)
    click.secho(f"The call is over ({phone.call.seconds:.0f} s on the line, as modelled).", dim=True)


def _typed(*, hidden: bool) -> str:
    try:
        return str(click.prompt(">", prompt_suffix=" ", default="", show_default=False, hide_input=hidden)).strip()
    except click.Abort:
        return HANG_UP


def _show(phone: Phone) -> None:
    for sentence in phone.call.heard:
        click.secho(sentence, bold=True)
    if phone.call.state is State.DIALLING:
        click.secho("The hot line rings (Enter: nobody answers).", dim=True)
