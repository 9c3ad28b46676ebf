"""The datasets: what a page shows as rows, defined once. Pages, exports and the API read the same query with the same rights.

A parameter is added here. Where a dataset's rows are records of a class (`_columns_of`), its columns are that class's fields.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from db.phone_numbers import to_e164
from db.schema import FlagState
from flows.ballot import Election
from reporting.anomalies.flag_list import RESOLVED, SEVERITIES, FlagFilter, RaisedFlag, read_flags
from reporting.exports.dataset import Column, Dataset, Kind, Parameter, Records, Values
from reporting.exports.read_context import ReadContext
from reporting.publication.published_totals import read_published_totals
from reporting.records.audit_log import AuditRow, read_audit
from reporting.records.call_log import OUTCOMES, CallFilter, CallRow, read_calls
from reporting.records.history import Event, read_history
from reporting.tabulation.missing import MissingBureau, MissingOrder, Progress, read_missing
from reporting.tabulation.pace import LineLoad, Minute, read_load, read_pace
from reporting.tabulation.totals import Level, Status, read_totals
from reporting.tabulation.totals_records import columns as totals_columns
from reporting.tabulation.totals_records import record as totals_record
from reporting.verification.comparison import ComparisonState
from reporting.verification.reconciliation_list import (
    RECONCILIATION_COLUMNS,
    CaseFilter,
    read_cases,
    reconciliation_records,
)
from reporting.verification.reconciliation_stages import Stage

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


def _read_totals(context: ReadContext, values: Values) -> Records:
    level = Level(values.get("level", Level.NATIONAL))
    department = context.within(values.get("department"))
    if values.get("status") != Status.VALIDATED:
        for row in read_totals(context.connection, context.election, level, department):
            yield totals_record(context.election, level, row)
        return
    with context.public.snapshot() as connection:
        for row in read_published_totals(connection, context.election, context.now, level, department):
            yield totals_record(context.election, level, row)


def _read_pace(context: ReadContext, _values: Values) -> Records:
    return (asdict(each) for each in read_pace(context.connection, context.election.id))


LOAD_PARTS = (
    Column("per_minute", Kind.NUMBER),
    Column("completed_part", Kind.NUMBER),
    Column("given_up_part", Kind.NUMBER),
)


def _read_line(context: ReadContext, _values: Values) -> Records:
    load = read_load(context.connection, context.election.id, context.now)
    yield {**asdict(load), **{each.name: getattr(load, each.name) for each in LOAD_PARTS}}


def missing_arguments(context: ReadContext, values: Values) -> dict[str, Any]:
    """The arguments of `read_missing`, from the parameters of a page or a dataset."""
    return {
        "department_code": context.within(values.get("department")),
        "progress": Progress(values["progress"]) if "progress" in values else None,
        "order": MissingOrder(values.get("order", MissingOrder.CODE)),
    }


def _read_missing(context: ReadContext, values: Values) -> Records:
    rows = read_missing(context.connection, context.election, context.now, **missing_arguments(context, values))
    return (asdict(each) for each in rows)


def call_filter(context: ReadContext, values: Values) -> CallFilter:
    """Which calls, from the parameters of a page or a dataset. Raises `BadParameter` for a number that is none."""
    caller = values.get("caller")
    number = (to_e164(caller) or caller) if caller else None
    given = {name: values[name] for name in ("bureau", "outcome") if name in values}
    for name in ("since", "until"):
        if name in values:  # without a zone, it is what the clocks on the pages say
            given[name] = values[name] if values[name].tzinfo else values[name].replace(tzinfo=context.schedule.zone)
    truths = {name: values[name] == "true" for name in ("flagged", "reviewed") if name in values}
    return CallFilter(department=context.within(values.get("department")), caller=number, **given, **truths)


def _read_calls(context: ReadContext, values: Values) -> Records:
    which = call_filter(context, values)
    calls = read_calls(
        context.connection, context.election, which, context.now, before=values.get("before"), limit=values.get("limit")
    )
    return (asdict(each) for each in calls)


def flag_filter(context: ReadContext, values: Values) -> FlagFilter:
    """Which flags, from the parameters of a page or a dataset."""
    given = {name: values[name] for name in ("state", "severity", "bureau", "code") if name in values}
    newest = values.get("newest", "false") == "true"
    return FlagFilter(department=context.within(values.get("department")), newest=newest, **given)


def _read_flags(context: ReadContext, values: Values) -> Records:
    flags = read_flags(
        context.connection,
        context.election,
        flag_filter(context, values),
        locale=context.locale,
        limit=values.get("limit"),
    )
    return (asdict(each) for each in flags)


def case_filter(context: ReadContext, values: Values) -> CaseFilter:
    """Which bureaux under reconciliation, from the parameters of a page or a dataset."""
    return CaseFilter(
        state=ComparisonState(values["state"]) if "state" in values else None,
        stage=Stage(values["stage"]) if "stage" in values else None,
        department=context.within(values.get("department")),
        changed=values.get("changed") == "true",
    )


def _reconciliation_columns(_election: Election, _values: Values) -> Sequence[Column]:
    counts = {"phone", "pv", "pen"}
    return [Column(each, Kind.COUNT if each in counts else Kind.TEXT) for each in RECONCILIATION_COLUMNS]


def _read_reconciliation(context: ReadContext, values: Values) -> Records:
    return reconciliation_records(read_cases(context.connection, context.election, case_filter(context, values)))


def _read_history(context: ReadContext, values: Values) -> Records:
    bureau = context.bureau(values["bureau"])
    events = read_history(context.connection, context.election, bureau.id, bureau.code, context.locale, context.now)
    return (asdict(each) for each in events)


def _read_audit(context: ReadContext, values: Values) -> Records:
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
                Parameter("state", choices=tuple(ComparisonState)),
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
