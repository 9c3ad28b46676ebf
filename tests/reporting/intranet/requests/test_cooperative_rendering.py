"""Pages let the line go first: they step aside while somebody is answered, and not for ever."""

import time

import pytest
from flask import render_template

from concurrency import ConcurrencyLimit
from reporting.intranet.requests import cooperative_rendering
from reporting.intranet.requests.cooperative_rendering import render
from reporting.intranet.requests.request_context import EXTENSION

PAGE = "intranet/refusal.html"
WORDS = {"sentence": "Rien à voir.", "status": 404}


@pytest.fixture
def limit():
    return ConcurrencyLimit(2)


@pytest.fixture
def visit(line, limit, monkeypatch):
    """Inside a request to the house, with our limit; a page's patience is far longer than it takes to render one."""
    monkeypatch.setattr(cooperative_rendering, "PATIENCE", 0.5)
    house = line.app.extensions[EXTENSION]
    line.app.extensions[EXTENSION] = type("House", (), {**vars(house), "line_is_busy": limit.is_busy})
    with line.app.test_request_context("/intranet/account"):
        yield
    line.app.extensions[EXTENSION] = house


def seconds_to_render():
    since = time.monotonic()
    render(PAGE, **WORDS)
    return time.monotonic() - since


def test_a_page_rendered_so_is_the_same_page(visit):
    assert render(PAGE, **WORDS) == render_template(PAGE, **WORDS)


def test_while_somebody_is_on_the_line_a_page_steps_aside_and_comes_in_the_end(visit, limit):
    assert seconds_to_render() < cooperative_rendering.PATIENCE
    with limit.turn():
        assert cooperative_rendering.PATIENCE <= seconds_to_render() < 3 * cooperative_rendering.PATIENCE
    assert seconds_to_render() < cooperative_rendering.PATIENCE


def test_a_request_that_may_write_does_not_step_aside(line, visit, limit):
    with limit.turn(), line.app.test_request_context("/intranet/account", method="POST"):
        assert seconds_to_render() < cooperative_rendering.PATIENCE
