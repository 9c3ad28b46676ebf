"""Screens that watch the same page are told the same for a moment, and never what is older than that."""

import threading
from types import SimpleNamespace

import pytest

from reporting.intranet.requests import request_limits
from reporting.intranet.requests.request_limits import KEPT_FOR, STALE, cached_briefly

LIVE = {"X-Live": "1"}


class Watched:
    """A page that counts how often it is rendered, and takes so many seconds for it."""

    def __init__(self):
        self.renders = 0
        self.now = 0.0
        self.takes = 0.0
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.may_end.set()
        self.page = cached_briefly(self.render)

    def render(self):
        self.renders += 1
        number = self.renders
        self.begun.set()
        self.may_end.wait(10)
        self.now += self.takes
        return f"page {number}"


@pytest.fixture
def watched(monkeypatch):
    page = Watched()
    monkeypatch.setattr(request_limits, "time", SimpleNamespace(monotonic=lambda: page.now))
    return page


@pytest.fixture
def look(line, watched, monkeypatch):
    """One look of a reader with these bounds."""

    def look(department=None, headers=LIVE):
        reader = SimpleNamespace(role="supervisor", department=department, candidate=None)
        monkeypatch.setattr(request_limits, "current_user", reader)
        with line.app.test_request_context("/intranet/evening", headers=headers):
            return watched.page()

    return look


def test_for_a_moment_many_screens_cost_one_page(watched, look):
    assert look() == look() == "page 1"
    watched.now += KEPT_FOR
    assert look() == "page 2"


def test_a_reader_with_other_rights_gets_another_page(look):
    assert look() == "page 1"
    assert look(department="01") == "page 2"
    assert look(department="01") == "page 2"


def test_a_reader_who_opens_the_page_gets_it_as_it_is_now(look):
    assert look() == "page 1"
    assert look(headers={}) == "page 2"


def test_a_page_is_as_old_as_its_figures_however_long_it_took_to_render(watched, look):
    watched.takes = KEPT_FOR
    assert look() == "page 1"
    assert look() == "page 2"


def test_while_one_renders_the_page_the_others_are_told_the_last_one_but_never_an_old_one(watched, look):
    look()
    watched.now += KEPT_FOR
    watched.begun.clear()
    watched.may_end.clear()
    renderer = threading.Thread(target=look)
    renderer.start()
    assert watched.begun.wait(10)
    assert look() == "page 1"
    watched.now += STALE
    watched.may_end.set()
    assert look() != "page 1"
    renderer.join(10)


def test_a_page_that_failed_is_rendered_by_the_next_who_looks(watched, look, monkeypatch):
    def fail(_seconds):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(watched.may_end, "wait", fail)
        with pytest.raises(RuntimeError):
            look()
    assert look() == "page 2"
