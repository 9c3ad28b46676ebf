"""Keeps rendered pages, and hands each out while it is the newest.

One worker answers thousands of readers who ask for the same few pages. Each page is rendered once an edition. The database is
asked at most every half a second which edition is the newest. The promise: **a page that is handed out was the newest at some
moment of the last second, or after the request came in.** So a publication appears, and a bureau that was taken back
disappears, within a second. While one thread renders a page again, the others hand out the one before as long as the promise
allows; then they wait.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection

from db.public import PublicDatabase
from reporting.public_site.documents import Document
from reporting.publication.editions import Edition, Results, read_editions, read_results

ASK_AFTER = 0.5
"""Seconds for which the database's last answer is used without asking again."""
FORGET_AFTER = 1.0
"""Seconds after which a page that is no longer the newest is not handed out."""
ROOM = 128 * 2**20
"""Bytes of rendered documents that are kept. One snapshot of France's 69,242 bureaux takes some 40 MiB."""


@dataclass(frozen=True, slots=True)
class View:
    """Something to render of an election: its `kind`, its language, and which part."""

    election_id: int
    kind: str
    locale: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KnownEditions:
    """The database's answer: at `at`, these were the newest editions."""

    at: float
    editions: Mapping[int, Edition]


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A rendered view, its edition, and when (`at`) the reading of the database began."""

    at: float
    edition: Edition
    document: Document


class PageSource:
    """What a view is rendered from: one moment of the database, and the edition that was the newest then."""

    def __init__(self, connection: Connection, edition: Edition, read: Callable[["PageSource"], Results]) -> None:
        self.connection = connection
        self.edition = edition
        self._read = read

    @property
    def results(self) -> Results:
        """The figures."""
        return self._read(self)


Renderer = Callable[[PageSource, View], Document]


class PageCache:
    """Hands out views. `ticks` counts seconds and never goes back; `clock` says what time it is."""

    def __init__(
        self,
        database: PublicDatabase,
        clock: Callable[[], datetime],
        renderers: Mapping[str, Renderer],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ticks = ticks
        self._renderers = renderers
        self._rendering = {kind: Lock() for kind in renderers}
        self._asking, self._noting, self._reading, self._keeping = Lock(), Lock(), Lock(), Lock()
        self._known = self._known_before = KnownEditions(float("-inf"), {})
        self._copies: dict[View, CachedPage] = {}
        self._results: dict[int, Results] = {}

    def editions(self) -> Mapping[int, Edition]:
        """The newest editions, as the database said within the last second; the election that closes last comes first."""
        age = self._ticks() - self._known.at
        if age >= ASK_AFTER and self._asking.acquire(blocking=age >= FORGET_AFTER):
            try:
                if self._ticks() - self._known.at >= ASK_AFTER:
                    at = self._ticks()
                    with self._database.snapshot() as connection:
                        self._note(KnownEditions(at, read_editions(connection, self._clock())))
            finally:
                self._asking.release()
        return self._known.editions

    def take(self, view: View) -> Document:
        """The view, rendered. Its election must be one of `editions`. Raises what the renderer raises."""
        came = self._ticks()
        copy = self._copies.get(view)
        if copy is not None and self._is_newest(copy):
            return copy.document
        rendering = self._rendering[view.kind]
        if not rendering.acquire(blocking=copy is None or not self._was_newest(copy, came - FORGET_AFTER)):
            assert copy is not None
            return copy.document
        try:
            copy = self._copies.get(view)
            if copy is None or not (self._is_newest(copy) or copy.at >= came):
                copy = self._render(view)
            return copy.document
        finally:
            rendering.release()

    def _is_newest(self, copy: CachedPage) -> bool:
        newest = self.editions().get(copy.edition.election.id)
        return copy.edition is newest or copy.edition == newest

    def _was_newest(self, copy: CachedPage, since: float) -> bool:
        before = self._known_before
        return before.at > since and before.editions.get(copy.edition.election.id) == copy.edition

    def _note(self, word: KnownEditions) -> None:
        """Takes the database's answer, unless a newer one came meanwhile."""
        with self._noting:
            if word.at < self._known.at:
                return
            if word.editions == self._known.editions:
                word = KnownEditions(word.at, self._known.editions)
            else:
                self._known_before = self._known
            self._known = word

    def _render(self, view: View) -> CachedPage:
        at = self._ticks()
        with self._database.snapshot() as connection:
            editions = read_editions(connection, self._clock())
            self._note(KnownEditions(at, editions))
            source = PageSource(connection, editions[view.election_id], self._read)
            copy = CachedPage(at, source.edition, self._renderers[view.kind](source, view))
        self._keep(view, copy)
        return copy

    def _read(self, source: PageSource) -> Results:
        """Reads the figures of an edition once, for all its views."""
        with self._reading:
            found = self._results.get(source.edition.election.id)
            if found is None or found.edition != source.edition:
                found = read_results(source.connection, source.edition, self._clock())
                self._results[source.edition.election.id] = found
            return found

    def _keep(self, view: View, copy: CachedPage) -> None:
        """Keeps a copy, and drops the oldest where room is short. Of the chain only the newest page is kept: there are as many
        others as publications, and each is rarely asked for twice."""
        if view.kind == "chain" and view.detail:
            return
        with self._keeping:
            kept = {each: old for each, old in self._copies.items() if each != view}
            room = ROOM - copy.document.size - sum(old.document.size for old in kept.values())
            while room < 0 and kept:
                room += kept.pop(next(iter(kept))).document.size
            self._copies = {**kept, view: copy}
