"""Keeps what was printed, and hands it out while it is the newest.

One worker answers thousands who ask for the same few pages. Each is printed once an edition; which edition is the newest the
database is asked every half a second at most. The promise: **what is handed out was the newest at some moment of the last
second, or after the request came in.** So a publication appears, and a bureau that was taken back disappears, within a second.
While one thread prints a page anew, the others hand out the one before as long as the promise allows; then they wait for it.
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
"""Seconds for which the database's last word is taken for granted."""
FORGET_AFTER = 1.0
"""Seconds after which what is no longer the newest is not handed out to anybody."""
ROOM = 128 * 2**20
"""Bytes of printed documents that are kept: those of France's 69,242 bureaux in one snapshot take some 40 MiB."""


@dataclass(frozen=True, slots=True)
class View:
    """Something to print of an election: what `kind` of it, in which language, and which part."""

    election_id: int
    kind: str
    locale: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KnownEditions:
    """The database's word: at `at`, these were the newest editions."""

    at: float
    editions: Mapping[int, Edition]


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A printed view: of which edition, from a look at the database that began at `at`."""

    at: float
    edition: Edition
    document: Document


class PageSource:
    """What a view is printed from: one moment of the database, and the edition that was the newest at it."""

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
        printers: Mapping[str, Renderer],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._ticks = ticks
        self._printers = printers
        self._printing = {kind: Lock() for kind in printers}
        self._asking, self._noting, self._reading, self._keeping = Lock(), Lock(), Lock(), Lock()
        self._known = self._known_before = KnownEditions(float("-inf"), {})
        self._copies: dict[View, CachedPage] = {}
        self._results: dict[int, Results] = {}

    def editions(self) -> Mapping[int, Edition]:
        """The newest editions, the one that closes last first, as the database said within the last second."""
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
        """The view, printed. Its election must be one of `editions`; what a printer raises goes through."""
        came = self._ticks()
        copy = self._copies.get(view)
        if copy is not None and self._is_newest(copy):
            return copy.document
        printing = self._printing[view.kind]
        if not printing.acquire(blocking=copy is None or not self._was_newest(copy, came - FORGET_AFTER)):
            assert copy is not None
            return copy.document
        try:
            copy = self._copies.get(view)
            if copy is None or not (self._is_newest(copy) or copy.at >= came):
                copy = self._print(view)
            return copy.document
        finally:
            printing.release()

    def _is_newest(self, copy: CachedPage) -> bool:
        newest = self.editions().get(copy.edition.election.id)
        return copy.edition is newest or copy.edition == newest

    def _was_newest(self, copy: CachedPage, since: float) -> bool:
        before = self._known_before
        return before.at > since and before.editions.get(copy.edition.election.id) == copy.edition

    def _note(self, word: KnownEditions) -> None:
        """Takes the database's word, unless a newer one came meanwhile."""
        with self._noting:
            if word.at < self._known.at:
                return
            if word.editions == self._known.editions:
                word = KnownEditions(word.at, self._known.editions)
            else:
                self._known_before = self._known
            self._known = word

    def _print(self, view: View) -> CachedPage:
        at = self._ticks()
        with self._database.snapshot() as connection:
            editions = read_editions(connection, self._clock())
            self._note(KnownEditions(at, editions))
            source = PageSource(connection, editions[view.election_id], self._read)
            copy = CachedPage(at, source.edition, self._printers[view.kind](source, view))
        self._keep(view, copy)
        return copy

    def _read(self, source: PageSource) -> Results:
        """The figures of an edition are read once, for all its views."""
        with self._reading:
            found = self._results.get(source.edition.election.id)
            if found is None or found.edition != source.edition:
                found = read_results(source.connection, source.edition, self._clock())
                self._results[source.edition.election.id] = found
            return found

    def _keep(self, view: View, copy: CachedPage) -> None:
        """What was printed longest ago goes first. Of the chain only its newest page is kept: the others are as many as
        there are publications, and nobody asks for one twice."""
        if view.kind == "chain" and view.detail:
            return
        with self._keeping:
            kept = {each: old for each, old in self._copies.items() if each != view}
            room = ROOM - copy.document.size - sum(old.document.size for old in kept.values())
            while room < 0 and kept:
                room += kept.pop(next(iter(kept))).document.size
            self._copies = {**kept, view: copy}
