"""The audit chain, searched, with its check."""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, request
from sqlalchemy.engine import URL

from db import audit as chain
from db.audit.verify import Break, Check, verify
from db.backends.engine import open_engine
from reporting.exports.datasets import DATASETS
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import open_context, services
from reporting.intranet.requests.worker_process import run_in_worker
from reporting.records.audit_log import read_audit

PER_PAGE = 100


def add_audit(pages: Blueprint) -> None:
    """Adds the page of the chain."""
    pages.add_url_rule("/audit", "audit", audit)


def audit() -> str:
    """The chain, newest row first. With `check=1`, all of it is checked as well, which takes some seconds."""
    values = DATASETS["audit"].values(request.args)
    checked = (
        run_in_worker(_check, services().engine.url, services().checks) if request.args.get("check") == "1" else None
    )
    with open_context() as context:
        rows = list(
            read_audit(context.connection, values.get("search", ""), before=values.get("before"), limit=PER_PAGE + 1)
        )
        return render(
            "intranet/audit.html",
            context=context,
            values=values,
            head=chain.head(context.connection),
            checked=checked,
            broken=isinstance(checked, Break),
            rows=rows[:PER_PAGE],
            more=len(rows) > PER_PAGE,
            at=datetime.fromisoformat,
        )


def _check(url: URL, checks: Sequence[Check]) -> Break | chain.Head:
    engine = open_engine(url)
    try:
        return verify(engine, checks)
    finally:
        engine.dispose()
