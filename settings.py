"""The settings, from the environment or a `.env` file. `.env.example` explains each."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dotenv import dotenv_values

HOME = Path(__file__).parent
ENV_FILE = ".env"


class MissingSetting(Exception):
    """A setting that this command cannot do without is not there."""


@dataclass(frozen=True)
class Settings:
    """The settings; an empty text is a setting that is not there. Secrets stay out of the representation."""

    database_url: str = f"sqlite:///{HOME / 'var' / 'remontee.sqlite'}"
    secret_key: str = field(default="", repr=False)
    pin_pepper: str = field(default="", repr=False)
    public_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_number: str = ""
    hotline_number: str = ""
    line_locale: str = ""
    rehearsal: bool = False

    def require(self, *names: str) -> None:
        """Raises `MissingSetting`, naming the first of `names` (as in the environment) that is not there."""
        for name in names:
            if not getattr(self, name.lower()):
                raise MissingSetting(f"{name} is not set: put it in the environment or in .env (see .env.example)")


def read_settings(environment: Mapping[str, str] | None = None, home: Path = HOME) -> Settings:
    """The settings of `environment` (by default the process's own), which goes before the `.env` file in `home`."""
    environment = os.environ if environment is None else environment
    merged = {**dotenv_values(home / ENV_FILE), **environment}
    texts = {
        name: merged[name.upper()].strip()
        for name in Settings.__dataclass_fields__
        if name != "rehearsal" and (merged.get(name.upper()) or "").strip()
    }
    return Settings(**texts, rehearsal=merged.get("REMONTEE_REHEARSAL") == "1")
