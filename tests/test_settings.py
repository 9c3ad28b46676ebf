"""The settings: where they come from, which a command needs, and which make no sense."""

import pytest

from cli import CommandServices
from settings import MissingSetting, Settings, read_settings
from tests.support.primary_2011 import ELECTION_NIGHT


@pytest.mark.parametrize("name", ["SECRET_KEY", "PIN_PEPPER", "PUBLIC_URL", "TWILIO_AUTH_TOKEN"])
def test_a_missing_secret_stops_the_start_with_one_clear_line(run, name):
    status, out, err = run("serve", **{name: ""})
    assert status == 2
    assert out == ""
    assert err == f"{name} is not set: put it in the environment or in .env (see .env.example)\n"


def test_the_environment_goes_before_the_file(tmp_path):
    (tmp_path / ".env").write_text("PIN_PEPPER=from the file\nSECRET_KEY=from the file\n")
    found = read_settings({"PIN_PEPPER": "from the environment"}, tmp_path)
    assert (found.pin_pepper, found.secret_key) == ("from the environment", "from the file")
    with pytest.raises(MissingSetting, match="TWILIO_AUTH_TOKEN"):
        found.require("TWILIO_AUTH_TOKEN")


def test_a_command_needs_secrets_only_where_it_uses_them():
    services = CommandServices(Settings(), lambda: ELECTION_NIGHT)
    with pytest.raises(MissingSetting):
        _ = services.seal
    with pytest.raises(MissingSetting):
        _ = services.carrier


@pytest.mark.parametrize(
    ("name", "value"),
    [("LINE_LOCALE", "tlh"), ("PUBLIC_URL", "line.example"), ("PUBLIC_URL", "https://"), ("HOTLINE_NUMBER", "soon")],
)
def test_a_setting_that_makes_no_sense_is_named(run, name, value):
    status, _, err = run("audit", "verify", **{name: value})
    assert status == 2
    assert err.startswith(f"{name} is {value!r}")


def test_the_hot_line_is_dialled_in_one_form():
    assert read_settings({"HOTLINE_NUMBER": "01 99 00 11 99"}).hotline_number == "+33199001199"


def test_a_settings_representation_holds_no_password():
    assert "swordfish" not in repr(Settings(database_url="postgresql://me:swordfish@localhost/x"))
