"""A line that answers in this process, with telephones to call it."""

from functools import cached_property
from tempfile import mkdtemp

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import ColumnElement, Engine, Row, Table, select

from app import create_app
from db.schema import Origin, bureau, tally, tally_count
from ivr.carriers.twilio import Twilio
from ivr.simulator.phone import Phone, send_to
from tests.support.clock import Clock
from tests.support.primary_2011 import CODE, FIGURES, PRESIDENT
from tests.support.settings import PUBLIC_URL, TOKEN, settings

COMPILED_TEMPLATES = FileSystemBytecodeCache(mkdtemp(prefix="remontee-templates-"))
"""Templates, compiled once for all the applications of a process. Jinja allows the change until a template is loaded."""


class Line:
    """The application, and what it has stored."""

    def __init__(self, engine: Engine, clock: Clock, pins: dict[str, str], **changes: str | bool) -> None:
        self.engine = engine
        self.clock = clock
        self.pins = pins
        self.carrier = Twilio(TOKEN)
        self._settings = settings(**changes)

    @cached_property
    def app(self) -> Flask:
        """The application itself, made when it is first used: many tests want the database alone."""
        app = create_app(self._settings, self.engine, self.clock)
        app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
        return app

    def phone(self, caller: str = PRESIDENT) -> Phone:
        """A telephone that may dial the line."""
        return Phone(send_to(self.app, self.carrier), PUBLIC_URL, caller, self.clock.advance)

    def identified(self, code: str = CODE, caller: str = PRESIDENT) -> Phone:
        """A phone that has just given a bureau's code and PIN."""
        return self.phone(caller).dial().keys(code).keys(f"{self.pins[code]}#")

    def reported(self, code: str = CODE, caller: str = PRESIDENT, **changes: int) -> Phone:
        """A phone that has reported `FIGURES`, with changes."""
        figures = {**FIGURES, **changes}
        return self.identified(code, caller).keys("*".join(map(str, figures.values())) + "#").keys("1")

    def rows(self, table: Table, *conditions: ColumnElement[bool]) -> list[Row]:
        """The rows of a table, in the order of its key."""
        with self.engine.connect() as connection:
            return connection.execute(select(table).where(*conditions).order_by(*table.primary_key)).all()

    def tallies(self, code: str = CODE, origin: Origin = Origin.LIVE) -> list[dict[str, int]]:
        """The figures of a bureau's tallies, oldest version first."""
        with self.engine.connect() as connection:
            query = (
                select(tally.c.id)
                .join(bureau)
                .where(bureau.c.code == code, tally.c.origin == origin.value)
                .order_by(tally.c.version)
            )
            return [
                dict(
                    connection.execute(select(tally_count.c.field, tally_count.c.count).filter_by(tally_id=each)).all()
                )
                for each in connection.scalars(query).all()
            ]
