"""A downloaded snapshot: it stands as it was published, and no forgery of any kind does."""

import json

import pytest

from reporting.publication.publish import add_up, encode, encode_rows, results_hash, sha256
from reporting.publication.signature import Signer
from reporting.publication.verify_snapshot import NotASnapshot, Reason, verify_file
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import FIGURES
from tests.support.public_site import OTHER, OTHER_FIGURES, PublicSite, publish
from tests.support.result_workflow import ResultWorkflow
from tests.support.settings import SECRET_KEY

THIEF = Signer("a thief's secret key")
OURS = Signer("a secret key for the tests")


@pytest.fixture(scope="module")
def genuine() -> dict:
    """A snapshot of two bureaux in two departments, made as publications are."""
    rows = {
        code: [{"code": f"{code}1", "commune": "Acy", "name": "Bureau 1", "electorate": 700, "figures": figures}]
        for code, figures in (("01", FIGURES), ("02", OTHER_FIGURES))
    }
    content = {
        "election": {"id": 1, "name": "Primaire", "round": 1},
        "candidates": {field: f"Candidate {field}" for field in "123456"},
        "of": {"bureaux": 8, "electorate": 3866},
        "totals": add_up([row for each in rows.values() for row in each]),
        "departments": [
            {"code": code, "hash": sha256(encode_rows(each)), "totals": add_up(each), "rows": each}
            for code, each in rows.items()
        ],
    }
    return sign(content)


def sign(content: dict, signer: Signer = OURS) -> dict:
    """The content with a publication that says of it what there is to say."""
    manifest = encode(
        {name: content[name] for name in ("election", "candidates", "of", "totals")}
        | {"number": 2, "at": "2011-10-09T18:30:00+00:00", "previous": "0" * 64, "key": signer.public_key}
        | {"results": results_hash({each["code"]: each["hash"] for each in content["departments"]})}
    )
    publication = {"number": 2, "at": "2011-10-09T18:30:00+00:00", "key": signer.public_key, "manifest": manifest}
    return content | {"publication": publication | {"hash": sha256(manifest), "signature": signer.sign(manifest)}}


def check(content: dict, key: str | None = OURS.public_key) -> tuple[Reason | None, str]:
    verdict = verify_file(json.dumps(content), key)
    return verdict.reason, verdict.where


def test_the_genuine_one_stands(genuine):
    verdict = verify_file(json.dumps(genuine, indent=2), OURS.public_key)
    assert verdict.valid
    assert (verdict.number, verdict.bureaux, verdict.own_key, verdict.key) == (2, 2, False, OURS.public_key)
    assert verify_file(json.dumps(genuine), None).own_key


def add_vote(content):
    content["departments"][1]["rows"][0]["figures"]["1"] += 1


def add_vote_and_hash(content):
    add_vote(content)
    content["departments"][1]["hash"] = sha256(encode_rows(content["departments"][1]["rows"]))


def forge_rows_and_sign(content):
    add_vote_and_hash(content)
    return sign(content)


def forge_sums_and_sign(content):
    content["totals"]["figures"]["1"] += 1
    return sign(content)


def replay_the_manifest(content):
    content["publication"]["manifest"] = content["publication"]["manifest"].replace('"number":2', '"number":3')
    content["publication"]["hash"] = sha256(content["publication"]["manifest"])


FORGERIES = {
    "a bureau's vote": (add_vote, Reason.ROWS_CHANGED, "02"),
    "a bureau left out of its department": (lambda c: c["departments"][1]["rows"].clear(), Reason.ROWS_CHANGED, "02"),
    "a vote, and the hash": (add_vote_and_hash, Reason.DEPARTMENTS_CHANGED, ""),
    "a vote, the hash, and the manifest": (forge_rows_and_sign, Reason.WRONG_DEPARTMENT_SUMS, "02"),
    "a department left out": (lambda c: c["departments"].pop(), Reason.DEPARTMENTS_CHANGED, ""),
    "a department twice": (lambda c: c["departments"].append(c["departments"][0]), Reason.DEPARTMENTS_CHANGED, ""),
    "a department under another code": (
        lambda c: c["departments"][0].update(code="03"),
        Reason.DEPARTMENTS_CHANGED,
        "",
    ),
    "a department's totals": (
        lambda c: c["departments"][0]["totals"]["figures"].update({"1": 101}),
        Reason.WRONG_DEPARTMENT_SUMS,
        "01",
    ),
    "the nation's totals, and the manifest": (forge_sums_and_sign, Reason.WRONG_SUMS, ""),
    "the nation's totals": (lambda c: c["totals"].update(bureaux=3), Reason.NOT_AS_SIGNED, ""),
    "of how many": (lambda c: c["of"].update(bureaux=2), Reason.NOT_AS_SIGNED, ""),
    "a candidate's name": (lambda c: c["candidates"].update({"1": "Candidate 2"}), Reason.NOT_AS_SIGNED, ""),
    "the election": (lambda c: c["election"].update(round=2), Reason.NOT_AS_SIGNED, ""),
    "the number": (lambda c: c["publication"].update(number=3), Reason.NOT_AS_SIGNED, ""),
    "the moment": (lambda c: c["publication"].update(at="2011-10-09T19:30:00+00:00"), Reason.NOT_AS_SIGNED, ""),
    "the publication's hash": (lambda c: c["publication"].update(hash="0" * 64), Reason.OTHER_HASH, ""),
    "the manifest": (replay_the_manifest, Reason.BAD_SIGNATURE, ""),
    "the signature": (lambda c: c["publication"].update(signature="00" * 64), Reason.BAD_SIGNATURE, ""),
    "everything, by somebody else": (lambda c: sign(c, THIEF), Reason.OTHER_KEY, ""),
    "the publication": (lambda c: c.update(publication=None), Reason.NOTHING_PUBLISHED, ""),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forged_one_does_not(genuine, what):
    forge, reason, where = FORGERIES[what]
    copy = json.loads(json.dumps(genuine))
    forged = forge(copy)
    assert check(forged if isinstance(forged, dict) and "publication" in forged else copy) == (reason, where)


def test_a_name_that_is_there_twice_is_refused_for_readers_differ_in_which_they_read(genuine):
    doubled = json.dumps(genuine).replace('"rows": [', '"rows": [], "rows": [', 1)
    with pytest.raises(NotASnapshot):
        verify_file(doubled, None)


@pytest.mark.parametrize("text", ["", "[]", "{}", "nothing", '{"publication": {}}', "[" * 5000])
def test_anything_else_is_no_snapshot(text):
    with pytest.raises(NotASnapshot):
        verify_file(text, None)


def test_what_the_page_gives_stands_by_the_installations_own_key(engine, pins, run, tmp_path):
    workflow = ResultWorkflow(engine)
    public = PublicSite(workflow)
    file = tmp_path / "resultats.json"
    file.write_text(public.get(".json").text, encoding="utf-8")
    assert run("results", "verify", str(file))[0::2] == (1, f"{file}: it holds no publication\n")
    publish(workflow)
    publish(workflow, OTHER, OTHER_FIGURES)
    public.a_second_later()
    text = public.get(".json").text
    assert all(f'"rows": {each.rows}' in text for each in workflow.published().departments)
    file.write_text(text, encoding="utf-8")
    status, out, err = run("results", "verify", str(file))
    assert (status, err) == (0, "")
    assert "publication 2 of 2011-10-09T18:30:00+00:00: 2 bureaux, signed, whole, and adds up" in out
    file.write_text(text.replace('"1":250', '"1":251'), encoding="utf-8")
    assert run("results", "verify", str(file))[0::2] == (
        1,
        f"{file}: the bureaux are not those that the department's hash binds (department 01)\n",
    )


@on_sqlite
def test_the_command_says_what_a_file_was_checked_with(engine, pins, run, tmp_path, genuine):
    file = tmp_path / "resultats.json"
    file.write_text(json.dumps(genuine), encoding="utf-8")
    assert run("results", "key")[:2] == (0, f"{Signer(SECRET_KEY).public_key}\n")
    assert run("results", "verify", str(file), "--key", OURS.public_key.upper())[0] == 0
    status, _, err = run("results", "verify", str(file), "--key", THIEF.public_key)
    assert (status, err) == (1, f"{file}: it is signed, but with another key\n")
    status, _, err = run("results", "verify", str(file), SECRET_KEY="")
    assert status == 0
    assert "proves that it is whole, not who published it" in err


@on_sqlite
def test_what_cannot_be_checked_is_bad_input(database_url, run, tmp_path):
    file = tmp_path / "resultats.json"
    assert run("results", "verify", str(file))[0] == 2
    file.write_bytes(b"\xff\xfe")
    assert run("results", "verify", str(file))[0] == 2
    file.write_text("{}", encoding="utf-8")
    status, _, err = run("results", "verify", str(file))
    assert (status, err.count("\n")) == (2, 1)
    assert run("results", "verify", str(file), "--key", "abc")[0] == 2
    assert run("results", "key", SECRET_KEY="")[0] == 2
