"""`pen import`: a file, a folder or a .zip; what it prints, what it reports, how it ends."""

import csv
import zipfile

import pytest

from reporting.pen import import_run
from reporting.pen.inkml import MAX_BYTES
from tests.support.handwriting import NAMESPACE, Hand, to_inkml, write_figures
from tests.support.ink_documents import HOSTILE
from tests.support.marks import on_sqlite

pytestmark = on_sqlite
"""What the databases do differently is in `test_import_ink.py`."""


@pytest.fixture
def folder(tmp_path, importer, places):
    """Three good documents, one of them below, and one of each kind that is refused."""
    hand = Hand(seed=3)
    below = tmp_path / "pens" / "second"
    below.mkdir(parents=True)
    for number, bureau in enumerate(("00100014", "00100023")):
        strokes = write_figures(hand, {"voters": 305, "3": 120}, places)
        (below.parent / f"good-{number}.inkml").write_bytes(to_inkml(strokes, bureau))
    (below / "good-2.inkml").write_bytes(to_inkml(write_figures(hand, {"voters": 120}, places), "00200015"))
    return below.parent


def test_a_single_file_is_taken(folder, run, importer):
    status, out, _ = run("pen", "import", str(folder / "good-0.inkml"))
    assert (status, out.splitlines()) == (0, ["1 documents accepted, 0 refused", "2 figures read, 6 unread"])


def test_a_folder_is_taken_with_all_below_it(folder, run):
    status, out, _ = run("pen", "import", str(folder))
    assert (status, out.splitlines()[0]) == (0, "3 documents accepted, 0 refused")
    status, out, _ = run("pen", "import", str(folder))
    assert status == 1
    assert out.splitlines()[2] == "refused 3 × this document has been taken already"


def test_hidden_files_and_links_are_left_alone(folder, run):
    (folder / ".DS_Store").write_bytes(b"?")
    (folder / "passwd.inkml").symlink_to("/etc/passwd")
    (folder / "around").symlink_to(folder)
    assert run("pen", "import", str(folder))[0] == 0


def test_what_is_refused_is_counted_by_reason_and_the_rest_is_taken(folder, run, tmp_path):
    for number, (document, _) in enumerate(HOSTILE.values()):
        (folder / f"bad-{number}.inkml").write_bytes(document)
    report = tmp_path / "report.csv"
    status, out, err = run("pen", "import", str(folder), "--report", str(report))
    assert (status, err) == (1, "")
    assert out.splitlines()[0] == f"3 documents accepted, {len(HOSTILE)} refused"
    rows = list(csv.DictReader(report.open()))
    assert len(rows) == 3 + len(HOSTILE)
    reasons = {row["name"]: row["reason"] for row in rows if row["outcome"] == "refused"}
    assert reasons == {f"bad-{n}.inkml": refusal.reason for n, (_, refusal) in enumerate(HOSTILE.values())}
    accepted = {row["name"]: row["bureau"] for row in rows if row["outcome"] == "accepted"}
    assert accepted == {"good-0.inkml": "00100014", "good-1.inkml": "00100023", "good-2.inkml": "00200015"}


def test_a_zip_is_read_without_being_unpacked(folder, run, tmp_path):
    with zipfile.ZipFile(tmp_path / "pens.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "good-0.inkml", "../../good-0.inkml")
        archive.write(folder / "good-1.inkml", "deep/good-1.inkml")
    before = sorted(tmp_path.rglob("*"))
    status, out, _ = run("pen", "import", str(tmp_path / "pens.zip"))
    assert (status, out.splitlines()[0]) == (0, "2 documents accepted, 0 refused")
    assert [each for each in sorted(tmp_path.rglob("*")) if "sqlite" not in each.name] == [
        each for each in before if "sqlite" not in each.name
    ]


def test_a_zip_bomb_is_refused_before_it_goes_off(run, importer, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("bomb.inkml", b" " * (20 * MAX_BYTES))
        archive.writestr("slow.inkml", b"<ink/>", compress_type=zipfile.ZIP_LZMA)
    status, out, _ = run("pen", "import", str(tmp_path / "bomb.zip"))
    assert status == 1
    assert "refused 1 × the document is too large" in out
    assert "refused 1 × the archive's entry cannot be unpacked" in out


def test_a_damaged_entry_is_refused_and_the_others_are_taken(folder, run, tmp_path):
    path = tmp_path / "pens.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.write(folder / "good-0.inkml", "good.inkml")
        archive.writestr("damaged.inkml", b"A" * 100)
    path.write_bytes(path.read_bytes().replace(b"A" * 100, b"B" * 100))
    status, out, _ = run("pen", "import", str(path))
    assert (status, out.splitlines()[0]) == (1, "1 documents accepted, 1 refused")


def test_a_spreadsheet_never_sees_a_formula(run, importer, tmp_path):
    document = f'<ink xmlns="{NAMESPACE}"><annotation type="bureau">=1+1</annotation><trace>1 1</trace></ink>'
    (tmp_path / "=cmd.inkml").write_text(document)
    report = tmp_path / "report.csv"
    run("pen", "import", str(tmp_path / "=cmd.inkml"), "--report", str(report))
    (row,) = csv.DictReader(report.open())
    assert (row["name"], row["bureau"], row["reason"]) == ("'=cmd.inkml", "'=1+1", "no such bureau in this election")


@pytest.mark.parametrize("arguments", [(), ("nowhere",), (".", "--election", "7"), (".", "--report", "/no/where.csv")])
def test_what_cannot_be_is_answered_with_one_line_and_status_2(run, importer, arguments):
    status, out, err = run("pen", "import", *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)


def test_what_is_no_zip_is_bad_usage(run, importer, tmp_path):
    (tmp_path / "pens.zip").write_bytes(b"no archive")
    status, _, err = run("pen", "import", str(tmp_path / "pens.zip"))
    assert (status, len(err.splitlines())) == (2, 1)


def test_documents_are_stored_in_short_transactions_and_only_whole_ones(folder, run, monkeypatch):
    monkeypatch.setattr(import_run, "BATCH", 1)
    status, out, _ = run("pen", "import", str(folder))
    assert (status, out.splitlines()[0]) == (0, "3 documents accepted, 0 refused")
