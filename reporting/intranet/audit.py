"""The audit chain, searched, with its check."""

from datetime import datetime

from flask import Blueprint, request
from sqlalchemy.engine import URL

from db import audit as chain
from db.engine import open_engine
from reporting.audit_log import read_audit
from reporting.intranet.apart import apart
from reporting.intranet.courtesy import render
from reporting.intranet.desk import office, open_desk
from reporting.intranet.sheets import SHEETS
from reporting.result_audit import verify_results

PER_PAGE = 100


def add_audit(pages: Blueprint) -> None:
    """Adds the page of the chain."""
    pages.add_url_rule("/audit", "audit", audit)


def audit() -> str:
    """The chain, newest row first; with `check=1`, the whole of it is checked as well, which takes some seconds."""
    values = SHEETS["audit"].values(request.args)
    checked = apart(_check, office().engine.url) if request.args.get("check") == "1" else None
    with open_desk() as desk:
        rows = list(
            read_audit(desk.connection, values.get("search", ""), before=values.get("before"), limit=PER_PAGE + 1)
        )
        return render(
            "intranet/audit.html",
            desk=desk,
            values=values,
            head=chain.head(desk.connection),
            checked=checked,
            broken=isinstance(checked, chain.Break),
            rows=rows[:PER_PAGE],
            more=len(rows) > PER_PAGE,
            at=datetime.fromisoformat,
        )


def _check(url: URL) -> chain.Break | chain.Head:
    engine = open_engine(url)
    try:
        return chain.verify(engine, (verify_results,))
    finally:
        engine.dispose()
