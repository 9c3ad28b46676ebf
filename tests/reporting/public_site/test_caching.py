"""How often the database is asked, how long what was read is handed out, and what caches are told."""

import gzip
import threading

import pytest

from db.public import PublicDatabase
from reporting.public_site.documents import Document
from reporting.public_site.page_cache import PageCache, View
from tests.support.marks import on_sqlite
from tests.support.public_site import OTHER, OTHER_FIGURES, PublicSite, publish

pytestmark = on_sqlite
PATHS = (
    "",
    "?lang=en",
    "/departement/01",
    ".json",
    ".csv",
    "/publications.json",
    "/resultats.css",
    "/departements.svg",
)


@pytest.fixture
def public(workflow) -> PublicSite:
    return PublicSite(workflow)


@pytest.mark.parametrize("path", PATHS)
def test_who_has_it_already_is_told_so(workflow, public, path):
    publish(workflow)
    first = public.get(path)
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = public.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    head = public.client.head(f"/resultats{path}")
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", tag)
    assert int(head.headers["Content-Length"]) == len(first.data)


@pytest.mark.parametrize("path", PATHS)
def test_what_is_compressed_is_the_same_and_has_a_tag_of_its_own(workflow, public, path):
    publish(workflow)
    plain, zipped = public.get(path), public.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert (zipped.headers["Content-Encoding"], zipped.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["ETag"] != plain.headers["ETag"]
    assert public.get(path, headers={"Accept-Encoding": "gzip;q=0"}).data == plain.data


def test_a_cache_may_keep_it_for_a_minute_and_knows_when_it_was_published(workflow, public):
    publish(workflow)
    response = public.get(".json")
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.headers["Last-Modified"] == "Sun, 09 Oct 2011 18:30:00 GMT"
    assert response.headers["Content-Disposition"] == 'inline; filename="resultats-1-1.json"'
    assert "Set-Cookie" not in response.headers


def test_every_view_and_every_publication_has_its_own_tag(workflow, public):
    publish(workflow)
    before = [public.get(path).headers["ETag"] for path in PATHS[:6]]
    publish(workflow, OTHER, OTHER_FIGURES)
    public.a_second_later()
    after = [public.get(path).headers["ETag"] for path in PATHS[:6]]
    assert len({*before, *after}) == 12


def test_the_database_is_asked_twice_a_second_at_most(workflow, public, monkeypatch):
    publish(workflow)
    public.get()
    looks = []
    look = PublicDatabase.snapshot
    monkeypatch.setattr(PublicDatabase, "snapshot", lambda database: looks.append(1) or look(database))
    for _ in range(50):
        public.get()
    assert looks == []
    public.seconds += 0.5
    for _ in range(50):
        public.get()
    assert looks == [1]


class Press:
    """A kiosk whose printer waits until it is let go on; it prints the number of the publication."""

    def __init__(self, public) -> None:
        self.public = public
        self.printed = 0
        self.busy, self.go = threading.Event(), threading.Event()
        self.go.set()
        self.threads: list[threading.Thread] = []
        database, clock = PublicDatabase(public.workflow.engine), lambda: public.workflow.now
        self.page_cache = PageCache(database, clock, {"number": self.print}, lambda: public.seconds)

    def print(self, source, _view) -> Document:
        self.printed += 1
        self.busy.set()
        assert self.go.wait(5)
        return Document.make(str(source.edition.number).encode(), "text/plain", 60)

    def take(self, detail: str = "") -> bytes:
        return self.page_cache.take(View(1, "number", detail=detail)).plain.body

    def take_aside(self) -> list[bytes]:
        """Takes the view in another thread; what it got is in the list once it is there."""
        got: list[bytes] = []
        self.busy.clear()
        thread = threading.Thread(target=lambda: got.append(self.take()), daemon=True)
        self.threads.append(thread)
        thread.start()
        return got

    def finish(self) -> None:
        self.go.set()
        for thread in self.threads:
            thread.join(5)


def test_while_one_prints_the_others_get_the_one_before_and_never_longer_than_a_second(workflow, public):
    publish(workflow)
    press = Press(public)
    assert press.take() == b"1"
    publish(workflow, OTHER, OTHER_FIGURES)
    public.seconds += 0.6
    press.go.clear()
    printing = press.take_aside()
    assert press.busy.wait(5)
    assert press.take() == b"1"
    public.seconds += 0.6
    waiting = press.take_aside()
    assert waiting == []
    press.finish()
    assert (printing, waiting, press.printed) == ([b"2"], [b"2"], 2)


def test_a_view_is_printed_once_however_many_ask_for_it(workflow, public):
    publish(workflow)
    press = Press(public)
    press.go.clear()
    got = [press.take_aside() for _ in range(8)]
    press.finish()
    assert got == [[b"1"]] * 8
    assert press.printed == 1


def test_memory_is_bounded_and_the_oldest_goes_first(workflow, public, monkeypatch):
    publish(workflow)
    press = Press(public)
    press.take("1")
    monkeypatch.setattr("reporting.public_site.page_cache.ROOM", 3 * Document.make(b"1", "text/plain", 60).size)
    for detail in ("2", "3", "4", "4", "3", "2"):
        press.take(detail)
    assert press.printed == 4
    press.take("1")
    assert press.printed == 5
