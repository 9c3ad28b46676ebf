"""The API against its own description: schemathesis sends what is allowed and what is not, and looks for server errors."""

import json
import re
import subprocess
import sys

import pytest

from db.users import Role
from tests.support.servers import serving

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
EXAMPLES = "6"


@pytest.mark.parametrize(
    ("database_url", "role"), [("postgresql", Role.SUPERVISOR), ("sqlite", Role.CDRV)], indirect=["database_url"]
)
def test_no_request_leads_to_a_server_error_or_to_an_answer_that_is_not_described(line, intranet, tmp_path, role):
    line.reported()
    line.reported("00100046", caller="+33639981003", voters=315)
    reader = intranet.reader(role)
    description = tmp_path / "openapi.json"
    described = json.loads(reader.get("/intranet/api/openapi.json").get_data())
    described["paths"] = {path: each for path, each in described["paths"].items() if allowed(reader, path)}
    description.write_text(json.dumps(described))
    page = reader.post("/intranet/account/token", form_page="/intranet/account").get_data(as_text=True)
    token = re.search(r'rows="4" readonly>([^<]+)<', page).group(1)
    url = line.engine.url.render_as_string(hide_password=False).replace("postgresql+psycopg", "postgresql")
    with serving(url) as server:
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(description)]
        command += ["--url", f"{server.url}/intranet/api", "--header", f"Authentication-Token: {token}"]
        command += ["--checks", CHECKS, "--max-examples", EXAMPLES, "--seed", "2011", "--no-color"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert re.search(r"([1-9]\d+) generated, \1 passed", done.stdout), done.stdout[-2000:]


def allowed(reader, path):
    return reader.get(f"/intranet/api{path}").status_code != 403
