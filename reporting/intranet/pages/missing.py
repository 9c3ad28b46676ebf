"""The bureaux that have not reported: by department, sortable, with the people to phone."""

from flask import Blueprint, request

from reporting.exports.datasets import DATASETS, missing_arguments
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import asked_page, open_context
from reporting.intranet.requests.request_limits import cached_briefly
from reporting.tabulation.missing import MissingOrder, Progress, count_missing, read_missing

PER_PAGE = 200


def add_missing(pages: Blueprint) -> None:
    """Adds the list of the missing."""
    pages.add_url_rule("/missing", "missing", missing)


@cached_briefly
def missing() -> str:
    """The list, page by page, below the counts by department."""
    values = DATASETS["missing"].values(request.args)
    page = asked_page(request.args)
    with open_context() as context:
        arguments = missing_arguments(context, values)
        counts = count_missing(context.connection, context.election, context.reader.department)
        shown = [each for each in counts if arguments["department_code"] in (None, each.department)]
        rows = list(
            read_missing(
                context.connection,
                context.election,
                context.now,
                **arguments,
                limit=PER_PAGE + 1,
                offset=(page - 1) * PER_PAGE,
            )
        )
        return render(
            "intranet/missing.html",
            context=context,
            values=values,
            counts=[each for each in counts if each.missing],
            departments=[each.department for each in counts],
            absent=sum(each.missing for each in shown),
            electorate=sum(each.electorate for each in shown),
            bureaux=sum(each.bureaux for each in shown),
            rows=rows[:PER_PAGE],
            page=page,
            more=len(rows) > PER_PAGE,
            orders=list(MissingOrder),
            progresses=list(Progress),
        )
