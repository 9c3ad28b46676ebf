"""A statement's page: two entries, a third look, scans."""

import io

import pytest
from PIL import Image

from db.schema import pv_entry, scan
from tests.support.intranet_client import words
from tests.support.primary_2011 import CODE, FIGURES

NEW = {field: str(count) for field, count in FIGURES.items()}


def test_two_clerks_enter_a_statement_and_the_second_sees_nothing_of_the_first(commission):
    first, second = commission.of("clerk"), commission.of("second-clerk")
    assert first.get("/intranet/minutes?search=Clémenciat").location.endswith(f"/minutes/{CODE}")
    assert first.post(f"/intranet/minutes/{CODE}", **NEW).location == "/intranet/minutes"
    assert "Première saisie enregistrée" in first.page("/intranet/minutes")
    for path in (f"/intranet/minutes/{CODE}", f"/intranet/reconciliation/{CODE}", f"/intranet/bureau/{CODE}"):
        assert "312" not in second.page(path), path
    assert "La seconde revient à une autre personne" in first.page(f"/intranet/minutes/{CODE}")
    assert "Vous avez fait l'autre saisie" in words(first.post(f"/intranet/minutes/{CODE}", **NEW))
    second.post(f"/intranet/minutes/{CODE}", **NEW)
    assert "Les deux saisies sont identiques" in second.page("/intranet/minutes")
    assert [row.entry for row in commission.line.rows(pv_entry)] == [1, 2]


def test_an_impossible_statement_is_refused_with_the_difference_and_a_way_on(commission):
    clerk = commission.of("clerk")
    text = clerk.post(f"/intranet/minutes/{CODE}", **{**NEW, "3": "121"}).get_data(as_text=True)
    assert "313 bulletins pour 312 votants : 1 d&#39;écart" in text
    assert 'value="121"' in text
    assert commission.line.rows(pv_entry) == []
    clerk.post(f"/intranet/minutes/{CODE}", **{**NEW, "3": "121"}, as_written="yes")
    assert len(commission.line.rows(pv_entry)) == 1


def test_entries_that_differ_are_settled_by_the_chair_and_by_no_clerk(commission):
    clerk = commission.of("clerk")
    clerk.post(f"/intranet/minutes/{CODE}", **NEW)
    commission.of("second-clerk").post(f"/intranet/minutes/{CODE}", **{**NEW, "3": "130", "4": "30"})
    look = f"/intranet/minutes/{CODE}/look"
    assert clerk.get(look).status_code == 403
    assert clerk.post(look, form_page="/intranet/account", **NEW, reason="x").status_code == 403
    chair = commission.of("cdrv")
    assert "130" in chair.page(look)
    chair.post(look, **NEW, reason="The paper has 120")
    assert "Le procès-verbal est arrêté" in chair.page(f"/intranet/reconciliation/{CODE}")


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "A camera with a name"
    told = {"JPEG": {"exif": exif, "comment": b"a camera's comment"}, "PNG": {"exif": exif}, "PDF": {"title": "camera"}}
    options = told[kind]
    Image.new("RGB", (400, 560), "white").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "PDF"])
def test_a_scan_is_drawn_again_without_its_metadata_and_shown_to_those_who_may_see_it(commission, kind, monkeypatch):
    clerk = commission.of("clerk")
    address = f"/intranet/minutes/{CODE}"
    clerk.post(f"{address}/scan", address, scan=(io.BytesIO(picture(kind)), "pv.bin"))
    (row,) = commission.line.rows(scan)
    assert (row.kind, row.pages) == (kind.lower(), 1)
    shown = clerk.get(f"/intranet/scans/{row.id}/1")
    assert shown.mimetype == "image/jpeg"
    image = Image.open(io.BytesIO(shown.data))
    assert not image.getexif()
    assert b"camera" not in shown.data
    assert f"/intranet/scans/{row.id}/1" in clerk.get(address).get_data(as_text=True)
    assert commission.of("candidate").get(f"/intranet/scans/{row.id}/1").status_code == 403


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"GIF89a" + b"x" * 100, "ni un JPEG, ni un PNG, ni un PDF"),
        (picture("JPEG")[:300], "abîmé"),
        (b"%PDF-1.7 nothing", "abîmé"),
        (b"", "ni un JPEG"),
        (b"\xff\xd8\xff" + b"x" * (10 * 1024 * 1024), "trop grand"),
    ],
)
def test_what_is_no_scan_is_refused_in_one_sentence(commission, sent, said):
    clerk = commission.of("clerk")
    address = f"/intranet/minutes/{CODE}"
    clerk.post(f"{address}/scan", address, scan=(io.BytesIO(sent), "pv.pdf"))
    assert said in clerk.page(address)
    assert commission.line.rows(scan) == []


def test_a_file_beyond_the_limit_is_not_even_read(commission):
    clerk = commission.of("clerk")
    address = f"/intranet/minutes/{CODE}"
    assert clerk.post(f"{address}/scan", address, scan=(io.BytesIO(b"x" * 11_000_000), "a")).status_code == 413
