"""XLSX, read with another library than the one that wrote it."""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from reporting.exports.dataset import Column, Kind
from reporting.exports.xlsx_file import TooLargeForWorkbook, Worksheet, write_xlsx

PARIS = ZoneInfo("Europe/Paris")
MOST_ROWS = 1_048_576


def written(*worksheets):
    out = io.BytesIO()
    write_xlsx(worksheets, PARIS, out)
    return load_workbook(out)


def cell(kind, value):
    (only,) = written(Worksheet("one", [Column("x", kind)], [{"x": value}], heading=False)).active[1]
    return only.data_type, only.value


def test_rows_stand_under_the_names_of_their_columns():
    columns = [Column("code", Kind.TEXT), Column("voters", Kind.COUNT)]
    rows = [{"code": "00100014", "voters": 312}, {"voters": None, "code": "00100023"}]
    book = written(Worksheet("bureau", columns, iter(rows)), Worksheet("empty", columns, []))
    assert list(book["bureau"].iter_rows(values_only=True)) == [
        ("code", "voters"),
        ("00100014", 312),
        ("00100023", None),
    ]
    assert list(book["empty"].iter_rows(values_only=True)) == [("code", "voters")]
    assert book["bureau"].freeze_panes == "A2"
    assert book["bureau"]["A1"].font.bold


@pytest.mark.parametrize("text", ["=1+1", "@x", "00100014", "-1", "http://there.example/", "{=1}", " a ", "<&>\n", ""])
def test_a_text_is_a_text(text):
    assert cell(Kind.TEXT, text) == ("s", text)


def test_a_character_that_xml_cannot_hold_breaks_nothing():
    assert cell(Kind.TEXT, "a\x01b")[0] == "s"


def test_more_rows_than_a_worksheet_takes_are_refused_and_not_dropped():
    rows = ({"x": 1 if line == MOST_ROWS else None} for line in range(MOST_ROWS + 1))
    with pytest.raises(TooLargeForWorkbook, match="take CSV"):
        written(Worksheet("one", [Column("x", Kind.COUNT)], rows, heading=False))


def test_a_text_that_is_too_long_for_a_cell_is_cut():
    assert cell(Kind.TEXT, "a" * 40_000) == ("s", "a" * 32_767)


@pytest.mark.parametrize(("kind", "value"), [(Kind.COUNT, 2**31 - 1), (Kind.NUMBER, -0.521739), (Kind.COUNT, 0)])
def test_a_number_is_a_number(kind, value):
    assert cell(kind, value) == ("n", value)


@pytest.mark.parametrize("value", [True, False])
def test_a_truth_is_a_truth(value):
    assert cell(Kind.TRUTH, value) == ("b", value)


def test_a_moment_is_what_the_clocks_of_the_election_show():
    moment = datetime(2011, 10, 9, 18, 30, 5, tzinfo=UTC)
    assert cell(Kind.MOMENT, moment) == ("d", datetime(2011, 10, 9, 20, 30, 5))
