"""What holds for every test. Fixtures stand in `tests/fixtures`, plain modules in `tests/support`."""

import gc

import hypothesis
import pytest

from reporting.intranet.access.accounts import PASSWORD_COST
from tests.support.required import all_required

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.cluster",
    "tests.fixtures.commands",
    "tests.fixtures.databases",
    "tests.fixtures.line",
    "tests.fixtures.pen",
    "tests.fixtures.results",
]

hypothesis.settings.register_profile("any-machine", deadline=None)
hypothesis.settings.load_profile("any-machine")  # what is right on a quiet machine is right on a busy one
PASSWORD_COST.update(time_cost=1, memory_cost=8, parallelism=1)  # tests log in hundreds of times

ALLOCATIONS = 10_000
"""After how many the garbage collector looks, instead of 700. Most that a test leaves is its application."""


def pytest_collection_finish() -> None:
    """Has the garbage collector pass over what was imported, and look less often: that takes a tenth of the tests' time."""
    gc.freeze()
    gc.set_threshold(ALLOCATIONS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in the last lines which tests did not run, and how to get them."""
    skipped = terminalreporter.stats.get("skipped", [])
    if not skipped:
        return
    terminalreporter.section("these tests did not run")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.line(f"{report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where every test must run, one that could not is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if all_required() and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
