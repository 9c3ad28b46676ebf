"""Logging in: passwords, second factors, limits, idle ends, tokens, and what a stranger learns."""

import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
from flask import request

from db import users
from db.schema import audit, user
from db.transactions import begin_write
from db.users import Role
from tests.support.line import Line
from tests.support.settings import PUBLIC_URL

FACTORED = [role for role in Role if role.second_factor]


@pytest.mark.parametrize("role", Role)
def test_each_role_logs_in_and_begins_where_it_works(intranet, role):
    reader = intranet.reader(role)
    start = reader.get("/intranet/").location
    first = {Role.OPERATOR: "/intranet/entry", Role.CDRV: "/intranet/department/01"}.get(role, "/intranet/evening")
    assert start == first
    assert f"{role}@tests.example" in reader.page(start)


@pytest.mark.parametrize("role", FACTORED)
def test_a_password_alone_does_not_let_in_who_needs_a_second_factor(intranet, role):
    reader = intranet.visitor()
    account = intranet.accounts[role]
    response = reader.post("/intranet/login", email=account.email, password=account.password)
    assert "tf-validate" in response.location
    assert reader.get("/intranet/evening").location.startswith("/intranet/login")
    wrong = reader.post("/intranet/tf-validate", code="000000")
    assert "Code incorrect" in wrong.get_data(as_text=True)
    assert reader.get("/intranet/evening").location.startswith("/intranet/login")


def test_a_code_is_good_once(intranet):
    account = intranet.accounts[Role.SUPERVISOR]
    code = account.code()
    for expected in (302, 200):
        reader = intranet.visitor()
        reader.post("/intranet/login", email=account.email, password=account.password)
        assert reader.post("/intranet/tf-validate", code=code).status_code == expected


def test_an_unknown_address_and_a_wrong_password_sound_alike(intranet):
    said = []
    for email in ("nobody@tests.example", intranet.accounts[Role.OPERATOR].email):
        response = intranet.visitor().post("/intranet/login", email=email, password="wrong password")
        page = response.get_data(as_text=True).replace(email, "")
        said.append(re.sub(r'name="csrf_token" value="[^"]+"|\d\d:\d\d:\d\d', "", page))
    assert said[0] == said[1]
    assert "Adresse ou mot de passe incorrects." in said[0]


def test_ten_failures_shut_an_account_for_a_while_and_no_other(intranet):
    reader = intranet.visitor()
    account = intranet.accounts[Role.OPERATOR]
    for attempt in range(10):
        email = account.email if attempt % 2 else f" {account.email.upper()} "
        assert reader.post("/intranet/login", email=email, password="wrong").status_code == 200
    shut = reader.post("/intranet/login", email=account.email, password=account.password)
    assert shut.status_code == 429
    assert "Trop d'essais" in shut.get_data(as_text=True).replace("&#39;", "'")
    other = intranet.accounts[Role.CDRV]
    assert intranet.visitor().post("/intranet/login", email=other.email, password=other.password).status_code == 302


def test_ten_wrong_codes_shut_an_account_however_often_it_starts_over(intranet):
    account = intranet.accounts[Role.SUPERVISOR]
    answers = []
    for _ in range(12):
        reader = intranet.visitor()
        reader.post("/intranet/login", email=account.email, password=account.password)
        answers.append(reader.post("/intranet/tf-validate", code="000000").status_code)
    assert answers[:10] == [200] * 10
    assert answers[10:] == [429, 429]


def test_half_an_hour_without_a_request_ends_the_session(intranet, clock):
    reader = intranet.reader(Role.SUPERVISOR)
    clock.advance(29 * 60)
    assert reader.get("/intranet/evening", X_Live="1").status_code == 200
    clock.advance(2 * 60)
    assert reader.get("/intranet/evening", X_Live="1").status_code == 401
    assert "reason=idle" in reader.get("/intranet/evening").location or reader.last.status_code == 302


def test_who_can_change_nothing_may_stay_on_through_the_evening(intranet, clock):
    reader = intranet.reader(Role.CANDIDATE)
    clock.advance(6 * 3600)
    assert reader.get("/intranet/evening", X_Live="1").status_code == 200


def test_even_who_stays_on_logs_in_again_after_sixteen_hours(intranet, clock):
    reader = intranet.reader(Role.CANDIDATE)
    for _ in range(2):
        clock.advance(8 * 3600)
        assert reader.get("/intranet/evening").status_code == 200
    clock.advance(1)
    assert reader.get("/intranet/evening").location.startswith("/intranet/login")


def test_a_token_is_good_for_a_day(intranet, clock):
    token = re.search(r"rows=\"4\" readonly>([^<]+)<", token_page(intranet.reader(Role.OPERATOR))).group(1)
    clock.advance(24 * 3600)
    assert api(intranet, token).status_code == 200
    clock.advance(1)
    assert api(intranet, token).status_code == 401


def test_a_closed_or_renewed_account_loses_its_sessions_and_tokens(line, intranet):
    reader = intranet.reader(Role.OPERATOR)
    token = re.search(r"rows=\"4\" readonly>([^<]+)<", token_page(reader)).group(1)
    assert api(intranet, token).status_code == 200
    with begin_write(line.engine) as transaction:
        users.renew(transaction, intranet.accounts[Role.OPERATOR].email, password="x", totp=None, at=line.clock())
    assert reader.get("/intranet/missing").location.startswith("/intranet/login")
    assert api(intranet, token).status_code == 401


def token_page(reader):
    response = reader.post("/intranet/account/token", form_page="/intranet/account")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def api(intranet, token):
    return intranet.visitor().get("/intranet/api/missing", Authentication_Token=token)


def test_a_new_token_ends_the_one_before(intranet):
    reader = intranet.reader(Role.OPERATOR)
    first, second = (re.search(r"rows=\"4\" readonly>([^<]+)<", token_page(reader)).group(1) for _ in range(2))
    assert api(intranet, first).status_code == 401
    assert api(intranet, second).status_code == 200


def test_a_token_in_the_address_is_worth_nothing(intranet):
    reader = intranet.reader(Role.OPERATOR)
    token = re.search(r"rows=\"4\" readonly>([^<]+)<", token_page(reader)).group(1)
    assert intranet.visitor().get(f"/intranet/api/missing?auth_token={token}").status_code == 401


FORMS = [
    "/intranet/login",
    "/intranet/logout",
    "/intranet/change",
    "/intranet/account/token",
    "/intranet/calls/1/review",
    "/intranet/flags/1/resolve",
    "/intranet/bureau/00100014/lock",
    "/intranet/bureau/00100014/unlock",
    "/intranet/entry",
    "/intranet/entry/figures",
]


def test_a_form_without_its_token_changes_nothing(line, intranet):
    reader = intranet.reader(Role.SUPERVISOR)
    before = len(line.rows(audit))
    for path in FORMS:
        response = reader.client.post(path, base_url=PUBLIC_URL, data={"reason": "x"})
        assert (path, response.status_code) == (path, 400)
    assert len(line.rows(audit)) == before


def test_the_session_cookie_is_for_this_site_this_channel_and_no_script(intranet):
    cookies = intranet.visitor().get("/intranet/login").headers.getlist("Set-Cookie")
    (cookie,) = (each for each in cookies if each.startswith("remontee="))
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_on_this_very_machine_the_cookie_comes_back_without_https(engine, clock, pins):
    app = Line(engine, clock, pins, public_url="http://127.0.0.1:8000").app
    (cookie,) = app.test_client().get("/intranet/login").headers.getlist("Set-Cookie")
    assert "Secure" not in cookie


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(line, intranet):
    line.reported()
    reader = intranet.reader(Role.SUPERVISOR)
    for path in ("/intranet/evening", "/intranet/calls/1", "/intranet/bureau/00100014", "/intranet/account"):
        response = reader.get(path)
        page = response.get_data(as_text=True)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert (
            re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|https?://(?!line\.example|www\.w3\.org)", page) is None
        )
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/intranet//evil.example", "/phone", "\\evil"]
)
def test_a_log_in_leads_to_no_other_site(intranet, target):
    reader = intranet.visitor()
    assert reader.get(f"/intranet/language/en?next={target}").location == "/intranet/"
    account = intranet.accounts[Role.OPERATOR]
    response = reader.post(f"/intranet/login?next={target}", email=account.email, password=account.password)
    target = response.location or ""
    assert urlsplit(target).netloc == ""
    assert not target.startswith(("//", "\\"))


def test_a_password_is_changed_and_the_old_one_is_worth_nothing(intranet):
    reader = intranet.reader(Role.OPERATOR)
    account = intranet.accounts[Role.OPERATOR]
    new = "a longer password than before"
    short = reader.post(
        "/intranet/change", password=account.password, new_password="short", new_password_confirm="short"
    )
    assert "Rien n'a changé" in short.get_data(as_text=True).replace("&#39;", "'")
    changed = reader.post("/intranet/change", password=account.password, new_password=new, new_password_confirm=new)
    assert changed.status_code == 302
    assert intranet.visitor().post("/intranet/login", email=account.email, password=account.password).status_code == 200
    assert intranet.visitor().post("/intranet/login", email=account.email, password=new).status_code == 302


def test_a_log_in_leaves_the_stored_password_as_it_was_hashed(line, intranet):
    before = [row.password for row in line.rows(user)]
    intranet.reader(Role.OPERATOR)
    assert [row.password for row in line.rows(user)] == before


def test_logging_in_is_audited_and_nothing_secret_is_written_down(line, intranet, caplog):
    caplog.set_level(logging.DEBUG)
    account = intranet.accounts[Role.SUPERVISOR]
    intranet.visitor().post("/intranet/login", email=account.email, password="not the password")
    intranet.reader(Role.SUPERVISOR)
    rows = line.rows(audit)
    assert [row.action for row in rows if row.actor == f"account {account.email}"] == ["logged in"]
    about = [row.action for row in rows if row.subject == f"account {account.email}"]
    assert about == ["account created", "log-in refused", "logged in"]
    everything = caplog.text + "".join(str(row) for row in [*rows, *line.rows(user)])
    for secret in (account.password, account.secret, "not the password"):
        assert secret not in everything


def refusals(line):
    return [(row.subject, json.loads(row.detail)) for row in line.rows(audit) if row.action == "log-in refused"]


def test_who_guesses_at_an_account_is_in_the_audit_with_what_was_wrong_and_from_where(line, intranet):
    account = intranet.accounts[Role.SUPERVISOR]
    guesser = intranet.visitor()
    guesser.post("/intranet/login", email=f" {account.email.upper()} ", password="wrong")
    guesser.post("/intranet/login", email=account.email, password=account.password)
    guesser.post("/intranet/tf-validate", code="000000")
    subject = f"account {account.email}"
    assert refusals(line) == [
        (subject, {"wrong": "password", "address": "127.0.0.1"}),
        (subject, {"wrong": "code", "address": "127.0.0.1"}),
    ]


def test_what_is_no_accounts_address_is_not_written_down(line, intranet):
    intranet.visitor().post("/intranet/login", email="my secret password", password="")
    assert refusals(line) == [("nobody's account", {"wrong": "password", "address": "127.0.0.1"})]


def test_the_audit_cannot_be_filled_by_guessing(line, intranet):
    guesser = intranet.visitor()
    for _ in range(14):
        guesser.post("/intranet/login", email=intranet.accounts[Role.OPERATOR].email, password="wrong")
    assert len(refusals(line)) == 10


@pytest.mark.parametrize("path", ["/intranet/login", "/intranet/tf-validate"])
def test_a_log_in_that_is_no_form_is_not_tried(intranet, path):
    reader = intranet.visitor()
    for _ in range(12):
        response = reader.client.post(path, base_url=PUBLIC_URL, json={"email": "a@b", "password": "x", "code": "1"})
        assert response.status_code in (400, 415)


def test_a_made_up_address_beside_the_code_does_not_lift_the_limit(intranet):
    account = intranet.accounts[Role.SUPERVISOR]
    answers = []
    for attempt in range(12):
        reader = intranet.visitor()
        reader.post("/intranet/login", email=account.email, password=account.password)
        answers.append(reader.post("/intranet/tf-validate", code="000000", email=f"x{attempt}@y").status_code)
    assert answers[-1] == 429


def test_one_code_opens_one_session_however_many_try_at_once(intranet):
    account = intranet.accounts[Role.SUPERVISOR]
    readers = [intranet.visitor() for _ in range(4)]
    for reader in readers:
        reader.post("/intranet/login", email=account.email, password=account.password)
    code = account.code()
    with ThreadPoolExecutor(4) as together:
        answers = list(
            together.map(lambda reader: reader.post("/intranet/tf-validate", code=code).status_code, readers)
        )
    assert sorted(answers).count(302) == 1


def test_logging_out_ends_the_session_even_for_a_cookie_that_was_kept(line, intranet):
    reader = intranet.reader(Role.SUPERVISOR)
    kept = reader.client.get_cookie("remontee", domain="line.example").value
    reader.post("/intranet/logout", form_page="/intranet/account")
    assert reader.get("/intranet/evening").location.startswith("/intranet/login")
    reader.client.set_cookie("remontee", kept, domain="line.example")
    assert reader.get("/intranet/evening").location.startswith("/intranet/login")
    assert reader.get("/intranet/evening", X_Live="1").status_code == 401


def test_a_refresh_writes_no_cookie(intranet):
    reader = intranet.reader(Role.SUPERVISOR)
    assert "Set-Cookie" not in reader.get("/intranet/evening", X_Live="1").headers


def test_a_token_reads_data_and_nothing_else(intranet):
    reader = intranet.reader(Role.OPERATOR)
    token = re.search(r"rows=\"4\" readonly>([^<]+)<", token_page(reader)).group(1)
    program = intranet.visitor()
    assert program.get("/intranet/missing.csv", Authentication_Token=token).status_code == 200
    assert program.get("/intranet/api/openapi.json", Authentication_Token=token).status_code == 200
    for path in ("/intranet/missing", "/intranet/account", "/intranet/entry"):
        assert program.get(path, Authentication_Token=token).status_code == 401
    assert program.get("/intranet/missing.csv", Authentication_Token="old").status_code == 401


def test_a_new_password_ends_the_tokens_and_is_audited(line, intranet):
    reader = intranet.reader(Role.OPERATOR)
    token = re.search(r"rows=\"4\" readonly>([^<]+)<", token_page(reader)).group(1)
    account = intranet.accounts[Role.OPERATOR]
    new = "a longer password than before"
    reader.post("/intranet/change", password=account.password, new_password=new, new_password_confirm=new)
    assert api(intranet, token).status_code == 401
    actions = [row.action for row in line.rows(audit) if row.actor == f"account {account.email}"]
    assert actions == ["logged in", "token made", "password changed"]


def test_behind_a_proxy_failures_count_for_the_visitor(engine, clock, pins):
    app = Line(engine, clock, pins, trusted_proxies=1).app
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/intranet/login", headers={"X-Forwarded-For": "192.0.2.7"})
    assert seen == ["192.0.2.7"]
