"""The blank minutes: a page a bureau, with the figures where the pen is read."""

from functools import cache
from io import BytesIO

import pytest

from flows.ballot import Invalid
from reporting.papers.register import RegisteredBureau
from reporting.papers.statement_form import dialled, print_forms, receipt_boxes
from reporting.pen.form_layout import lay_out
from tests.support.printed_pdf import decoded, document, rectangles, texts
from tests.support.synthetic_elections import SCHEDULE, ballot

LINE, HOTLINE = "+33199001110", "+33199001199"
BUREAU = RegisteredBureau("01", "00100014", "L'Abergement-Clémenciat", "Bureau 1", 1598)
LONG = RegisteredBureau("2A", "00200015", "Saint-Œuf-lès-Villages-" * 5, "École élémentaire, salle " * 6, None)


@cache
def printed(candidates=6, invalid=Invalid.COMBINED, locale="fr", bureaux=(BUREAU,), line=LINE, **changes):
    """The forms, and their election."""
    election = ballot(candidates, invalid, locale, **changes)
    out = BytesIO()
    print_forms(election, SCHEDULE, iter(bureaux), line, HOTLINE if line else "", out)
    return out.getvalue(), election


def in_order(text, words):
    """True if the words stand in the text one after the other."""
    place = 0
    for word in words:
        place = text.find(word, place)
        if place < 0:
            return False
        place += len(word)
    return True


@pytest.mark.parametrize("candidates", [1, 6, 11, 20])
@pytest.mark.parametrize("invalid", Invalid)
def test_the_cells_are_drawn_where_the_pen_is_read(candidates, invalid):
    paper, election = printed(candidates, invalid)
    drawn = rectangles(paper)
    for place in lay_out(election).values():
        for cell in place.cells:
            sides = (cell.x, cell.y, cell.width, cell.height)
            assert any(all(abs(a - b) <= 0.11 for a, b in zip(sides, each, strict=True)) for each in drawn), place.field


@pytest.mark.parametrize("candidates", [11, 20])
def test_nothing_is_printed_inside_the_cells(candidates):
    paper, election = printed(candidates)
    with document(paper) as opened:
        text, height = opened[0].get_textpage(), opened[0].get_height()
        for place in lay_out(election).values():
            box, point = place.outline, 72 / 25.4
            sides = (box.x, 297 - box.y - box.height, box.x + box.width, 297 - box.y)
            assert text.get_text_bounded(*(side * point for side in sides)).strip() == ""
        assert height == pytest.approx(297 * point, abs=0.1)


def test_every_bureau_has_a_page_and_a_code_to_scan():
    paper, _ = printed(bureaux=(BUREAU, LONG))
    assert len(texts(paper)) == 2
    assert [decoded(paper, page) for page in (0, 1)] == [BUREAU.code, LONG.code]


def test_the_form_names_its_bureau_in_french():
    (text,) = texts(printed()[0])
    assert in_order(
        text,
        [
            "Procès-verbal du bureau de vote",
            "Primaire citoyenne 2011, premier tour – scrutin du 9 octobre 2011",
            "Département 01 – L'Abergement-Clémenciat",
            "Bureau 1",
            "001 000 14",
            "Inscrits au registre",
            "1 598",
        ],
    )
    assert "Reçu donné par téléphone" in text


def test_the_form_is_in_the_elections_language():
    (text,) = texts(printed(locale="en")[0])
    assert "Minutes of the polling station" in text
    assert "poll of 9 October 2011" in text
    assert "+33 1 99 00 11 10" in text


@pytest.mark.parametrize(
    ("invalid", "said"),
    [(Invalid.COMBINED, ["Blancs ou nuls"]), (Invalid.SEPARATE, ["Bulletins blancs", "Bulletins nuls"])],
)
def test_the_figures_stand_in_the_order_of_the_phones_questions(invalid, said):
    paper, election = printed(20, invalid)
    rows = ["Votants", *said, *(candidate.name for candidate in election.candidates)]
    words = [word for number, row in enumerate(rows, 1) for word in (f"{number}.", row, "puis #")]
    (text,) = texts(paper)
    assert in_order(text, words)
    assert f"somme des lignes 2 à {len(election.fields)}" in text


def test_the_worksheet_tells_the_call_step_by_step():
    (text,) = texts(printed()[0])
    steps = ["01 99 00 11 10", "01 99 00 11 99", "Composez le code du bureau : 001 000 14.", "(6 chiffres), puis #"]
    steps += ["ou les 8 nombres d'un coup, séparés par *", "1 confirmer, 2 corriger un chiffre, 3 recommencer"]
    assert in_order(text, [*steps, "Notez le reçu (7 chiffres)"])


def test_a_code_of_any_length_is_ended_with_hash():
    (text,) = texts(printed(code_length=None)[0])
    assert "Composez le code du bureau : 001 000 14, puis #." in text


def test_the_receipt_has_a_box_a_digit():
    drawn = rectangles(printed()[0])
    assert len(receipt_boxes()) == 7
    assert {(box.x, box.y, box.width, box.height) for box in receipt_boxes()} <= drawn


def test_what_is_too_long_is_cut_off_within_the_page():
    paper, _ = printed(bureaux=(LONG,), line="")
    with document(paper) as opened:
        text, width = opened[0].get_textpage(), opened[0].get_width()
        boxes = [text.get_charbox(place) for place in range(text.count_chars())]
        assert "…" in text.get_text_bounded()
        assert max(right for _, _, right, _ in boxes) < width - 14 * 72 / 25.4


def test_equal_forms_are_equal_bytes():
    assert printed.__wrapped__() == printed()


@pytest.mark.parametrize(
    ("number", "locale", "said"),
    [
        ("+33199001110", "fr", "01 99 00 11 10"),
        ("+33199001110", "en", "+33 1 99 00 11 10"),
        ("+442079460000", "fr", "+44 20 7946 0000"),
        ("3939", "fr", "3939"),
        ("", "fr", ""),
    ],
)
def test_a_number_is_printed_as_people_dial_it(number, locale, said):
    assert dialled(number, locale) == said
