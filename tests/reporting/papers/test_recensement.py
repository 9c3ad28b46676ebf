"""The minutes of the count: every line, the sums carried over the pages, what they are worth and who is missing."""

from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest

from flows.ballot import Invalid
from reporting.papers.printed_page import PrintedPage
from reporting.papers.recensement import (
    MARGINS,
    PublicationReference,
    RecensementContext,
    print_department,
    print_nation,
)
from reporting.papers.table import CountsTable, TotalsDiffer, sums
from reporting.tabulation.totals import Status, TotalsRow, add_up
from reporting.wording.paper_wording import wording_of
from tests.support.printed_pdf import document, texts
from tests.support.synthetic_elections import NAMES, SCHEDULE, ballot, bureaux, total

SILENT = frozenset({3, 77})
PUBLICATION = PublicationReference(7, SCHEDULE.polls_close, "3f" * 32)
REASONS = {"00100003": "procès-verbal attendu", "2A": "liaison coupée"}


def context(election, status=Status.VALIDATED, publication=PUBLICATION):
    return RecensementContext(election, SCHEDULE, status, SCHEDULE.polls_close, REASONS, publication)


@cache
def department(candidates=6, invalid=Invalid.COMBINED, locale="fr", count=90, silent=SILENT, status=Status.VALIDATED):
    """The minutes of a department, its rows and its total."""
    election = ballot(candidates, invalid, locale)
    rows = list(bureaux(election, "01", count, silent))
    whole, out = total(rows, "01"), BytesIO()
    print_department(context(election, status), whole, iter(rows), out)
    return out.getvalue(), election, rows, whole


@cache
def nation(candidates=11):
    """The minutes of three departments, one of which is not in and one lacks a bureau."""
    election = ballot(candidates, Invalid.SEPARATE)
    ways = (("01", frozenset()), ("2A", frozenset({4})), ("973", frozenset(range(12))))
    rows = [total(list(bureaux(election, code, 12, silent)), code) for code, silent in ways]
    whole, out = add_up(rows), BytesIO()
    print_nation(context(election), whole, iter(rows), out)
    return out.getvalue(), election, rows, whole


def spaced(number):
    return f"{number:,}".replace(",", " ")


def line(election, row, heads=()):
    """A row as it is printed."""
    return " ".join([*heads, *(spaced(count) for count in sums(election, row).values())])


def plain(paper):
    """The text of all pages, each run of white space as one space."""
    return [" ".join(page.split()) for page in texts(paper)]


@pytest.mark.parametrize(
    ("candidates", "invalid"), [(6, Invalid.COMBINED), (11, Invalid.SEPARATE), (20, Invalid.SEPARATE)]
)
def test_every_bureau_has_its_line_and_the_last_is_the_total(candidates, invalid):
    paper, election, rows, whole = department(candidates, invalid)
    text = " ".join(plain(paper))
    for row in rows:
        code = f"{row.code[:3]} {row.code[3:6]} {row.code[6:]}"
        if row.reported:
            assert line(election, row, (code, f"{row.commune}, {row.name}")) in text
        else:
            assert f"{code} {row.commune}, {row.name} – –" in text
    assert line(election, whole, ("Total",)) in text


def test_what_is_added_up_is_carried_from_page_to_page():
    paper, election, rows, _ = department()
    first, second, *_ = plain(paper)
    through = next(place for place, row in enumerate(rows) if f"Commune {place}," not in first)
    carried = add_up(rows[:through])
    assert line(election, carried, ("À reporter",)) in first
    assert line(election, carried, ("Report",)) in second


def test_every_page_says_which_of_how_many_it_is():
    pages = plain(department()[0])
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"page {number} sur {len(pages)}" in page
        assert "Primaire citoyenne 2011, premier tour – Département 01" in page


def test_the_heading_says_what_is_in_what_it_is_worth_and_what_it_belongs_to():
    first = plain(department()[0])[0]
    assert "Procès-verbal de recensement des votes" in first
    assert "scrutin du 9 octobre 2011" in first
    assert "Résultats validés par la Haute Autorité" in first
    assert "88 bureaux de vote comptés sur 90" in first
    assert f"Publication n° 7 du 9 octobre 2011 à 19:00:00 – empreinte {'3f' * 32}" in first


def test_provisional_minutes_say_so_on_every_page():
    pages = plain(department(status=Status.PROVISIONAL)[0])
    assert all("PROVISOIRE" in page for page in pages)
    assert not any("validés par" in page for page in pages)


def test_who_is_missing_is_listed_with_the_reason():
    text = " ".join(plain(department()[0]))
    assert "001 000 03 – Commune 3, Bureau 1 : procès-verbal attendu" in text
    assert "001 000 77 – Commune 77, Bureau 1 : pas validé à ce moment" in text
    assert "Aucun bureau ne manque." in " ".join(plain(department(silent=frozenset())[0]))


def test_there_is_room_for_observations_and_signatures():
    last = plain(department()[0])[-1]
    for words in ("Observations et réclamations", "Le président de la commission", "Fait à"):
        assert words in last
    assert last.count("Un membre de la commission") == 3


def test_the_nation_has_a_line_a_department_and_its_total():
    paper, election, rows, whole = nation()
    text = " ".join(plain(paper))
    assert line(election, rows[0], ("01", "12 / 12")) in text
    assert line(election, rows[1], ("2A", "11 / 12")) in text
    assert "973 0 / 12 – –" in text
    assert line(election, whole, ("Total",)) in text
    assert "Département 2A – un bureau sur 12 : liaison coupée" in text
    assert "Département 973 – 12 bureaux sur 12 : pas validé à ce moment" in text
    assert "Le président de la Haute Autorité" in text


def test_the_candidates_are_ranked_with_votes_and_share():
    paper, election, _, whole = nation()
    text = " ".join(plain(paper))
    ranked = sorted(election.candidates, key=lambda each: -whole.figures[each.field])
    for rank, each in enumerate(ranked, 1):
        votes = whole.figures[each.field]
        share = f"{100 * votes / whole.valid:.2f} %".replace(".", ",")
        assert f"{rank}. {each.name} {spaced(votes)} {share}" in text


def test_candidates_with_equal_votes_have_equal_ranks():
    election = ballot(3)
    figures = {"voters": 12, "invalid": 0, "1": 3, "2": 6, "3": 3}
    row = TotalsRow("01", "", "", "", 1, 1, 20, 20, figures, 12, 12)
    out = BytesIO()
    print_nation(context(election), add_up([row]), [row], out)
    text = " ".join(plain(out.getvalue()))
    assert f"1. {NAMES[1]} 6" in text
    assert f"2. {NAMES[0]} 3" in text
    assert f"2. {NAMES[2]} 3" in text


def test_rows_that_do_not_make_the_total_are_not_printed():
    _, election, rows, whole = department()
    wrong = replace(whole, figures={**whole.figures, "1": whole.figures["1"] + 1})
    out = BytesIO()
    with pytest.raises(TotalsDiffer):
        print_department(context(election), wrong, rows, out)
    assert out.getvalue() == b""


@pytest.mark.parametrize(("candidates", "sheet"), [(2, (210, 297)), (11, (297, 210)), (20, (297, 210))])
def test_a_nation_of_forty_seven_million_electors_fits_its_paper(candidates, sheet):
    election = ballot(candidates, Invalid.SEPARATE)
    votes = dict.fromkeys(election.candidate_fields, 36_054_394 // candidates)
    figures = {"voters": 37_003_728, "blank": 659_997, "null": 289_337, **votes}
    valid = sum(votes.values())
    row = TotalsRow("01", "", "", "", 69_242, 69_242, 47_582_183, 47_582_183, figures, valid, figures["voters"])
    out = BytesIO()
    print_nation(context(election), add_up([row]), [row], out)
    with document(out) as opened:
        page = opened[0]
        assert tuple(round(side / 72 * 25.4) for side in page.get_size()) == sheet
        text = page.get_textpage()
        edges = [text.get_charbox(place)[2] for place in range(text.count_chars())]
        assert max(edges) <= page.get_width() - (MARGINS.side - 0.5) * 72 / 25.4
    assert line(election, row, ("Total",)) in " ".join(plain(out.getvalue()))


def test_numbers_stand_for_names_that_would_not_fit_or_are_not_alone():
    election = ballot(3)
    twins = replace(
        election, candidates=tuple(replace(each, name=f"Paul{each.number} Martin") for each in election.candidates)
    )
    row = next(bureaux(twins, "01", 1))
    words = wording_of(twins, SCHEDULE)
    layout = CountsTable(PrintedPage(words, "", SCHEDULE.polls_close), twins, [("Code", 20)], row, MARGINS).layout
    assert layout.numbered
    assert "1 Martine Aubry" in plain(department(20, Invalid.SEPARATE)[0])[0]


def test_equal_minutes_are_equal_bytes():
    assert nation.__wrapped__()[0] == nation()[0]


def test_the_minutes_are_in_the_elections_language():
    first = plain(department(locale="en", count=12)[0])[0]
    assert "Official minutes of the count" in first
    assert "Validated results" in first
