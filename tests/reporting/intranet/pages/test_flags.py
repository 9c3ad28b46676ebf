"""The flags: what one shows, how many are counted, how one is resolved."""

import re
from collections import Counter

from db.schema import audit, decision, flag
from reporting.anomalies.flag_list import SEVERITIES
from reporting.intranet.pages import flags


def open_flag(line, code="sum-mismatch"):
    return next(row.id for row in line.rows(flag) if row.code == code)


def test_a_flag_shows_its_rule_its_figures_the_neighbours_and_what_to_do(evening, supervisor):
    page = supervisor.page(f"/intranet/flags/{open_flag(evening)}")
    assert "Bulletins, 312, et votants, 315 : différence de 3." in page
    assert "Que faire" in page
    assert "sum-mismatch" in page
    assert "315" in page
    assert "312" in page


def test_the_inbox_counts_its_flags_by_severity_and_beyond_a_number_no_further(evening, supervisor, monkeypatch):
    def counts():
        supervisor.page("/intranet/flags")
        text = supervisor.last.get_data(as_text=True)
        return dict(re.findall(r'id="count-(\w+)">([^<]+)<', text))

    found = Counter(row.severity for row in evening.rows(flag) if row.state == "open")
    assert counts() == {severity: str(found[severity]) for severity in SEVERITIES}
    most = max(found, key=lambda severity: found[severity])
    monkeypatch.setattr(flags, "COUNTED", found[most] - 1)
    assert counts()[most] == f"{found[most] - 1}+"


def test_a_flag_is_resolved_once_with_a_reason_and_stays(evening, supervisor, intranet):
    which = open_flag(evening)
    path = f"/intranet/flags/{which}"
    assert "Bulletins, 312" in supervisor.page("/intranet/flags")
    supervisor.post(f"{path}/resolve", path, reason="")
    assert evening.rows(decision) == []
    supervisor.post(f"{path}/resolve", path, reason="The minutes do say so")
    supervisor.post(f"{path}/resolve", "/intranet/account", reason="Once more")
    assert [row.reason for row in evening.rows(decision)] == ["The minutes do say so"]
    assert "Bulletins, 312" not in supervisor.page("/intranet/flags")
    assert "Bulletins, 312" in supervisor.page("/intranet/flags?state=resolved")
    assert "The minutes do say so" in supervisor.page(path)
    assert which in {row.id for row in evening.rows(flag)}
    assert evening.rows(audit)[-1].action == "flag resolved"


def test_a_resolved_flag_is_open_no_more_on_the_command_line(evening, supervisor, run):
    path = f"/intranet/flags/{open_flag(evening)}"
    supervisor.post(f"{path}/resolve", path, reason="The minutes do say so")
    assert "sum-mismatch" not in run("flags", "--open", "--format", "csv")[1]
    assert "resolved" in run("flags", "--format", "csv")[1]
