"""The settings, from the environment or a `.env` file. `.env.example` explains each."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from db.phone_numbers import to_e164
from db.refusals import Refusal
from flows.catalogue import LOCALES
from flows.digits import is_digits

HOME = Path(__file__).parent
ENV_FILE = ".env"
NO_TEXTS = ("rehearsal", "trusted_proxies", "scans_folder", "lines_plan")
"""Settings that are not read as plain texts."""


class BadSetting(Refusal):
    """A setting has a value that makes no sense."""


class MissingSetting(Refusal):
    """A setting that this command needs is not set."""


@dataclass(frozen=True)
class Settings:
    """The settings. An empty text means that the setting is not set. Secrets are left out of the representation."""

    database_url: str = field(default=f"sqlite:///{HOME / 'var' / 'remontee.sqlite'}", repr=False)
    database_replica_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    pin_pepper: str = field(default="", repr=False)
    public_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_number: str = ""
    hotline_number: str = ""
    line_locale: str = ""
    scans_folder: Path = HOME / "var" / "scans"
    lines_plan: Path = HOME / "var" / "lines-plan.json"
    trusted_proxies: int = 0
    rehearsal: bool = False

    def require(self, *names: str) -> None:
        """Raises `MissingSetting`, naming the first of `names` (as in the environment) that is not set."""
        for name in names:
            if not getattr(self, name.lower()):
                raise MissingSetting(f"{name} is not set: put it in the environment or in .env (see .env.example)")


def read_settings(environment: Mapping[str, str] | None = None, home: Path = HOME) -> Settings:
    """The settings of `environment` (by default the process's own) and of the `.env` file in `home`. The environment wins.

    Raises `BadSetting`.
    """
    environment = os.environ if environment is None else environment
    merged = {**dotenv_values(home / ENV_FILE), **environment}
    texts = {
        name: text
        for name in Settings.__dataclass_fields__
        if name not in NO_TEXTS and (text := (merged.get(name.upper()) or "").strip())
    }
    _refuse_nonsense(texts)
    if "hotline_number" in texts:
        texts["hotline_number"] = to_e164(texts["hotline_number"]) or ""
    proxies = (merged.get("TRUSTED_PROXIES") or "0").strip()
    if not is_digits(proxies, at_most=1):
        raise BadSetting(f"TRUSTED_PROXIES is {proxies!r}: it must be a number from 0 to 9")
    scans = Path((merged.get("SCANS_FOLDER") or "").strip() or Settings.scans_folder)
    plan = Path((merged.get("LINES_PLAN") or "").strip() or Settings.lines_plan)
    rehearsal = merged.get("REMONTEE_REHEARSAL") == "1"
    return Settings(**texts, scans_folder=scans, lines_plan=plan, trusted_proxies=int(proxies), rehearsal=rehearsal)


def _refuse_nonsense(texts: Mapping[str, str]) -> None:
    if texts.get("line_locale", "fr") not in LOCALES:
        raise BadSetting(f"LINE_LOCALE is {texts['line_locale']!r}: it must be one of {', '.join(LOCALES)}")
    if not urlsplit(texts.get("public_url", "https://line")).netloc:
        raise BadSetting(f"PUBLIC_URL is {texts['public_url']!r}: it must be the whole address, https://…")
    if "hotline_number" in texts and to_e164(texts["hotline_number"]) is None:
        raise BadSetting(f"HOTLINE_NUMBER is {texts['hotline_number']!r}: it is no telephone number")
