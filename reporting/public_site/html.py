"""The results for people: pages that need no script, and do not depend on the reader."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.ballot import Election
from flows.catalogue import LOCALES
from reporting.map.drawing import NEUTRAL, Map, Shaded, candidate_shade, department_name, draw_map, name_and_code
from reporting.public_site.page_cache import PageSource
from reporting.publication import published_sums
from reporting.publication.editions import Edition, read_chain
from reporting.tabulation.totals import TotalsRow, ranked
from reporting.wording.page_wording import NOTHING, PageWording

HERE = Path(__file__).parent
ROOT = "/resultats"
RECENT = 10
"""Publications that the page lists."""

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
"""An environment of its own: the intranet's templates are given who is logged in."""


@dataclass(frozen=True, slots=True)
class Wording(PageWording):
    """The wording of the public page."""

    folder: ClassVar[Path] = HERE / "catalogues"

    def day(self, at: datetime) -> str:
        """9 octobre 2011, in the election's local time."""
        local = at.astimezone(self.zone)
        return self.text("day", day=local.day, month=local.month, year=local.year)

    def minute(self, at: datetime) -> str:
        """20:31, in the election's local time."""
        return self.clock(at)[:5]

    @property
    def zone_name(self) -> str:
        """UTC+02:00."""
        return str(self.zone)


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses that stay with the election and the language that the reader chose."""

    edition: Edition
    locale: str

    def to(self, path: str = "", *, election: int | None = None, locale: str | None = None, **values: str) -> str:
        """The address of `path` below the page of results. Defaults are left out of it."""
        election, locale = election or self.edition.election.id, locale or self.locale
        query = {} if election == self.edition.elections[0].id else {"election": str(election)}
        if locale != next(each.locale for each in self.edition.elections if each.id == election):
            query["lang"] = locale
        query |= values
        return f"{ROOT}{path}" + (f"?{urlencode(query)}" if query else "")


def write_national(source: PageSource, locale: str, style: str) -> bytes:
    """The page of the whole election; `style` is the address of its style sheet."""
    results = source.results
    frame = _frame(source.edition, locale, style, "")
    if results.publication is None:
        return _render("nothing.html", **frame, opened=source.edition.number is not None)
    rows = published_sums.departments(results)
    return _render(
        "national.html",
        **frame,
        **_standing(source, published_sums.nation(results)),
        map=_map(frame["w"], source.edition.election, rows),
        rows=rows,
        named=name_and_code,
        recent=[_recent(row) for row in read_chain(source.connection, source.edition, None, RECENT)],
    )


def write_department(source: PageSource, code: str, locale: str, style: str) -> bytes:
    """The page of one department, which must be in the register."""
    results = source.results
    frame = _frame(source.edition, locale, style, f"/departement/{code}") | {
        "code": code,
        "name": department_name(code),
    }
    if results.publication is None:
        return _render("nothing.html", **frame, opened=source.edition.number is not None)
    published = published_sums.find_published(results, code)
    (row,) = (each for each in published_sums.departments(results) if each.department == code)
    bureaux = list(published_sums.bureaux(source.edition.election, code, published.bureaux())) if published else []
    return _render("department.html", **frame, **_standing(source, row), bureaux=bureaux)


def write_refusal(wording: Wording, style: str, sentence: str) -> bytes:
    """A page that says why there is nothing at this address."""
    return _render("refusal.html", t=wording.text, locale=wording.locale, style=style, sentence=sentence)


def _render(template: str, **values: Any) -> bytes:
    return _templates.get_template(template).render(values).encode()


def _frame(edition: Edition, locale: str, style: str, path: str) -> dict[str, Any]:
    """The values that every page needs for its head, menu and foot."""
    wording = Wording(locale, edition.schedule.zone)
    return {
        "w": wording,
        "t": wording.text,
        "locale": locale,
        "locales": LOCALES,
        "election": edition.election,
        "elections": edition.elections,
        "schedule": edition.schedule,
        "links": Links(edition, locale),
        "path": path,
        "style": style,
        "nothing": NOTHING,
    }


def _standing(source: PageSource, total: TotalsRow) -> dict[str, Any]:
    """The sums of the rows that are listed, and how much of the whole they are."""
    election = source.edition.election
    return {
        "publication": source.results.publication,
        "content": source.results.publication.content if source.results.publication else {},
        "total": total,
        "complete": total.reported == total.bureaux,
        "ranked": ranked(election, total),
        "shade": lambda field: candidate_shade(election.candidate_fields.index(field)),
    }


def _map(wording: Wording, election: Election, rows: list[TotalsRow]) -> Map:
    """Each department in the colour of the candidate who leads in its published bureaux."""
    return draw_map(Shaded(row.department, _title(wording, election, row), _shade(election, row)) for row in rows)


def _shade(election: Election, row: TotalsRow) -> str:
    if not row.valid:
        return NEUTRAL
    shade = candidate_shade(election.candidate_fields.index(ranked(election, row)[0][0]))
    return shade if row.reported == row.bureaux else f"{shade} part"


def _title(wording: Wording, election: Election, row: TotalsRow) -> str:
    name = f"{row.department} {department_name(row.department)}".rstrip()
    if not row.reported:
        return wording.text("map-title", name=name)
    progress = {"name": name, "done": wording.number(row.reported), "all": wording.number(row.bureaux)}
    if not row.valid:
        return wording.text("map-title-votes", **progress)
    _, leader, _, share = ranked(election, row)[0]
    return wording.text("map-title-leader", **progress, leader=leader, share=wording.part(share))


def _recent(row: Any) -> Mapping[str, Any]:
    totals = json.loads(row.manifest)["totals"]
    return {"number": row.number, "at": row.at, "hash": row.hash, "bureaux": totals["bureaux"]}
