"""Taking a document in: what is stored, what is refused, and that nothing is ever half taken."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from db import elections
from db.audit.verify import Break, verify
from db.decisions import Decider
from db.schema import audit, pen_document, pen_reading, standing, tally, tally_count, user
from db.users import Role
from reporting.pen import refusals
from reporting.pen.audit_checks import verify_inks
from reporting.pen.import_ink import find_document
from reporting.pen.import_run import import_all
from reporting.pen.sources import PenSource
from tests.support.handwriting import WRITTEN, Hand, to_inkml, write_figures
from tests.support.marks import on_sqlite

BLANK_BUT_A_SIGNATURE = to_inkml([[(40.0, 250.0), (60.0, 255.0)]])


def counts(importer):
    return {row.field: row.count for row in importer.rows(tally_count)}


def test_a_document_is_stored_with_its_ink_and_a_reading_of_every_figure(importer, statement_ink):
    document = statement_ink(inside='<annotation type="pen">Pen 12</annotation>')
    taken = importer.take(document, "minutes-1.inkml")
    (stored,) = importer.rows(pen_document)
    assert (stored.id, stored.name, stored.pen, stored.user_id) == (taken.id, "minutes-1.inkml", "Pen 12", None)
    assert stored.digest == hashlib.sha256(document).hexdigest()
    assert {row.field for row in importer.rows(pen_reading)} == set(WRITTEN)
    assert taken.bureau == "00100014"


def test_its_tally_has_the_figures_that_were_read_and_no_others(importer, places):
    strokes = write_figures(Hand(seed=3), {"voters": 305, "3": 120}, places)
    taken = importer.take(to_inkml(strokes))
    read = {each.field: each.count for each in taken.readings if each.count is not None}
    assert counts(importer) == read == {"voters": 305, "3": 120}
    (stored,) = importer.rows(tally)
    assert (stored.channel, stored.origin, stored.version, stored.call_id) == ("pen", "live", 1, None)
    assert importer.rows(pen_document)[0].tally_id == stored.id


@on_sqlite
def test_a_figure_below_the_confidence_is_stored_as_unread(importer, places):
    crossed = [*Hand(seed=3).figure(8, places["1"]), *Hand(seed=4).figure(4, places["1"])]
    importer.take(to_inkml([*Hand(seed=3).figure(305, places["voters"]), *crossed]))
    readings = {row.field: row for row in importer.rows(pen_reading)}
    assert readings["1"].count is None
    assert readings["1"].digits
    assert readings["1"].confidence < 0.95
    assert (readings["2"].digits, readings["2"].count) == ("", None)
    assert counts(importer) == {"voters": 305}


@on_sqlite
def test_where_nothing_is_read_the_ink_is_kept_without_a_tally(importer):
    assert importer.take(BLANK_BUT_A_SIGNATURE).tally is None
    assert importer.rows(tally) == []
    assert importer.rows(pen_document)[0].tally_id is None


def test_a_second_document_of_a_bureau_is_the_next_version(importer, statement_ink):
    importer.take(statement_ink())
    importer.take(statement_ink(voters=313))
    assert [row.version for row in importer.rows(tally)] == [1, 2]


@on_sqlite
def test_the_newest_document_of_a_bureau_is_found_with_its_readings_in_order(importer, statement_ink, ballot):
    importer.take(statement_ink())
    taken = importer.take(statement_ink(voters=313), "second.inkml")
    bureau_id = taken.tally.bureau_id
    with importer.engine.connect() as connection:
        found = find_document(connection, ballot, bureau_id)
        assert find_document(connection, ballot, bureau_id + 1) is None
    assert (found.id, found.name, found.tally_id) == (taken.id, "second.inkml", taken.tally.id)
    assert found.readings == taken.readings
    assert [each.field for each in found.readings] == list(ballot.fields)
    assert all(isinstance(value, float) for point in found.strokes[0] for value in point)


@on_sqlite
def test_ink_moves_no_provisional_total(importer, statement_ink):
    importer.take(statement_ink())
    assert importer.rows(standing) == []


def test_the_audit_binds_the_document_and_the_tally_and_still_holds(importer, statement_ink):
    document = statement_ink()
    taken = importer.take(document, "one.inkml")
    last = importer.rows(audit)[-1]
    assert (last.action, last.subject, last.actor) == ("ink taken", f"document {taken.id}", "command line")
    digest = hashlib.sha256(document).hexdigest()
    detail = json.loads(last.detail)
    assert detail.pop("ink")
    assert detail == {"bureau": "00100014", "digest": digest, "name": "one.inkml"}
    assert not isinstance(verify(importer.engine, (verify_inks,)), Break)
    with importer.engine.begin() as connection:
        connection.execute(pen_document.update().values(ink="[]"))
    assert isinstance(verify(importer.engine, (verify_inks,)), Break)


def test_who_took_it_is_recorded(importer, statement_ink, clock):
    account = {"email": "clerk@example.org", "password": "-", "active": True, "role": "cdrv"}
    account |= {"fs_uniquifier": "a", "fs_token_uniquifier": "b", "created_at": clock()}
    with importer.engine.begin() as connection:
        user_id = connection.execute(insert(user).values(account)).inserted_primary_key[0]
    importer.take(statement_ink(), by=Decider(user_id, "clerk@example.org", Role.CDRV), department_code="01")
    assert importer.rows(pen_document)[0].user_id == importer.rows(tally)[0].user_id == user_id
    assert importer.rows(audit)[-1].actor == "account clerk@example.org"


def nothing_is_stored(importer):
    tables = (pen_document, pen_reading, tally, tally_count)
    told = {row.action for row in importer.rows(audit)}
    return not any(importer.rows(table) for table in tables) and not told & {"ink taken", "tally stored"}


@on_sqlite
def test_a_bad_document_leaves_nothing_behind(importer):
    for broken in (b"<ink", b"", to_inkml([[(float("nan"), 1.0)]])):
        with pytest.raises(refusals.PenRefusal):
            importer.take(broken)
    assert nothing_is_stored(importer)


@on_sqlite
def test_an_unknown_bureau_is_refused(importer, statement_ink):
    with pytest.raises(refusals.NoSuchBureau):
        importer.take(statement_ink("99999999"))
    assert nothing_is_stored(importer)


@on_sqlite
def test_no_document_is_taken_before_the_polls_close(importer, statement_ink, clock):
    clock.now -= timedelta(hours=2)
    with pytest.raises(refusals.PollsStillOpen):
        importer.take(statement_ink())
    assert nothing_is_stored(importer)


@on_sqlite
def test_a_commission_takes_the_pens_of_its_own_department_only(importer, statement_ink):
    with pytest.raises(refusals.OutsideDepartment):
        importer.take(statement_ink(), department_code="02")
    assert nothing_is_stored(importer)


def test_the_same_document_is_taken_once(importer, statement_ink):
    document = statement_ink()
    importer.take(document)
    with pytest.raises(refusals.AlreadyTaken):
        importer.take(document, "renamed.inkml")
    assert len(importer.rows(pen_document)) == len(importer.rows(tally)) == 1


def test_a_consequence_that_breaks_takes_everything_with_it(importer, statement_ink):
    def break_down(transaction, stored, chain):
        raise RuntimeError("the reconciliation broke")

    with pytest.raises(RuntimeError):
        importer.take(statement_ink(), consequences=(break_down,))
    assert nothing_is_stored(importer)


@on_sqlite
def test_a_consequence_sees_the_tally_in_its_own_transaction(importer, statement_ink):
    seen = []

    def look(transaction, stored, chain):
        seen.append(transaction.execute(select(func.count()).select_from(tally)).scalar_one())

    importer.take(statement_ink(), consequences=(look,))
    assert seen == [1]


def test_in_a_batch_a_refused_document_takes_no_other_with_it(importer, statement_ink):
    documents = [statement_ink(), b"<ink", statement_ink("99999999"), statement_ink("00100023")]
    sources = [PenSource(f"{number}.inkml", lambda each=each: each) for number, each in enumerate(documents)]
    with importer.engine.connect() as connection:
        election, schedule = elections.find(connection)
    outcomes = list(import_all(importer.engine, election, schedule, sources, clock=importer.clock, consequences=()))
    reasons = ["", refusals.NotXml.reason, refusals.NoSuchBureau.reason, ""]
    assert [(each.name, each.reason) for each in outcomes] == [(f"{n}.inkml", why) for n, why in enumerate(reasons)]
    assert len(importer.rows(pen_document)) == len(importer.rows(tally)) == 2
    assert not isinstance(verify(importer.engine), Break)


@on_sqlite
def test_a_strange_name_is_stored_as_what_of_it_can_be_shown(importer, statement_ink):
    importer.take(statement_ink(), "a\udcff\u202eb\n" + "c" * 300)
    name = importer.rows(pen_document)[0].name
    assert len(name) == 200
    assert name.isprintable()
