"""The list of bureaux that have not reported: who began, who is in trouble, whom to phone."""

import re

import pytest

from tests.support.primary_2011 import CODE
from tests.support.small_evening import MISSING


def test_the_missing_list_says_who_began_and_whom_to_phone_and_grows_shorter(evening, supervisor):
    page = supervisor.page("/intranet/missing")
    assert "6 / 8" in page
    assert "commencé, pas confirmé" in page
    assert f'href="/intranet/bureau/{MISSING}"' in supervisor.last.get_data(as_text=True)
    assert f'href="/intranet/bureau/{CODE}"' not in supervisor.last.get_data(as_text=True)
    evening.reported("00100038", caller="+33639981002")
    assert "5 / 8" in supervisor.page("/intranet/missing")


def test_a_president_in_trouble_is_not_shown_as_silent(evening, supervisor):
    evening.phone("+33639981006").dial().keys("00200028").keys("000001#").hang_up()
    assert "a appelé, PIN faux un PIN faux" in supervisor.page("/intranet/missing?progress=wrong-pin")
    for _ in range(6):
        evening.phone("+33639981007").dial().keys("00200031").keys("000001#").hang_up()
    assert "verrouillé verrouillé jusqu'à" in supervisor.page("/intranet/missing?progress=locked")
    silent = supervisor.get("/intranet/missing?progress=silent").get_data(as_text=True)
    assert "00200028" not in silent
    assert "00200031" not in silent


@pytest.mark.parametrize("order", ["code", "electorate", "last-call"])
def test_the_missing_list_is_sorted(supervisor, order):
    supervisor.page(f"/intranet/missing?order={order}")
    codes = re.findall(r'scope="row"><a href="/intranet/bureau/(\d+)"', supervisor.last.get_data(as_text=True))
    assert len(codes) == 6
    if order == "code":
        assert codes == sorted(codes)
    if order == "last-call":
        assert codes[0] == MISSING
