"""What stands in compose.yaml, deploy/ and the Dockerfile is what the program understands."""

import os
import re
import shlex
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app import create_app
from cli import cli
from db.backends.engine import open_engine
from db.migrate import upgrade
from settings import Settings
from tests.support.settings import ROOT, settings

NAMES = {name.upper() for name in Settings.__dataclass_fields__}
APPLICATIONS = ("app-1", "app-2")
DATABASES = ("db-1", "app-1-db", "app-2-db")
MACHINES = ["db_1", "app_1", "app_2"]
CARRIER_SECONDS = 15
WITH_SBIN = f"{os.environ['PATH']}:/usr/sbin"
"""Where Debian has haproxy is not on everybody's path."""


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def arguments(command: list[str]) -> dict[str, object]:
    """The options of `python app.py serve …`, read as the program reads them."""
    start = command.index("app.py") + 1
    name, *options = command[start:]
    return cli.commands[name].make_context(name, list(options)).params


def test_the_settings_of_the_applications_exist_and_name_all_three_databases(services):
    for name in APPLICATIONS:
        given = services[name]["environment"]
        assert given.keys() <= NAMES
        hosts = re.findall(r"host=([\w-]+)", given["DATABASE_URL"])
        assert tuple(hosts) == DATABASES
        assert "target_session_attrs=read-write" in given["DATABASE_URL"]
        assert f"@{name}-db/" in given["DATABASE_REPLICA_URL"]
        assert f"scans:{given['SCANS_FOLDER']}" in services[name]["volumes"]


def test_every_database_has_a_name_that_commits_wait_for_and_none_starts_again_by_itself(services):
    waited_for = re.search(r"'ANY 1 \((.*)\)'", read("deploy/postgresql/remontee.conf")).group(1)
    assert waited_for.split(", ") == MACHINES == [services[name]["environment"]["NAME"] for name in DATABASES]
    for name in DATABASES:
        assert services[name]["restart"] == "no"
        assert tuple(services[name]["environment"]["HOSTS"].split(",")) == DATABASES
    assert "Restart=no" in read("deploy/systemd/remontee-postgresql.service")


def test_every_file_that_a_service_takes_from_here_is_here(services):
    taken = [each.split(":")[0] for service in services.values() for each in service.get("volumes", ())]
    files = {each for each in taken if each.startswith("./")} - {"./deploy/remontee.pem"}
    assert files
    assert [each for each in files if not (ROOT / each).is_file()] == []


def test_the_balancer_knows_the_hosts_and_asks_them_for_what_they_answer(services, tmp_path):
    text = read("deploy/haproxy.cfg")
    places = set(re.findall(r"server \w+ ([\w-]+):(\d+)", text))
    assert {host for host, _ in places} == set(APPLICATIONS)
    database_url = f"sqlite:///{tmp_path}/r.sqlite"
    engine = open_engine(database_url)
    upgrade(engine)
    client = create_app(settings(database_url), engine).test_client()
    assert client.get(re.search(r"httpchk GET (\S+)", text).group(1)).status_code == 200
    assert "X-Forwarded-For" not in text
    assert "option forwardfor" in text
    assert {services[name]["environment"]["TRUSTED_PROXIES"] for name in APPLICATIONS} == {"1"}
    assert {port for _, port in places} == {_bound_port(_image_command())}
    engine.dispose()


def _denied(path: str) -> bool:
    """True if the balancer answers 403 for a path as it is sent."""
    rule = re.search(r"deny if { path,url_dec -m reg (\S+) }", read("deploy/haproxy.cfg")).group(1)
    return re.search(rule, unquote(path)) is not None


@pytest.mark.parametrize("page", ["metrics", "healthz", "readyz"])
@pytest.mark.parametrize("written", ["/{0}", "/{0}/", "/%{1:X}{2}", "//{0}", "/%2F{0}%2F/"])
def test_the_balancer_denies_the_machinerys_pages_however_they_are_written(page, written):
    assert _denied(written.format(page, ord(page[0]), page[1:]))


@pytest.mark.parametrize("path", ["/", "/voice/answer", "/resultats", "/intranet/"])
def test_the_balancer_lets_the_carrier_and_the_public_in(path):
    assert not _denied(path)


def test_two_hosts_are_tried_while_the_carrier_waits():
    text = read("deploy/haproxy.cfg")
    line = text.partition("\nbackend line\n")[2].partition("\nbackend ")[0]
    tries = 1 + int(re.search(r"retries (\d+)", text).group(1))
    seconds = sum(int(re.search(rf"timeout {each} (\d+)s", line).group(1)) for each in ("connect", "server"))
    assert tries == len(APPLICATIONS)
    assert "option redispatch 1\n" in text
    assert "option http-buffer-request\n" in text  # what is not there as a whole is not sent again
    assert tries * seconds < CARRIER_SECONDS


def test_the_balancer_understands_its_configuration(tmp_path):
    if shutil.which("haproxy", path=WITH_SBIN) is None:
        pytest.skip("haproxy is not installed (apt-get install haproxy)")
    pem = tmp_path / "remontee.pem"
    pem.write_bytes(_certificate())
    configuration = tmp_path / "haproxy.cfg"
    here = {"/etc/haproxy/remontee.pem": str(pem), "app-1:": "127.0.0.1:", "app-2:": "127.0.0.2:"}
    text = read("deploy/haproxy.cfg")
    for theirs, ours in here.items():
        text = text.replace(theirs, ours)
    configuration.write_text(text, encoding="utf-8")
    command = ["haproxy", "-c", "-f", str(configuration)]
    checked = subprocess.run(command, env={"PATH": WITH_SBIN}, capture_output=True, text=True, check=False)
    assert (checked.returncode, "WARNING" in checked.stderr) == (0, False), checked.stderr


def _certificate() -> bytes:
    """A certificate for a test, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM) + private


def _image_command() -> list[str]:
    return re.findall(r'"([^"]+)"', re.search(r"^CMD (.*)$", read("Dockerfile"), re.MULTILINE).group(1))


def _bound_port(command: list[str]) -> str:
    return str(arguments(command)["bind"]).rpartition(":")[2]


def test_the_unit_starts_what_the_program_understands():
    line = re.search(r"^ExecStart=(.*)$", read("deploy/systemd/remontee.service"), re.MULTILINE).group(1)
    assert arguments(shlex.split(line))["bind"] == "${HOST}:8000"


def test_the_image_holds_the_program_and_no_secret():
    copied = {
        Path(name) for line in re.findall(r"^COPY (.*) \S+$", read("Dockerfile"), re.MULTILINE) for name in line.split()
    }
    assert [each for each in copied if not (ROOT / each).exists()] == []
    modules = {path for path in map(Path, ("flows", "db", "ivr", "reporting", "sample")) if (ROOT / path).is_dir()}
    assert modules | {path.relative_to(ROOT) for path in ROOT.glob("*.py")} <= copied
    ignored = read(".dockerignore").split()
    assert ignored[0] == "*"
    assert not any(name.endswith((".env", "var", "tests")) for name in ignored[1:])
    assert re.search(r"^USER remontee$", read("Dockerfile"), re.MULTILINE)
