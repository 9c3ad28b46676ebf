"""An operator keys a tally on a president's word: verified, read back, confirmed, and never in place of a phoned one."""

import pytest

from db.schema import Channel, audit, flag, lockout, tally
from db.users import Role
from reporting.intranet.pages import entry
from tests.support.primary_2011 import CODE, ELECTION_NIGHT, FIGURES

ENTRY = "/intranet/entry"
SHEET = "/intranet/entry/figures"


@pytest.fixture
def operator(intranet):
    return intranet.reader(Role.OPERATOR)


@pytest.fixture
def verified(line, operator):
    """An operator who has just verified code and PIN."""
    response = operator.post(ENTRY, code=" 001 000 14 ", pin=line.pins[CODE], caller="06 39 98 10 01")
    assert response.location == SHEET
    return operator


def confirmed(reader, follows="0", **changes):
    return reader.post(
        SHEET, "/intranet/account", step="confirm", follows=follows, bureau=CODE, **{**FIGURES, **changes}
    )


def by_operator(line):
    return [row for row in line.rows(tally) if row.channel == Channel.OPERATOR.value]


def test_a_tally_is_read_back_before_it_can_be_confirmed_and_gets_a_receipt(line, verified):
    back = verified.post(SHEET, step="read-back", bureau=CODE, **FIGURES)
    assert "Relisez chaque chiffre" in back.get_data(as_text=True)
    assert by_operator(line) == []
    stored = confirmed(verified)
    (row,) = by_operator(line)
    assert stored.location == f"/intranet/entry/receipt/{row.receipt}"
    assert line.tallies() == [FIGURES]
    assert row.user_id is not None
    entry = next(each for each in reversed(line.rows(audit)) if each.action == "tally stored")
    assert entry.actor == "account operator@tests.example"
    assert "operator" in entry.detail


def test_confirming_twice_stores_once_and_shows_the_receipt_all_the_same(line, verified):
    """Both requests of a double click carry the session as it was before."""
    before = verified.client.get_cookie("remontee", domain="line.example").value
    first = confirmed(verified)
    verified.client.set_cookie("remontee", before, domain="line.example")
    again = confirmed(verified)
    assert again.location == first.location
    assert len(by_operator(line)) == 1


def test_a_wrong_pin_counts_as_it_does_on_the_phone(line, operator):
    for _ in range(6):
        refused = operator.post(ENTRY, code=CODE, pin="000001")
        assert "incorrect" in refused.get_data(as_text=True) or "Trop d" in refused.get_data(as_text=True)
    (row,) = (each for each in line.rows(lockout) if each.scope == "bureau")
    assert row.total == 6
    assert "Trop d" in operator.post(ENTRY, code=CODE, pin=line.pins[CODE]).get_data(as_text=True)
    assert operator.get(SHEET).location == ENTRY
    assert line.identified().hears("Trop d'essais")


@pytest.mark.parametrize(("code", "pin"), [("0010x014", "123456"), (CODE, "12345"), (CODE, "12345x"), ("", "")])
def test_what_cannot_be_a_code_or_a_pin_is_not_tried(line, operator, code, pin):
    page = operator.post(ENTRY, code=code, pin=pin).get_data(as_text=True)
    assert "six" in page
    assert line.rows(lockout) == []


def test_figures_need_a_verified_bureau(operator):
    assert operator.get(SHEET).location == ENTRY
    assert operator.post(SHEET, "/intranet/account", step="confirm", follows="0", **FIGURES).location == ENTRY


def test_a_verification_does_not_last(verified, clock):
    clock.advance(entry.GOOD_FOR + 1)
    assert verified.get(SHEET).location == ENTRY


def test_a_form_for_another_bureau_than_the_one_verified_last_stores_nothing(line, verified):
    verified.post(ENTRY, code="00100046", pin=line.pins["00100046"])
    assert confirmed(verified).location == ENTRY
    assert by_operator(line) == []
    assert "autre bureau" in verified.page(ENTRY)


def test_what_one_account_verified_another_may_not_use(line, verified, intranet):
    cookie = verified.client.get_cookie("remontee", domain="line.example").value
    secret = line.app.session_interface.get_signing_serializer(line.app)
    supervisor = intranet.reader(Role.SUPERVISOR)
    theirs = secret.loads(supervisor.client.get_cookie("remontee", domain="line.example").value)
    forged = secret.dumps({**theirs, entry.VERIFIED: secret.loads(cookie)[entry.VERIFIED]})
    supervisor.client.set_cookie("remontee", forged, domain="line.example")
    assert supervisor.get(SHEET).location == ENTRY


def test_a_verification_is_good_for_one_tally(line, verified, clock):
    before = verified.client.get_cookie("remontee", domain="line.example").value
    clock.advance(5)
    confirmed(verified)
    verified.client.set_cookie("remontee", before, domain="line.example")
    assert confirmed(verified, follows="1", **{"3": 121, "voters": 313}).location == ENTRY
    assert len(by_operator(line)) == 1


def test_closing_between_read_back_and_confirmation_counts_nothing(line, clock, operator):
    clock.now = ELECTION_NIGHT.replace(hour=16, minute=59, second=50)
    operator.post(ENTRY, code=CODE, pin=line.pins[CODE])
    clock.advance(20)
    assert confirmed(operator).location == ENTRY
    assert by_operator(line) == []


def test_a_register_loaded_meanwhile_stores_nothing(line, verified):
    with line.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE election SET revision = revision + 1")
    assert confirmed(verified).location == ENTRY
    assert by_operator(line) == []


def test_a_pin_locked_meanwhile_stores_nothing(line, verified, intranet):
    supervisor = intranet.reader(Role.SUPERVISOR)
    supervisor.post(f"/intranet/bureau/{CODE}/lock", f"/intranet/bureau/{CODE}", reason="A stranger")
    assert confirmed(verified).location == ENTRY
    assert by_operator(line) == []


def test_a_receipt_names_its_bureau_and_is_shown_to_no_other_account(line, verified, intranet):
    page = verified.page(confirmed(verified).location)
    assert "L'Abergement-Clémenciat" in page
    assert "312" in page
    assert verified.get("/intranet/entry/receipt/9999999").status_code == 404
    (row,) = by_operator(line)
    assert intranet.reader(Role.SUPERVISOR).get(f"/intranet/entry/receipt/{row.receipt}").status_code == 404


@pytest.mark.parametrize("number", ["06 12", "x", "+33"])
def test_a_number_that_is_none_is_said(line, operator, number):
    page = operator.post(ENTRY, code=CODE, pin=line.pins[CODE], caller=number).get_data(as_text=True)
    assert "pas complet" in page


@pytest.mark.parametrize("wrong", ["", "x", "-1", "12.5", "123456"])
def test_what_is_no_number_is_asked_for_again_and_nothing_typed_is_lost(line, verified, wrong):
    page = verified.post(SHEET, step="confirm", follows="0", bureau=CODE, **{**FIGURES, "3": wrong}).get_data(
        as_text=True
    )
    assert 'aria-invalid="true"' in page
    assert 'value="312"' in page
    assert by_operator(line) == []


def test_a_sum_that_does_not_hold_is_said_and_may_be_kept(line, verified):
    page = verified.post(SHEET, step="read-back", bureau=CODE, **{**FIGURES, "voters": 315}).get_data(as_text=True)
    assert "La somme ne tombe pas juste" in page
    confirmed(verified, voters=315)
    assert "sum-mismatch" in {row.code for row in line.rows(flag)}


def test_a_phoned_tally_is_shown_and_stands_and_a_difference_is_flagged(line, verified, intranet):
    line.reported()
    page = verified.get(SHEET).get_data(as_text=True)
    assert "Votre saisie ne la remplacera pas" in page
    confirmed(verified, **{"3": 12, "voters": 204})
    assert len(by_operator(line)) == 1
    assert "channels-differ" in {row.code for row in line.rows(flag) if row.state == "open"}
    supervisor = intranet.reader(Role.SUPERVISOR)
    assert "312" in supervisor.page("/intranet/evening")
    assert "opérateur 1" in supervisor.page(f"/intranet/bureau/{CODE}")


def test_a_form_that_follows_an_older_version_replaces_nothing(line, verified, intranet, clock):
    confirmed(verified)
    second = intranet.reader(Role.SUPERVISOR)
    clock.advance(5)
    second.post(ENTRY, code=CODE, pin=line.pins[CODE])
    stale = confirmed(second, follows="0", **{"3": 121})
    assert "Un opérateur a déjà saisi" in stale.get_data(as_text=True)
    assert len(by_operator(line)) == 1
    confirmed(second, follows="1", **{"3": 121, "voters": 313})
    assert [row.version for row in by_operator(line)] == [1, 2]


def test_before_the_polls_close_an_entry_is_a_rehearsal(line, clock, operator):
    clock.advance(-3 * 3600)
    operator.post(ENTRY, code=CODE, pin=line.pins[CODE])
    assert "répétition" in operator.get(SHEET).get_data(as_text=True)
    confirmed(operator)
    assert [row.origin for row in by_operator(line)] == ["rehearsal"]


def test_a_pin_never_reaches_the_session_or_the_database(line, verified):
    confirmed(verified)
    cookie = verified.client.get_cookie("remontee", domain="line.example")
    pin = line.pins[CODE]
    assert pin not in cookie.value
    assert pin not in "".join(str(row) for row in line.rows(audit))
