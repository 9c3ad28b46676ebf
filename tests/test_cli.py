"""The command line: 0 when done, 1 when the answer is no, 2 and one clear line for what cannot be."""

import csv
import os
import socket
import stat
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from db.backends.engine import open_engine
from db.results_files import read_pins
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import CODE, DATA, FIGURES
from tests.support.servers import free_address, serving

FILES = (str(DATA / "election.toml"), str(DATA / "bureaux.csv"))


def test_an_election_is_loaded_and_what_was_loaded_is_said(run):
    status, out, _ = run("election", "load", *FILES)
    assert status == 0
    assert "created election 1: Primaire citoyenne 2011, round 1" in out
    assert "8 bureaux in 3 departments, 3866 electors" in out
    assert "their turnout cannot be checked: 1 bureaux" in out
    assert "still without a PIN: 8 bureaux" in out
    assert "updated election 1" in run("election", "load", *FILES)[1]


def test_a_bad_register_is_refused_whole_with_a_line_for_each_fault(run, tmp_path):
    bad = tmp_path / "bureaux.csv"
    bad.write_text((DATA / "bureaux.csv").read_text() + "12,01,C,B,x,,\n12345,01,C,B,1,,abc\n")
    status, out, err = run("election", "load", FILES[0], str(bad))
    assert status == 2
    assert out == ""
    assert err.splitlines() == [
        f"{bad}, line 10, column code: 12 fails its check digit",
        f"{bad}, line 10, column electorate: 'x' is not a number",
        f"{bad}, line 11, column code: 12345 fails its check digit",
        f"{bad}, line 11, column phone: 'abc' is no telephone number in international or national form",
    ]
    assert run("pins", "issue", "--out", str(tmp_path / "pins.csv"))[0] == 2


def test_pins_are_issued_into_a_private_file_that_is_never_overwritten(run, tmp_path):
    run("election", "load", *FILES)
    out_file = tmp_path / "PINS.csv"
    status, out, _ = run("pins", "issue", "--out", str(out_file))
    assert status == 0
    assert out.strip().startswith("8 PINs issued")
    with out_file.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["code"] == CODE
    assert all(len(row["pin"]) == 6 for row in rows)
    assert stat.S_IMODE(os.stat(out_file).st_mode) == 0o600
    status, _, err = run("pins", "issue", "--out", str(out_file))
    assert status == 2
    assert "exists already" in err


def test_an_unknown_department_leaves_no_file_behind(run, tmp_path):
    run("election", "load", *FILES)
    status, _, err = run("pins", "issue", "--out", str(tmp_path / "PINS.csv"), "--department", "2B")
    assert (status, err) == (2, "no department 2B in this election\n")
    assert not (tmp_path / "PINS.csv").exists()


def test_the_audit_answers_yes_or_no(run, database_url):
    run("election", "load", *FILES)
    status, out, _ = run("audit", "verify")
    assert status == 0
    assert out.startswith("the audit chain holds: 1 rows, head ")
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET detail = '{}' WHERE id = 1"))
    engine.dispose()
    status, _, err = run("audit", "verify")
    assert status == 1
    assert err == "the audit chain is broken at row 1: the row is not what its hash binds\n"


def test_the_sample_says_that_its_address_is_taken_and_names_no_option_that_it_lacks(run, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        monkeypatch.setattr("cli.SAMPLE_BIND", taken)
        status, _, err = run("sample")
    assert (status, err) == (2, f"the sample is served at this address only: {taken}: Address already in use\n")


@pytest.mark.parametrize("bind", ["8000", "localhost:http", "127.0.0.1:99999"])
def test_a_bad_address_is_refused(run, bind):
    status, _, err = run("serve", "--bind", bind)
    assert status == 2
    assert "--bind" in err


def test_a_command_without_an_election_says_so(run, tmp_path):
    status, _, err = run("pins", "issue", "--out", str(tmp_path / "PINS.csv"))
    assert (status, err) == (2, "no election is loaded\n")


def test_a_database_without_tables_says_so(run, tmp_path):
    status, _, err = run("audit", "verify", DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert status == 2
    assert err.startswith("the database: no such table: audit")
    assert len(err.splitlines()) == 1


def test_a_database_that_is_not_one_says_so(run):
    status, _, err = run("audit", "verify", DATABASE_URL="mysql://localhost/x")
    assert (status, err) == (2, "DATABASE_URL: mysql is neither sqlite nor postgresql\n")


def test_a_phone_in_the_terminal_reads_and_takes_keys(run, line, monkeypatch):
    typed = iter([f"{line.pins[CODE]}#", "312*4*100*2*120*40*30*16#", "1"])
    monkeypatch.setattr("click.prompt", lambda *_args, **_kwargs: next(typed))
    status, out, _ = run("call", "--bureau", CODE)
    assert status == 0
    assert "Bureau 1, L'Abergement-Clémenciat." in out
    assert "Notez ce reçu au procès-verbal" in out
    assert len(line.tallies()) == 1


def test_a_phone_in_the_terminal_can_be_hung_up(run, line, monkeypatch):
    typed = iter(["not a key", "", "h"])
    monkeypatch.setattr("click.prompt", lambda *_args, **_kwargs: next(typed))
    status, out, _ = run("call")
    assert status == 0
    assert "The call is over" in out


def test_a_lock_is_lifted_by_command(run, line):
    for _ in range(6):
        line.phone("anonymous").dial().keys(CODE).keys("111111#")
    assert line.identified().hears("Trop d'essais.")
    status, out, _ = run("pins", "unlock", CODE)
    assert (status, out) == (1, f"{CODE} is not locked\n")
    line.clock.now = datetime.now(UTC)
    for _ in range(6):
        line.phone("anonymous").dial().keys(CODE).keys("111111#")
    assert run("pins", "unlock", CODE)[:2] == (0, f"the lock of {CODE} is lifted\n")
    assert line.identified().hears("Nombre de votants")


def test_a_pin_is_issued_again(run, line, tmp_path):
    status, _, _ = run("pins", "reissue", CODE, "--out", str(tmp_path / "one.csv"))
    assert status == 0
    assert line.identified().hears("Code du bureau ou code secret inexact.")
    line.pins[CODE] = read_pins(tmp_path / "one.csv")[CODE]
    assert line.identified().hears("Nombre de votants")
    status, _, err = run("pins", "reissue", "99900013", "--out", str(tmp_path / "two.csv"))
    assert (status, err) == (2, "no bureau 99900013 in this election\n")
    assert not (tmp_path / "two.csv").exists()


def test_an_election_number_beyond_all_numbers_is_refused(run):
    assert run("totals", "--election", "9" * 20)[0] == 2


def test_results_in_another_order_or_of_another_ballot_are_not_mixed_up(run, line, tmp_path):
    results, pins = tmp_path / "r.csv", tmp_path / "p.csv"
    pins.write_text(f"code,pin\n{CODE},{line.pins[CODE]}\n")
    results.write_text(f"code,voters,blank,null,1,2,3,4,5,6\n{CODE},312,4,0,100,2,120,40,30,16\n")
    status, _, err = run("evening", str(results), "--pins", str(pins))
    assert status == 2
    assert "the ballot has voters, invalid, 1, 2, 3, 4, 5, 6" in err
    assert len(err.splitlines()) == 1
    results.write_text(f"code,voters,invalid,3,1,2,4,5,6\n{CODE},312,4,120,100,2,40,30,16\n")
    with serving(line.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")) as server:
        assert run("evening", str(results), "--pins", str(pins), "--url", server.url, PUBLIC_URL=server.url)[0] == 0
    assert line.tallies() == [FIGURES]


def test_an_evening_without_a_pin_for_a_bureau_is_refused(run, line, tmp_path):
    results, pins = tmp_path / "r.csv", tmp_path / "p.csv"
    pins.write_text("code,pin\n00100023,271828\n")
    results.write_text(f"code,voters,invalid,1,2,3,4,5,6\n{CODE},312,4,100,2,120,40,30,16\n")
    status, _, err = run("evening", str(results), "--pins", str(pins))
    assert status == 2
    assert CODE in err


def test_a_phone_in_the_terminal_rehearses_before_the_polls_close(run, line, monkeypatch):
    with line.engine.begin() as connection:
        connection.execute(text("UPDATE election SET polls_close = '2999-01-01 00:00:00'"))
    monkeypatch.setattr("click.prompt", lambda *_args, **_kwargs: "h")
    status, out, _ = run("call", "--bureau", CODE)
    assert status == 0
    assert "Code secret, puis dièse." in out
    assert run("call", "--bureau", "abc")[0] == 2


@on_sqlite
def test_beside_sqlite_a_copy_to_read_from_is_refused(run):
    status, _, error = run("serve", "--bind", free_address(), DATABASE_REPLICA_URL="postgresql://localhost/remontee")
    assert status == 2
    assert error == "DATABASE_REPLICA_URL: only PostgreSQL has a copy to read from, SQLite has none\n"
