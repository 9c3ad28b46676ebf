"""The settings of the line under test, for an application in this process and for a command in another."""

import os
from pathlib import Path

from settings import Settings

ROOT = Path(__file__).parents[2]
PEPPER = "a pepper for the tests"
SECRET_KEY = "a secret key for the tests"
TOKEN = "the carrier's token for the tests"
PUBLIC_URL = "https://line.example"
HOTLINE = "+33199001199"

KEEP_DEFAULT = ("rehearsal", "trusted_proxies", "scans_folder", "lines_plan")
"""Settings that have a default which an empty variable would not give, or whose variable has another name."""


def settings(database_url: str = "", **changes: str | bool) -> Settings:
    """The settings of the tests' line."""
    values = {
        "database_url": database_url,
        "secret_key": SECRET_KEY,
        "pin_pepper": PEPPER,
        "public_url": PUBLIC_URL,
        "twilio_auth_token": TOKEN,
    }
    return Settings(**{**values, **changes})


def environment(database_url: str, **changes: str) -> dict[str, str]:
    """The process environment of a command under test; what a developer's own `.env` says is overruled."""
    ours = {name.upper(): "" for name in Settings.__dataclass_fields__ if name not in KEEP_DEFAULT}
    ours |= {
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET_KEY,
        "PIN_PEPPER": PEPPER,
        "PUBLIC_URL": PUBLIC_URL,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "REMONTEE_REHEARSAL": "",
        "SCANS_FOLDER": "",
        "LINES_PLAN": "",
    }
    return {**os.environ, **ours, **changes}
