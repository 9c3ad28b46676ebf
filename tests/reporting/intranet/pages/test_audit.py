"""The audit's page: searched, and its chain checked."""

from db.schema import audit


def test_the_audit_is_searched_and_checked(evening, supervisor):
    page = supervisor.page("/intranet/audit?search=tally stored")
    assert "chiffres enregistrés" in page
    assert "élection créée" not in page
    assert "La chaîne tient" in supervisor.page("/intranet/audit?check=1")
    with evening.engine.begin() as connection:
        connection.execute(audit.update().where(audit.c.id == 1).values(actor="somebody else"))
    assert "La chaîne est rompue à la ligne 1" in supervisor.page("/intranet/audit?check=1")
