"""Which role may do what on which page: one table. An endpoint that is not in it is forbidden to all.

`OWN` means the account's own department only; each page narrows what it reads to `Reader.department`. A test walks every
route of the application with every role and with none, and compares with this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from db.users import Post, Role


class Reach(StrEnum):
    """How much of the election a role may see on a page."""

    ALL = "all"
    OWN = "own"


Grant = dict[Role, Reach]

ANYONE: Grant = dict.fromkeys(Role, Reach.ALL)
"""Every account. `OPEN` has the endpoints for visitors without one."""
NO_ROLE: Grant = {}


def _all(*roles: Role) -> dict[Role, Reach]:
    return dict.fromkeys(roles, Reach.ALL)


WATCHERS = _all(Role.ADMIN, Role.SUPERVISOR, Role.AUTHORITY)
COMMISSION = {Role.CDRV: Reach.OWN}
RESULTS = WATCHERS | COMMISSION | _all(Role.CANDIDATE)
"""The roles that may see provisional figures."""
PRESIDENTS = WATCHERS | COMMISSION | _all(Role.OPERATOR)
"""The roles that may see presidents' names and numbers."""
DECIDERS = COMMISSION | _all(Role.AUTHORITY)
"""The roles that decide where channels, or two entries, differ. Of a commission, only the chair does."""
CHAIRS_ONLY = frozenset({"intranet.third_look", "intranet.case_decide", "intranet.case_missing", "intranet.sign"})
"""The endpoints that a commission's chair may call, and its clerks may not."""

OPEN = frozenset(
    {
        "intranet.static",
        "bootstrap.static",
        "intranet.language",
        "intranet.outlines",
        "security.login",
        "security.two_factor_token_validation",
    }
)
"""The endpoints for visitors without an account."""

TABLE: Mapping[str, Grant] = {
    "intranet.home": ANYONE,
    "intranet.account": ANYONE,
    "intranet.new_token": ANYONE,
    "security.logout": ANYONE,
    "security.change_password": ANYONE,
    "intranet.evening": WATCHERS | _all(Role.CANDIDATE),
    "intranet.department": RESULTS,
    "intranet.bureau": RESULTS | _all(Role.OPERATOR),
    "intranet.find_bureau": RESULTS | _all(Role.OPERATOR),
    "intranet.missing": PRESIDENTS,
    "intranet.calls": WATCHERS,
    "intranet.call": WATCHERS,
    "intranet.review_call": _all(Role.SUPERVISOR),
    "intranet.lock_pin": _all(Role.SUPERVISOR),
    "intranet.unlock_pin": _all(Role.SUPERVISOR),
    "intranet.flags": WATCHERS | COMMISSION,
    "intranet.flag": WATCHERS | COMMISSION,
    "intranet.resolve_flag": _all(Role.SUPERVISOR, Role.AUTHORITY),
    "intranet.entry": _all(Role.OPERATOR, Role.SUPERVISOR),
    "intranet.entry_figures": _all(Role.OPERATOR, Role.SUPERVISOR),
    "intranet.entry_receipt": _all(Role.OPERATOR, Role.SUPERVISOR),
    "intranet.minutes": COMMISSION,
    "intranet.pv": COMMISSION,
    "intranet.keep_scan": COMMISSION,
    "intranet.take_ink": COMMISSION,
    "intranet.third_look": DECIDERS,
    "intranet.scan": WATCHERS | COMMISSION,
    "intranet.reconciliation": WATCHERS | COMMISSION,
    "intranet.reconciled": WATCHERS | COMMISSION,
    "intranet.case_decide": DECIDERS,
    "intranet.case_missing": COMMISSION,
    "intranet.case_validate": _all(Role.AUTHORITY),
    "intranet.case_refuse": _all(Role.AUTHORITY),
    "intranet.case_take_back": _all(Role.AUTHORITY),
    "intranet.validation": WATCHERS | COMMISSION,
    "intranet.validation_of": WATCHERS | COMMISSION,
    "intranet.sign": COMMISSION,
    "intranet.validate_at_once": _all(Role.AUTHORITY),
    "intranet.recensement": WATCHERS | COMMISSION,
    "intranet.inspection": WATCHERS,
    "intranet.draw_sample": _all(Role.AUTHORITY),
    "intranet.lines": WATCHERS,
    "intranet.audit": WATCHERS,
    "intranet.openapi": ANYONE,
    "security.two_factor_setup": NO_ROLE,
    "security.two_factor_rescue": NO_ROLE,
    "security.two_factor_setup_validate": NO_ROLE,
    "security.tf_select": NO_ROLE,
    "security.verify": NO_ROLE,
    "security.static": NO_ROLE,
}
"""By endpoint. A second factor is set on the command line only: the pages that set up, change or rescue one are closed."""

DATASET_RIGHTS: Mapping[str, Grant] = {
    "totals": RESULTS,
    "pace": WATCHERS | _all(Role.CANDIDATE),
    "line": WATCHERS,
    "missing": PRESIDENTS,
    "calls": WATCHERS,
    "flags": WATCHERS | COMMISSION,
    "reconciliation": WATCHERS | COMMISSION,
    "history": WATCHERS | COMMISSION,
    "audit": WATCHERS,
}
"""By dataset: its export (`export_NAME`) and its place in the API (`api_NAME`) have the same rights."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader and their reach: `department` is the code of the only department that they may see, or None for all."""

    role: Role
    department: str | None

    def may_see(self, department: str) -> bool:
        """True if the department of this code is within reach."""
        return self.department in (None, department)


def grant(endpoint: str) -> Grant:
    """The roles that may call an endpoint of the intranet."""
    for prefix in ("intranet.export_", "intranet.api_"):
        if endpoint.startswith(prefix):
            return DATASET_RIGHTS.get(endpoint.removeprefix(prefix), NO_ROLE)
    return TABLE.get(endpoint, NO_ROLE)


def reader(endpoint: str, role: Role, post: Post | None, department: str | None) -> Reader | None:
    """The account's reach at an endpoint, or None if it may not call it at all."""
    reach = grant(endpoint).get(role)
    if reach is None or (post is Post.CLERK and endpoint in CHAIRS_ONLY):
        return None
    return Reader(role, (department or "") if reach is Reach.OWN else None)
