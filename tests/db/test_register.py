"""Loading a register: all bad rows in one go, nothing loaded if any is bad, closed once a tally counts."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from db import elections, register
from db.elections import NoElection
from db.pins import PinSeal, draw_missing, issue
from db.register import BureauInUse, ElectionUnderWay
from db.register_files import BadFile, read_bureaux, read_election
from db.results_files import read_pins, read_results
from db.schema import audit, bureau, candidate, department, election
from db.transactions import begin_write
from flows.ballot import CheckDigit, Invalid
from tests.support.line import Line
from tests.support.primary_2011 import CODE, DATA, ELECTION_NIGHT
from tests.support.settings import PEPPER

HEADER = "code,department,commune,name,electorate,president,phone\n"
GOOD = "00100014,01,L'Abergement-Clémenciat,Bureau 1,598,Alix Morel,+33639981001\n"


def write(tmp_path, text, name="bureaux.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults(tmp_path, text, check_digit=CheckDigit.DAMM):
    with pytest.raises(BadFile) as caught:
        read_bureaux(write(tmp_path, text), check_digit)
    return [(fault.line, fault.column, fault.reason) for fault in caught.value.faults]


def load(engine, rows=None, file=None, at=ELECTION_NIGHT):
    file = file or read_election(DATA / "election.toml")
    rows = read_bureaux(DATA / "bureaux.csv", file.check_digit) if rows is None else rows
    with begin_write(engine) as transaction:
        return register.load(transaction, file, rows, at=at)


def test_a_register_is_read_plain_or_compressed(tmp_path):
    plain = read_bureaux(DATA / "bureaux.csv", CheckDigit.DAMM)
    packed = write(tmp_path, gzip.compress((DATA / "bureaux.csv").read_bytes()), "bureaux.csv.gz")
    assert read_bureaux(packed, CheckDigit.DAMM) == plain
    assert len(plain) == 8
    assert plain[0].electorate == 598
    assert plain[2].electorate is None
    assert plain[6].phone == "+33639981007"
    assert plain[7].phone is None


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path):
    assert len(read_bureaux(write(tmp_path, "\ufeff" + HEADER + GOOD), CheckDigit.DAMM)) == 1


def test_all_bad_rows_are_found_in_one_go(tmp_path):
    text = HEADER + GOOD
    text += "0010002A,01,Commune,Bureau 1,209,,\n"
    text += "00100014,01,Commune,Bureau 1,209,,\n"
    text += "00100024,01,Commune,Bureau 1,209,,\n"
    text += "00100038,01,Commune,Bureau 1,-3,,\n"
    text += "00100046,01,Commune,Bureau 2,1000000,,\n"
    text += "00200015,02,Abbécourt,Bureau 1,some,,12345\n"
    text += "00200028,02,,Bureau 1,404\n"
    text += "00200028,,Achery,,404,,\n"
    assert faults(tmp_path, text) == [
        (3, "code", "'0010002A' is not digits only"),
        (4, "code", "00100014 stands on line 2 already"),
        (5, "code", "00100024 fails its check digit"),
        (6, "electorate", "-3 is negative"),
        (7, "electorate", "1000000 is absurd: more than 999999"),
        (8, "electorate", "'some' is not a number"),
        (8, "phone", "'12345' is no telephone number in international or national form"),
        (9, "", "5 columns instead of 7"),
        (10, "department", "is empty"),
        (10, "name", "is empty"),
    ]


def test_a_wrong_encoding_is_named_with_its_line(tmp_path):
    text = (HEADER + GOOD).encode() + "00100023,01,Ambérieu,Bureau 1,209,,\n".encode("latin-1")
    assert faults(tmp_path, text) == [(3, "", "is not UTF-8")]


def test_a_missing_column_is_named(tmp_path):
    found = faults(tmp_path, HEADER.replace("electorate,", "") + GOOD)
    assert found[0][:2] == (1, "electorate")


@pytest.mark.parametrize("text", ["", HEADER])
def test_an_empty_register_is_refused(tmp_path, text):
    assert faults(tmp_path, text)


def test_a_fault_names_file_line_column_and_reason(tmp_path):
    path = write(tmp_path, HEADER + "1A,01,C,B,1,,\n")
    with pytest.raises(BadFile, match=r"bureaux\.csv, line 2, column code: '1A' is not digits only"):
        read_bureaux(path, CheckDigit.NONE)


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ('name = "Primaire citoyenne 2011"', "", "election.name"),
        ("2011-10-09T19:00:00+02:00", "2011-10-09T19:00:00", "election.polls_close"),
        ('locale = "fr"', 'locale = "tlh"', "election.locale"),
        ('invalid = "combined"', 'invalid = "some"', "ballot.invalid"),
        ('check_digit = "damm"', "check_digit = 1", "register.check_digit"),
        ("number = 2", "number = 1", "candidates[2].number"),
        ('name = "Manuel Valls"', 'name = ""', "candidates[6].name"),
    ],
)
def test_what_is_wrong_with_an_election_is_named(tmp_path, old, new, column):
    text = (DATA / "election.toml").read_text()
    assert old in text
    with pytest.raises(BadFile) as caught:
        read_election(write(tmp_path, text.replace(old, new, 1), "election.toml"))
    assert [fault.column for fault in caught.value.faults] == [column]


def test_an_election_that_is_not_toml_is_refused(tmp_path):
    with pytest.raises(BadFile, match="is not TOML"):
        read_election(write(tmp_path, "[election", "election.toml"))


def test_an_election_is_loaded_with_its_candidates_and_departments(engine):
    loaded = load(engine)
    assert (loaded.bureaux, loaded.departments, loaded.updated, loaded.without_electorate) == (8, 3, False, 1)
    with engine.connect() as connection:
        found, schedule = elections.find(connection)
        assert connection.execute(audit.select()).one().action == "election created"
    assert found.name == "Primaire citoyenne 2011"
    assert found.invalid is Invalid.COMBINED
    assert [each.spoken for each in found.candidates][:2] == ["Martine Aubry", "Jean-Michel Baylet"]
    assert found.code_length == 8
    assert schedule.polls_close == datetime(2011, 10, 9, 17, 0, tzinfo=UTC)
    assert schedule.zone.utcoffset(None) == timedelta(hours=2)


def test_codes_of_different_lengths_have_no_length(engine, tmp_path):
    rows = read_bureaux(write(tmp_path, HEADER + "1001,A,B,C,1,,\n10022,A,B,C,1,,\n"), CheckDigit.NONE)
    load(engine, rows)
    with engine.connect() as connection:
        assert elections.find(connection)[0].code_length is None


def test_loading_again_updates_an_election_and_keeps_its_pins(engine, clock):
    file = read_election(DATA / "election.toml")
    rows = read_bureaux(DATA / "bureaux.csv", file.check_digit)
    first = load(engine, rows, file)
    with begin_write(engine) as transaction:
        drawn = draw_missing(transaction.connection, first.election_id, PinSeal(PEPPER))
        issue(transaction, drawn, at=ELECTION_NIGHT)
    again = load(engine, rows[:-1], file, at=ELECTION_NIGHT + timedelta(days=30))
    assert (again.election_id, again.updated, again.bureaux) == (first.election_id, True, 7)
    assert Line(engine, clock, drawn.clear).identified().hears("Nombre de votants")
    with engine.connect() as connection:
        assert elections.find(connection)[0].revision == 2


def test_a_rehearsal_does_not_close_the_register_but_its_bureau_must_stay(line):
    line.clock.now = datetime(2011, 10, 9, 12, 0, tzinfo=UTC)
    line.phone().dial().keys("1").keys(CODE).keys(f"{line.pins[CODE]}#").keys("312*4*100*2*120*40*30*16#").keys("1")
    assert load(line.engine).updated
    rows = [row for row in read_bureaux(DATA / "bureaux.csv", CheckDigit.DAMM) if row.code != CODE]
    with pytest.raises(BureauInUse, match=CODE):
        load(line.engine, rows)
    with line.engine.connect() as connection:
        assert len(connection.execute(bureau.select()).all()) == 8


def test_an_election_with_a_tally_is_not_loaded_again(line):
    line.reported()
    before = [line.rows(table) for table in (election, candidate, department, bureau, audit)]
    with pytest.raises(ElectionUnderWay):
        load(line.engine)
    assert [line.rows(table) for table in (election, candidate, department, bureau, audit)] == before


def test_by_default_the_election_that_closes_last_is_meant(engine, tmp_path):
    load(engine)
    text = (DATA / "election.toml").read_text().replace("round = 1", "round = 2").replace("2011-10-09", "2011-10-16")
    second = load(engine, file=read_election(write(tmp_path, text, "election.toml")))
    with engine.connect() as connection:
        assert elections.find(connection)[0].id == second.election_id
        assert elections.find(connection, 1)[0].round == 1
        with pytest.raises(NoElection):
            elections.find(connection, 99)


def test_results_and_pins_are_read_with_all_their_faults(tmp_path):
    results = read_results(write(tmp_path, "code,voters,blank,null,1,2\n1001,10,1,1,4,4\n", "r.csv"))
    assert results.fields == ("voters", "blank", "null", "1", "2")
    assert results.figures == {"1001": (10, 1, 1, 4, 4)}
    with pytest.raises(BadFile, match="line 2, column null: is not a number"):
        read_results(write(tmp_path, "code,voters,blank,null,1,2\n1001,10,1,x,4,4\n1001,10\n", "r.csv"))
    with pytest.raises(BadFile, match="the columns must be"):
        read_results(write(tmp_path, "code,votes\n1001,10\n", "r.csv"))
    assert read_pins(write(tmp_path, "code,pin\n1001,271828\n", "p.csv")) == {"1001": "271828"}
    with pytest.raises(BadFile, match="code, pin"):
        read_pins(write(tmp_path, "a,b\n1,2\n", "p.csv"))


def test_an_unclosed_quote_loses_no_row_silently(tmp_path):
    text = HEADER + GOOD.replace("Bureau 1", '"Bureau 1') + "00100023,01,C,B,209,,\n"
    assert any("is not CSV" in reason or "columns" in reason for _, _, reason in faults(tmp_path, text))


def test_what_nobody_can_print_is_refused(tmp_path):
    assert faults(tmp_path, HEADER + GOOD.replace("Bureau", "Bur\x0beau")) == [
        (2, "name", "has a character that nobody can print")
    ]


@pytest.mark.parametrize("number", ["0", "-3", "100", str(2**70)])
def test_a_round_that_is_none_is_refused_and_never_taken_for_the_first(tmp_path, number):
    text = (DATA / "election.toml").read_text().replace("round = 1", f"round = {number}")
    with pytest.raises(BadFile, match=r"election\.round: must be from 1 to 99"):
        read_election(write(tmp_path, text, "election.toml"))


@pytest.mark.parametrize("header", ["code,voters,invalid,²", "code,voters,invalid,1,1"])
def test_candidates_in_results_are_numbers_once_each(tmp_path, header):
    with pytest.raises(BadFile, match="the columns must be"):
        read_results(write(tmp_path, f"{header}\n", "r.csv"))


def test_a_damaged_gzip_file_is_refused(tmp_path):
    packed = bytearray(gzip.compress((HEADER + GOOD).encode()))
    packed[20] ^= 255
    with pytest.raises(BadFile):
        read_bureaux(write(tmp_path, bytes(packed), "b.csv.gz"), CheckDigit.DAMM)
