"""Validation and sign-off on their pages."""

from db.schema import validated
from tests.support.primary_2011 import CODE, FIGURES


def test_a_department_is_validated_by_two_members_and_signed_by_its_chair(commission, workflow):
    commission.line.reported()
    workflow.paper()
    chair, clerk = commission.of("cdrv"), commission.of("clerk")
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
        member = commission.of(name)
        page = member.get("/intranet/validation/01").get_data(as_text=True)
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        member.post("/intranet/validation/01/validate", "/intranet/validation/01", seen=seen)
    history = member.page(f"/intranet/reconciliation/{CODE}")
    assert history.count("Validé par un membre de la Haute Autorité") == 2
    assert "PROVISOIRE" not in history
    (row,) = commission.line.rows(validated)
    assert row.first_user_id != row.second_user_id
    assert workflow.public_figures() == {CODE: FIGURES}
    assert workflow.broken() is None


def test_what_was_decided_on_an_old_page_is_refused(commission, workflow):
    commission.line.reported(**{"3": 130, "4": 30})
    workflow.paper()
    chair = commission.of("cdrv")
    address = f"/intranet/reconciliation/{CODE}"
    choices = {"source-3": "pv", "source-4": "pv", "reason": "The paper"}
    chair.post(f"{address}/decide", address, version="1", **choices)
    assert "a changé pendant que vous lisiez" in chair.page(address)
    chair.post(f"{address}/decide", address, version="2", **choices)
    assert "Les chiffres sont tranchés" in chair.page(address)
    assert workflow.case().settled == FIGURES
