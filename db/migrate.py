"""Brings a database to today's schema. Commands that need one call this without being asked.

Several hosts may start at once, and older ones may still be running (`docs/operations.md`, "A new version while it runs"): one
migrates, the others wait for it; a migration never makes the line wait long for a table; and a host of the old version that is
started again leaves a newer schema as it is.
"""

import logging
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from db.backends.base import UnusableDatabase

FOLDER = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 20111009
"""The advisory lock under which hosts that start together queue for their migrations."""
PATIENCE_MS = 1_000
"""Milliseconds that a migration waits for a table: while it does, everybody else waits behind it."""
PAUSE_SECONDS = 1.0
TRIES = 120

log = logging.getLogger(__name__)


def config(engine: Engine) -> Config:
    """Alembic's configuration for this engine."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["engine"] = engine
    settings.attributes |= {"one_at_a_time": ONE_AT_A_TIME, "patience": PATIENCE_MS}
    return settings


def upgrade(engine: Engine) -> None:
    """Applies every migration that is still to come; does nothing where there is none, or where the schema is newer than this.

    Several hosts may do so at once. Raises `UnusableDatabase` if somebody holds a table all the time.
    """
    settings = config(engine)
    scripts = ScriptDirectory.from_config(settings)
    with engine.connect() as connection:
        present = set(MigrationContext.configure(connection).get_current_heads())
    if present == set(scripts.get_heads()):
        return
    if present - {each.revision for each in scripts.walk_revisions()}:
        log.warning("the database's schema (%s) is newer than this program: it is left as it is", ", ".join(present))
        return
    for _ in range(TRIES):
        try:
            command.upgrade(settings, "head")
            return
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable):
                raise
        time.sleep(PAUSE_SECONDS)
    raise UnusableDatabase("the migration never found a moment in which nobody held its tables: end what holds them")
