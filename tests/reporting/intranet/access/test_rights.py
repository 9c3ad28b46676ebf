"""Who may do what: every route of the application, with every role and with none, compared with the table."""

import pytest
from sqlalchemy import select

from db.schema import flag
from db.users import Role
from reporting.intranet.access.rights import DATASET_RIGHTS, OPEN, TABLE, Reach, grant
from tests.support.intranet import Intranet
from tests.support.line import Line
from tests.support.primary_2011 import CODE
from tests.support.settings import HOTLINE

OUTSIDE = {"front", "healthz", "readyz", "metrics.metrics", "voice.", "phone."}
"""What is no part of the intranet: the line, which has signatures, the rehearsal's telephone, and the machinery."""
OF_DEPARTMENTS = {"intranet.department", "intranet.validation_of", "intranet.sign", "intranet.validate_at_once"}
NOTHING_THERE = {"intranet.entry_receipt", "intranet.scan"}
"""Routes to what is not there in these tests: no receipt of theirs has that number, no scan was kept."""
OTHER_DEPARTMENT = "00200015"


def routes(app):
    return [rule for rule in app.url_map.iter_rules() if not any(map(rule.endpoint.startswith, OUTSIDE))]


def address(rule, line):
    """An address of the route that there is something behind, in department 01."""
    with line.engine.connect() as connection:
        flag_id = connection.execute(select(flag.c.id).limit(1)).scalar_one()
    values = {
        "code": "01" if rule.endpoint in OF_DEPARTMENTS else CODE,
        "call_id": "1",
        "flag_id": str(flag_id),
        "form": "csv",
        "locale": "fr",
        "receipt": "1234567",
        "token": "x",
        "scan_id": "1",
        "page": "1",
        "filename": "intranet.css" if rule.endpoint == "intranet.static" else "css/bootstrap.min.css",
    }
    path = rule.rule
    for name in rule.arguments:
        start = path.rfind("<", 0, path.index(name + ">"))
        path = path[:start] + values[name] + path[path.index(">", start) + 1 :]
    needs_bureau = "history" in rule.endpoint or "find_bureau" in rule.endpoint
    return path + (f"?{'code' if 'find' in rule.endpoint else 'bureau'}={CODE}" if needs_bureau else "")


def test_every_route_is_in_the_table(engine, clock, pins):
    app = Line(engine, clock, pins, rehearsal=True, hotline_number=HOTLINE).app
    known = TABLE.keys() | OPEN
    for rule in routes(app):
        dataset = rule.endpoint.rpartition("_")[2]
        is_dataset = (
            rule.endpoint in (f"intranet.export_{dataset}", f"intranet.api_{dataset}") and dataset in DATASET_RIGHTS
        )
        assert rule.endpoint in known or is_dataset, f"{rule.endpoint} is in no table of rights"
    assert known <= {rule.endpoint for rule in routes(app)} | {"security.verify", "security.static"}


@pytest.mark.parametrize("role", [*Role, None])
def test_every_role_may_do_what_the_table_says_and_nothing_else(line: Line, intranet: Intranet, role):
    line.identified("00100038").keys("315*4*100*2*120*40*30*16#").keys("3").keys("1")
    reader = intranet.reader(role) if role else intranet.visitor()
    for rule in routes(line.app):
        path = address(rule, line)
        if rule.endpoint in OPEN or rule.endpoint == "security.logout":
            continue
        method = "GET" if "GET" in rule.methods else "POST"
        granted = role in grant(rule.endpoint)
        for asked in (method, "POST") if "POST" in rule.methods else (method,):
            response = reader.get(path) if asked == "GET" else reader.post(path, form_page="/intranet/account")
            seen = (rule.endpoint, asked, role, response.status_code, response.location)
            if rule.endpoint in NOTHING_THERE and granted:
                assert response.status_code == 404, seen
            elif role is None and "/api/" in path:
                assert response.status_code == 401, seen
            elif role is None:
                assert response.status_code == 302 or response.status_code == 400, seen
                assert response.status_code == 400 or response.location.startswith("/intranet/login"), seen
            elif granted:
                assert response.status_code in (200, 302), seen
                assert "/login" not in (response.location or ""), seen
            else:
                assert response.status_code == 403, seen


@pytest.mark.parametrize("endpoint", [*TABLE, *(f"intranet.export_{name}" for name in DATASET_RIGHTS)])
def test_the_table_names_roles_only(endpoint):
    assert all(isinstance(role, Role) and isinstance(reach, Reach) for role, reach in grant(endpoint).items())


BEYOND_REACH = [
    "/intranet/department/02",
    f"/intranet/bureau/{OTHER_DEPARTMENT}",
    "/intranet/missing?department=02",
    "/intranet/flags?department=02",
    "/intranet/totals.csv?department=02",
    "/intranet/api/totals?level=bureau&department=02",
    "/intranet/api/missing?department=02",
    f"/intranet/api/history?bureau={OTHER_DEPARTMENT}",
    f"/intranet/bureau?code={OTHER_DEPARTMENT}",
]


def test_a_commission_sees_no_other_department(intranet):
    reader = intranet.reader(Role.CDRV)
    for path in BEYOND_REACH:
        assert (path, reader.get(path).status_code) == (path, 403)


def test_a_commission_sees_no_flag_of_another_department(line, intranet):
    line.reported(OTHER_DEPARTMENT, caller="+33639981099")
    reader = intranet.reader(Role.CDRV)
    for row in line.rows(flag):
        assert reader.get(f"/intranet/flags/{row.id}").status_code == 403
    assert "00200015" not in reader.get("/intranet/api/flags").get_data(as_text=True)


@pytest.mark.parametrize("dataset", ["totals", "missing", "flags"])
def test_what_a_commission_exports_is_its_own_department(line, intranet, dataset):
    line.reported()
    line.reported(OTHER_DEPARTMENT)
    text = intranet.reader(Role.CDRV).get(f"/intranet/{dataset}.csv?level=bureau").get_data(as_text=True)
    assert "00100" in text
    assert "00200" not in text


def test_a_candidates_team_sees_no_president_and_no_caller(line, intranet):
    line.reported()
    reader = intranet.reader(Role.CANDIDATE)
    for path in ("/intranet/evening", "/intranet/department/01", f"/intranet/bureau/{CODE}"):
        text = reader.get(path).get_data(as_text=True)
        assert "+336" not in text
        assert "Andrea" not in text


def test_an_operator_sees_no_result(line, intranet):
    line.reported()
    line.identified().keys("2").keys("1").keys("700#").keys("1").keys("3").keys("1")
    text = intranet.reader(Role.OPERATOR).page(f"/intranet/bureau/{CODE}")
    assert "700" not in text
    assert "+33639981001" in text
    assert "Hollande" not in text
