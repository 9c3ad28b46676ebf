"""From the minutes to the public page on the intranet: what its forms do, and what they refuse."""

import io

import pytest
from PIL import Image

from db.schema import Channel, pv_entry, scan, validated
from db.users import Role
from tests.support.intranet import MAKER, Intranet
from tests.support.intranet_client import Reader, add_colleagues, words
from tests.support.primary_2011 import CODE, FIGURES
from tests.support.result_workflow import Night

NEW = {field: str(count) for field, count in FIGURES.items()}


@pytest.fixture
def office(line, intranet) -> "Office":
    return Office(intranet)


class Office:
    """The intranet with a commission, and two members of the High Authority."""

    def __init__(self, intranet: Intranet) -> None:
        self.intranet = intranet
        self.line = intranet.line
        self.colleagues = add_colleagues(self.line.engine, MAKER, self.line.clock.now)

    def of(self, name: str) -> Reader:
        """Somebody who is logged in: a role, or a colleague."""
        if name in set(Role):
            return self.intranet.reader(Role(name))
        reader = self.intranet.visitor()
        assert reader.log_in(self.colleagues[name]).status_code == 302
        return reader


def test_two_clerks_enter_the_minutes_and_the_second_sees_nothing_of_the_first(office):
    first, second = office.of("clerk"), office.of("second-clerk")
    assert first.get("/intranet/minutes?search=Clémenciat").location.endswith(f"/minutes/{CODE}")
    assert first.post(f"/intranet/minutes/{CODE}", **NEW).location == "/intranet/minutes"
    assert "Première saisie enregistrée" in first.page("/intranet/minutes")
    for path in (f"/intranet/minutes/{CODE}", f"/intranet/reconciliation/{CODE}", f"/intranet/bureau/{CODE}"):
        assert "312" not in second.page(path), path
    assert "La seconde revient à une autre personne" in first.page(f"/intranet/minutes/{CODE}")
    assert "Vous avez fait l'autre saisie" in words(first.post(f"/intranet/minutes/{CODE}", **NEW))
    second.post(f"/intranet/minutes/{CODE}", **NEW)
    assert "Les deux saisies sont identiques" in second.page("/intranet/minutes")
    assert [row.entry for row in office.line.rows(pv_entry)] == [1, 2]


def test_impossible_minutes_are_refused_with_the_difference_and_a_way_on(office):
    clerk = office.of("clerk")
    text = clerk.post(f"/intranet/minutes/{CODE}", **{**NEW, "3": "121"}).get_data(as_text=True)
    assert "313 bulletins pour 312 votants : 1 d&#39;écart" in text
    assert 'value="121"' in text
    assert office.line.rows(pv_entry) == []
    clerk.post(f"/intranet/minutes/{CODE}", **{**NEW, "3": "121"}, as_written="yes")
    assert len(office.line.rows(pv_entry)) == 1


def test_entries_that_differ_are_settled_by_the_chair_and_by_no_clerk(office):
    clerk = office.of("clerk")
    clerk.post(f"/intranet/minutes/{CODE}", **NEW)
    office.of("second-clerk").post(f"/intranet/minutes/{CODE}", **{**NEW, "3": "130", "4": "30"})
    look = f"/intranet/minutes/{CODE}/look"
    assert clerk.get(look).status_code == 403
    assert clerk.post(look, form_page="/intranet/account", **NEW, reason="x").status_code == 403
    chair = office.of("cdrv")
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
def test_a_scan_is_drawn_anew_without_its_metadata_and_shown_to_who_may(office, kind, monkeypatch):
    clerk = office.of("clerk")
    address = f"/intranet/minutes/{CODE}"
    clerk.post(f"{address}/scan", address, scan=(io.BytesIO(picture(kind)), "pv.bin"))
    (row,) = office.line.rows(scan)
    assert (row.kind, row.pages) == (kind.lower(), 1)
    shown = clerk.get(f"/intranet/scans/{row.id}/1")
    assert shown.mimetype == "image/jpeg"
    image = Image.open(io.BytesIO(shown.data))
    assert not image.getexif()
    assert b"camera" not in shown.data
    assert f"/intranet/scans/{row.id}/1" in clerk.get(address).get_data(as_text=True)
    assert office.of("candidate").get(f"/intranet/scans/{row.id}/1").status_code == 403


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
def test_what_is_no_scan_is_refused_in_one_sentence(office, sent, said):
    clerk = office.of("clerk")
    address = f"/intranet/minutes/{CODE}"
    clerk.post(f"{address}/scan", address, scan=(io.BytesIO(sent), "pv.pdf"))
    assert said in clerk.page(address)
    assert office.line.rows(scan) == []


def test_a_file_beyond_the_limit_is_not_even_read(office):
    clerk = office.of("clerk")
    address = f"/intranet/minutes/{CODE}"
    assert clerk.post(f"{address}/scan", address, scan=(io.BytesIO(b"x" * 11_000_000), "a")).status_code == 413


@pytest.fixture
def night(line) -> Night:
    return Night(line.engine)


def test_a_department_is_validated_by_two_members_and_signed_by_its_chair(office, night):
    office.line.reported()
    night.paper()
    chair, clerk = office.of("cdrv"), office.of("clerk")
    for code in ("00100023", "00100038", "00100046"):
        assert (
            clerk.post(f"/intranet/reconciliation/{code}/missing", "/intranet/account", reason="x").status_code == 403
        )
        chair.post(
            f"/intranet/reconciliation/{code}/missing",
            f"/intranet/reconciliation/{code}",
            reason="Lost",
            version="0",
        )
    chair.post("/intranet/validation/01/sign", "/intranet/validation/01", reason="All counted")
    assert "Signé par" in chair.page("/intranet/validation/01")
    for name in ("authority", "second-member"):
        member = office.of(name)
        page = member.get("/intranet/validation/01").get_data(as_text=True)
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        member.post("/intranet/validation/01/validate", "/intranet/validation/01", seen=seen)
    history = member.page(f"/intranet/reconciliation/{CODE}")
    assert history.count("Validé par un membre de la Haute Autorité") == 2
    assert "PROVISOIRE" not in history
    (row,) = office.line.rows(validated)
    assert row.first_user_id != row.second_user_id
    assert night.public_figures() == {CODE: FIGURES}
    assert night.broken() is None


def test_the_queue_puts_first_what_could_change_most(office, night):
    for code, votes in ((CODE, 130), ("00100046", 220)):
        office.line.reported(code)
        night.paper(code, {**FIGURES, "3": votes, "voters": 192 + votes})
    text = office.of("supervisor").get("/intranet/reconciliation").get_data(as_text=True)
    assert text.index("/intranet/reconciliation/00100046") < text.index(f"/intranet/reconciliation/{CODE}")
    assert "un chiffre" in text


def test_what_was_decided_on_an_old_page_is_refused(office, night):
    office.line.reported(**{"3": 130, "4": 30})
    night.paper()
    chair = office.of("cdrv")
    address = f"/intranet/reconciliation/{CODE}"
    choices = {"source-3": "pv", "source-4": "pv", "reason": "The paper"}
    chair.post(f"{address}/decide", address, version="1", **choices)
    assert "a changé pendant que vous lisiez" in chair.page(address)
    chair.post(f"{address}/decide", address, version="2", **choices)
    assert "Les chiffres sont tranchés" in chair.page(address)
    assert night.case().settled == FIGURES


def test_ink_of_which_not_all_was_read_stands_beside_the_rest(office, night):
    office.line.reported()
    office.line.identified("00100038").keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    for code in (CODE, "00100038"):
        night.tell(Channel.PEN, code, only=("3",))
    supervisor = office.of("supervisor")
    for path in (
        f"bureau/{CODE}",
        f"reconciliation/{CODE}",
        "bureau/00100038",
        "flags/1",
        f"history.csv?bureau={CODE}",
    ):
        assert supervisor.get(f"/intranet/{path}").status_code == 200, path


def test_pens_documents_are_taken_in_on_a_page_and_their_ink_is_seen(office, minutes):
    clerk = office.of("clerk")
    documents = [(io.BytesIO(each), name) for each, name in ((minutes(), "a.inkml"), (b"<ink", "<b>.inkml"))]
    text = clerk.post("/intranet/pen", documents=documents).get_data(as_text=True)
    assert "chiffres lus" in text
    assert "Refusé : ce n&#39;est pas du XML bien formé" in text
    assert "<b>.inkml" not in text
    case = clerk.get(f"/intranet/reconciliation/{CODE}").get_data(as_text=True)
    assert case.count('<svg xmlns="http://www.w3.org/2000/svg" class="ink"') == len(FIGURES) + 1


def test_a_sample_is_drawn_by_the_authority_and_its_seed_published(office, night):
    office.line.reported()
    night.paper()
    member, address = office.of("authority"), "/intranet/inspection/draw"
    member.post(address, "/intranet/inspection", seed="short", risk="5")
    assert "de 10 à 200 caractères" in member.page("/intranet/inspection")
    assert office.of("supervisor").post(address, "/intranet/account", seed="17 4 92 33 5 61").status_code == 403
    member.post(address, "/intranet/inspection", seed="17 4 92 33 5 61", risk="5")
    assert "17 4 92 33 5 61" in member.page("/intranet/inspection")
    drawn = night.published().content["inspection"]
    assert (drawn["seed"], drawn["size"], drawn["codes"]) == ("17 4 92 33 5 61", 1, [CODE])
    assert "17 4 92 33 5 61" in office.intranet.visitor().page("/resultats")
    assert night.broken() is None
