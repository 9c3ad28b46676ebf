"""The page of the sample that is looked at by hand."""

from tests.support.primary_2011 import CODE


def test_a_sample_is_drawn_by_the_authority_and_its_seed_published(commission, workflow):
    commission.line.reported()
    workflow.paper()
    member, address = commission.of("authority"), "/intranet/inspection/draw"
    member.post(address, "/intranet/inspection", seed="short", risk="5")
    assert "de 10 à 200 caractères" in member.page("/intranet/inspection")
    assert commission.of("supervisor").post(address, "/intranet/account", seed="17 4 92 33 5 61").status_code == 403
    member.post(address, "/intranet/inspection", seed="17 4 92 33 5 61", risk="5")
    assert "17 4 92 33 5 61" in member.page("/intranet/inspection")
    drawn = workflow.published().content["inspection"]
    assert (drawn["seed"], drawn["size"], drawn["codes"]) == ("17 4 92 33 5 61", 1, [CODE])
    assert "17 4 92 33 5 61" in commission.intranet.visitor().page("/resultats")
    assert workflow.broken() is None
