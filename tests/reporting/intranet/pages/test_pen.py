"""The page that takes in pens' documents."""

import io

from tests.support.primary_2011 import CODE, FIGURES


def test_pens_documents_are_taken_in_on_a_page_and_their_ink_is_seen(commission, statement_ink):
    clerk = commission.of("clerk")
    documents = [(io.BytesIO(each), name) for each, name in ((statement_ink(), "a.inkml"), (b"<ink", "<b>.inkml"))]
    text = clerk.post("/intranet/pen", documents=documents).get_data(as_text=True)
    assert "chiffres lus" in text
    assert "Refusé : ce n&#39;est pas du XML bien formé" in text
    assert "<b>.inkml" not in text
    case = clerk.get(f"/intranet/reconciliation/{CODE}").get_data(as_text=True)
    assert case.count('<svg xmlns="http://www.w3.org/2000/svg" class="ink"') == len(FIGURES) + 1
