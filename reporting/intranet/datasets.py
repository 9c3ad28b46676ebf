"""The datasets: what a page shows as rows, defined once. Pages, exports and the API read the same query with the same rights.

A dataset's parameters are those of its address; what is not one of a parameter's choices is refused with one clear sentence.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from db.phone_numbers import to_e164
from db.schema import FlagState
from flows.ballot import Election
from flows.digits import is_digits
from reporting.anomalies.flag_list import RESOLVED, SEVERITIES, FlagFilter, RaisedFlag, read_flags
from reporting.intranet.requests.request_context import RequestContext
from reporting.publication.published_totals import read_published_totals
from reporting.records.audit_log import AuditRow, read_audit
from reporting.records.call_log import OUTCOMES, CallFilter, CallRow, read_calls
from reporting.records.history import Event, read_history
from reporting.tabulation.missing import MissingBureau, MissingOrder, Progress, read_missing
from reporting.tabulation.pace import LineLoad, Minute, read_load, read_pace
from reporting.tabulation.totals import Level, Status, read_totals
from reporting.tabulation.totals_records import columns as totals_columns
from reporting.tabulation.totals_records import record as totals_record
from reporting.verification.comparison import State
from reporting.verification.reconciliation_list import (
    RECONCILIATION_COLUMNS,
    CaseFilter,
    read_cases,
    reconciliation_records,
)
from reporting.verification.reconciliation_stages import Stage

MAX_ID = 2**31 - 1
EARLIEST, LATEST = 1970, 2999
"""Years: beyond them, moments of some zone are no moments of another."""


class BadParameter(Exception):
    """A parameter of the address makes no sense: `name` has `value`, or is needed and has none."""

    def __init__(self, name: str, value: str = "") -> None:
        super().__init__(f"{name}: {value!r}")
        self.name = name
        self.value = value


class Kind(StrEnum):
    """What stands in a column, or in a parameter."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    MOMENT = "moment"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a dataset; any of its values may be missing."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a dataset's address. With `choices`, only these are taken."""

    name: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    required: bool = False

    def read(self, text: str) -> str | int | bool | datetime:
        """The parameter's value. Raises `BadParameter`."""
        if self.choices and text not in self.choices:
            raise BadParameter(self.name, text)
        reading: Callable[[str], Any] = _READINGS.get(self.kind, _read_text)
        try:
            value: str | int | bool | datetime = reading(text)
        except ValueError as error:
            raise BadParameter(self.name, text) from error
        return value


def _read_text(text: str) -> str:
    if "\0" in text:
        raise ValueError(text)
    return text


def _read_count(text: str) -> int:
    if not is_digits(text) or int(text) > MAX_ID:
        raise ValueError(text)
    return int(text)


def _read_moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError(text)
    return moment


_READINGS: Mapping[Kind, Callable[[str], Any]] = {
    Kind.COUNT: _read_count,
    Kind.MOMENT: _read_moment,
}

Values = Mapping[str, Any]
Records = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Rows that a page shows: their columns, the parameters that narrow them, and how they are read."""

    name: str
    parameters: tuple[Parameter, ...]
    columns: Callable[[Election, Values], Sequence[Column]]
    read: Callable[[RequestContext, Values], Records]

    def values(self, arguments: Mapping[str, str]) -> dict[str, Any]:
        """The parameters that `arguments` give; empty ones are not given. Raises `BadParameter`."""
        values = {each.name: each.read(arguments[each.name]) for each in self.parameters if arguments.get(each.name)}
        missing = [each.name for each in self.parameters if each.required and each.name not in values]
        if missing:
            raise BadParameter(missing[0])
        return values


PAGE = Parameter("page", Kind.COUNT)


def asked_page(arguments: Mapping[str, str]) -> int:
    """Which page of a list an address asks for, from 1 on. Raises `BadParameter`."""
    return max(1, int(str(PAGE.read(arguments.get("page") or "1"))))


# --- what each dataset holds -------------------------------------------------------------------------------------------

DEPARTMENT = Parameter("department")
STATUS = Parameter("status", choices=tuple(Status))
TRUTHS = ("true", "false")
_KINDS = {
    "int": Kind.COUNT,
    "int | None": Kind.COUNT,
    "float": Kind.NUMBER,
    "float | None": Kind.NUMBER,
    "bool": Kind.TRUTH,
    "datetime": Kind.MOMENT,
    "datetime | None": Kind.MOMENT,
}


def _columns_of(record: type, *more: Column) -> Callable[[Election, Values], Sequence[Column]]:
    """The columns of a dataset whose rows are records of this class."""
    found = [Column(each.name, _KINDS.get(_type_name(each.type), Kind.TEXT)) for each in fields(record)]
    return lambda _election, _values: [*found, *more]


def _type_name(annotation: object) -> str:
    return (
        annotation
        if isinstance(annotation, str)
        else getattr(annotation, "__name__", str(annotation)).replace("datetime.", "")
    )


def _totals_columns(election: Election, values: Values) -> Sequence[Column]:
    names = totals_columns(election, Level(values.get("level", Level.NATIONAL)))
    texts = {"code", "department", "commune", "name"}
    parts = {"turnout"} | {name for name in names if name.startswith("share_")}
    return [
        Column(each, Kind.TEXT if each in texts else Kind.NUMBER if each in parts else Kind.COUNT) for each in names
    ]


def _read_totals(context: RequestContext, values: Values) -> Records:
    level = Level(values.get("level", Level.NATIONAL))
    department = context.within(values.get("department"))
    if values.get("status") != Status.VALIDATED:
        for row in read_totals(context.connection, context.election, level, department):
            yield totals_record(context.election, level, row)
        return
    with context.public.snapshot() as connection:
        for row in read_published_totals(connection, context.election, context.now, level, department):
            yield totals_record(context.election, level, row)


def _read_pace(context: RequestContext, _values: Values) -> Records:
    return (asdict(each) for each in read_pace(context.connection, context.election.id))


LOAD_PARTS = (
    Column("per_minute", Kind.NUMBER),
    Column("completed_part", Kind.NUMBER),
    Column("given_up_part", Kind.NUMBER),
)


def _read_line(context: RequestContext, _values: Values) -> Records:
    load = read_load(context.connection, context.election.id, context.now)
    yield {**asdict(load), **{each.name: getattr(load, each.name) for each in LOAD_PARTS}}


def missing_arguments(context: RequestContext, values: Values) -> dict[str, Any]:
    """What `read_missing` is asked, of a page's or a dataset's parameters."""
    return {
        "department_code": context.within(values.get("department")),
        "progress": Progress(values["progress"]) if "progress" in values else None,
        "order": MissingOrder(values.get("order", MissingOrder.CODE)),
    }


def _read_missing(context: RequestContext, values: Values) -> Records:
    rows = read_missing(context.connection, context.election, context.now, **missing_arguments(context, values))
    return (asdict(each) for each in rows)


def call_filter(context: RequestContext, values: Values) -> CallFilter:
    """Which calls, of a page's or a dataset's parameters. Raises `BadParameter` for a number that is none."""
    caller = values.get("caller")
    number = (to_e164(caller) or caller) if caller else None
    given = {name: values[name] for name in ("bureau", "outcome") if name in values}
    for name in ("since", "until"):
        if name in values:  # without a zone, it is what the clocks on the pages say
            given[name] = values[name] if values[name].tzinfo else values[name].replace(tzinfo=context.schedule.zone)
    truths = {name: values[name] == "true" for name in ("flagged", "reviewed") if name in values}
    return CallFilter(department=context.within(values.get("department")), caller=number, **given, **truths)


def _read_calls(context: RequestContext, values: Values) -> Records:
    which = call_filter(context, values)
    calls = read_calls(
        context.connection, context.election, which, context.now, before=values.get("before"), limit=values.get("limit")
    )
    return (asdict(each) for each in calls)


def flag_filter(context: RequestContext, values: Values) -> FlagFilter:
    """Which flags, of a page's or a dataset's parameters."""
    given = {name: values[name] for name in ("state", "severity", "bureau", "code") if name in values}
    newest = values.get("newest", "false") == "true"
    return FlagFilter(department=context.within(values.get("department")), newest=newest, **given)


def _read_flags(context: RequestContext, values: Values) -> Records:
    flags = read_flags(
        context.connection,
        context.election,
        flag_filter(context, values),
        locale=context.locale,
        limit=values.get("limit"),
    )
    return (asdict(each) for each in flags)


def case_filter(context: RequestContext, values: Values) -> CaseFilter:
    """Which bureaux under reconciliation, of a page's or a dataset's parameters."""
    return CaseFilter(
        state=State(values["state"]) if "state" in values else None,
        stage=Stage(values["stage"]) if "stage" in values else None,
        department=context.within(values.get("department")),
        changed=values.get("changed") == "true",
    )


def _reconciliation_columns(_election: Election, _values: Values) -> Sequence[Column]:
    counts = {"phone", "pv", "pen"}
    return [Column(each, Kind.COUNT if each in counts else Kind.TEXT) for each in RECONCILIATION_COLUMNS]


def _read_reconciliation(context: RequestContext, values: Values) -> Records:
    return reconciliation_records(read_cases(context.connection, context.election, case_filter(context, values)))


def _read_history(context: RequestContext, values: Values) -> Records:
    bureau = context.bureau(values["bureau"])
    events = read_history(context.connection, context.election, bureau.id, bureau.code, context.locale)
    return (asdict(each) for each in events)


def _read_audit(context: RequestContext, values: Values) -> Records:
    rows = read_audit(
        context.connection, values.get("search", ""), before=values.get("before"), limit=values.get("limit")
    )
    return (asdict(each) for each in rows)


LIMIT = Parameter("limit", Kind.COUNT)
BEFORE = Parameter("before", Kind.COUNT)

DATASETS: Mapping[str, Dataset] = {
    each.name: each
    for each in (
        Dataset(
            "totals", (Parameter("level", choices=tuple(Level)), DEPARTMENT, STATUS), _totals_columns, _read_totals
        ),
        Dataset("pace", (), _columns_of(Minute), _read_pace),
        Dataset("line", (), _columns_of(LineLoad, *LOAD_PARTS), _read_line),
        Dataset(
            "missing",
            (
                DEPARTMENT,
                Parameter("progress", choices=tuple(Progress)),
                Parameter("order", choices=tuple(MissingOrder)),
            ),
            _columns_of(MissingBureau),
            _read_missing,
        ),
        Dataset(
            "calls",
            (
                DEPARTMENT,
                Parameter("bureau"),
                Parameter("caller"),
                Parameter("outcome", choices=OUTCOMES),
                Parameter("since", Kind.MOMENT),
                Parameter("until", Kind.MOMENT),
                Parameter("flagged", choices=TRUTHS),
                Parameter("reviewed", choices=TRUTHS),
                BEFORE,
                LIMIT,
            ),
            _columns_of(CallRow),
            _read_calls,
        ),
        Dataset(
            "flags",
            (
                DEPARTMENT,
                Parameter("bureau"),
                Parameter("code"),
                Parameter("severity", choices=tuple(SEVERITIES)),
                Parameter("state", choices=(*(each.value for each in FlagState), RESOLVED)),
                Parameter("newest", choices=TRUTHS),
                LIMIT,
            ),
            _columns_of(RaisedFlag),
            _read_flags,
        ),
        Dataset(
            "reconciliation",
            (
                Parameter("state", choices=tuple(State)),
                Parameter("stage", choices=tuple(Stage)),
                DEPARTMENT,
                Parameter("changed", choices=TRUTHS),
            ),
            _reconciliation_columns,
            _read_reconciliation,
        ),
        Dataset("history", (Parameter("bureau", required=True),), _columns_of(Event), _read_history),
        Dataset("audit", (Parameter("search"), BEFORE, LIMIT), _columns_of(AuditRow), _read_audit),
    )
}
