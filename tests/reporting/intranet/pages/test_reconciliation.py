"""The page of the reconciliation: what it puts first, and ink of which not all was read."""

from db.schema import Channel
from tests.support.primary_2011 import CODE, FIGURES


def test_the_queue_puts_first_what_could_change_most(commission, workflow):
    for code, votes in ((CODE, 130), ("00100046", 220)):
        commission.line.reported(code)
        workflow.paper(code, {**FIGURES, "3": votes, "voters": 192 + votes})
    text = commission.of("supervisor").get("/intranet/reconciliation").get_data(as_text=True)
    assert text.index("/intranet/reconciliation/00100046") < text.index(f"/intranet/reconciliation/{CODE}")
    assert "un chiffre" in text


def test_ink_of_which_not_all_was_read_stands_beside_the_rest(commission, workflow):
    commission.line.reported()
    commission.line.identified("00100038").keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    for code in (CODE, "00100038"):
        workflow.tell(Channel.PEN, code, only=("3",))
    supervisor = commission.of("supervisor")
    for path in (
        f"bureau/{CODE}",
        f"reconciliation/{CODE}",
        "bureau/00100038",
        "flags/1",
        f"history.csv?bureau={CODE}",
    ):
        assert supervisor.get(f"/intranet/{path}").status_code == 200, path
