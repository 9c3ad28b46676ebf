"""Brings a database to today's schema. Commands that need one call this without being asked."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

FOLDER = Path(__file__).parent / "migrations"


def config(engine: Engine) -> Config:
    """Alembic's configuration for this engine."""
    settings = Config()
    settings.set_main_option("script_location", str(FOLDER))
    settings.attributes["engine"] = engine
    return settings


def upgrade(engine: Engine) -> None:
    """Applies every migration that is still to come; does nothing where there is none. Several hosts may do so at once."""
    command.upgrade(config(engine), "head")
