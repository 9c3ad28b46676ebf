"""The evening's page and a department's: how far it is, in both languages, provisional, and what is doubtful."""

import pytest

from tests.support.primary_2011 import CODE, FIGURES, PRESIDENT


def number(text):
    return text.replace("\u202f", "")


def test_the_evening_says_how_far_it_is_and_that_it_is_provisional(supervisor):
    page = number(supervisor.page("/intranet/evening"))
    assert "2 / 8" in page
    assert "627" in page
    assert page.count("PROVISOIRE") >= 2
    assert "François Hollande 240 39,0" in page
    assert "Appels reçus 3" in page


def test_the_same_in_english(supervisor):
    supervisor.get("/intranet/language/en?next=/intranet/evening")
    page = supervisor.page("/intranet/evening")
    assert "Bureaux reported" in page
    assert "PROVISIONAL" in page
    assert "39.0%" in page
    assert 'lang="en"' in supervisor.last.get_data(as_text=True)


@pytest.mark.parametrize("colouring", ["progress", "leader"])
def test_the_map_links_each_department_and_says_where_it_stands(supervisor, colouring):
    supervisor.page(f"/intranet/evening?map={colouring}")
    text = supervisor.last.get_data(as_text=True)
    assert 'href="/intranet/department/01" aria-label="01 Ain : 50' in text
    assert 'class="c2" href="/intranet/map.svg#d01"' in text or 'class="p3" href="/intranet/map.svg#d01"' in text
    assert "988" in text
    outlines = supervisor.get("/intranet/map.svg").get_data(as_text=True)
    assert '<path id="d01"' in outlines


def test_a_department_lists_its_bureaux_and_who_has_not_reported(supervisor):
    page = number(supervisor.page("/intranet/department/01"))
    assert "001 000 14".replace(" ", "") in page.replace(" ", "")
    assert "Pas encore transmis" in page
    assert "312" in page


def test_totals_with_doubtful_bureaux_say_so(evening, supervisor):
    assert "Ces chiffres comprennent un bureau qui porte un signalement grave." in supervisor.page("/intranet/evening")
    assert "signalé" in supervisor.page("/intranet/department/01")


def test_pages_show_no_number_that_a_president_did_not_confirm(evening, supervisor):
    total = sum(FIGURES.values())
    assert str(total * 3) not in supervisor.page("/intranet/evening")
    assert PRESIDENT in supervisor.page(f"/intranet/bureau/{CODE}")
