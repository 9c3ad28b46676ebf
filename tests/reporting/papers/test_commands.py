"""The papers' commands, on a register and its tallies."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from db.pins import UnknownDepartment
from reporting.papers.commands import file_name, form_command, recensement_command
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import ELECTION_NIGHT
from tests.support.printed_pdf import texts
from tests.support.result_workflow import ResultWorkflow
from tests.support.settings import HOTLINE

pytestmark = on_sqlite


@pytest.fixture
def command(line):
    """Runs one of the commands in a house with a tally."""
    line.reported()
    numbers = SimpleNamespace(twilio_number="+33199001110", hotline_number=HOTLINE)
    house = SimpleNamespace(engine=line.engine, settings=numbers, clock=lambda: ELECTION_NIGHT)

    def run(command, *arguments):
        return CliRunner().invoke(command, [str(each) for each in arguments], obj=house)

    return run


def test_forms_are_printed_from_the_register(command, tmp_path):
    told = command(form_command, "--out", tmp_path / "all.pdf")
    assert (told.exit_code, told.output) == (0, f"8 forms, in {tmp_path / 'all.pdf'}\n")
    pages = texts(tmp_path / "all.pdf")
    assert len(pages) == 8
    assert "Ambérieu-en-Bugey" in pages[2]
    assert command(form_command, "--out", tmp_path / "01.pdf", "--department", "01").output.startswith("4 forms")
    assert texts(tmp_path / "01.pdf") == pages[:4]


def test_a_folder_gets_a_file_a_department(command, tmp_path):
    assert command(form_command, "--out", tmp_path).exit_code == 0
    assert len(texts(tmp_path / "01.pdf")) == 4
    assert sum(len(texts(file)) for file in tmp_path.glob("*.pdf")) == 8


def test_the_minutes_of_the_count_hold_what_is_validated_and_name_what_is_missing(command, line, tmp_path):
    out = tmp_path / "minutes.pdf"
    assert command(recensement_command, "--out", out, "--department", "01").exit_code == 0
    assert "312" not in texts(out)[0]
    workflow = ResultWorkflow(line.engine)
    workflow.paper()
    workflow.validate(workflow.deciders.member)
    workflow.validate(workflow.deciders.second_member)
    workflow.list_missing(workflow.deciders.chair, "00100046", "The urn was sealed")
    assert command(recensement_command, "--out", out, "--department", "01").exit_code == 0
    (page, *_) = texts(out)
    for words in ("1 bureau de vote compté sur 4", "312", "The urn was sealed", workflow.published().hash[:12]):
        assert words in page, words
    assert "Résultats validés par la Haute Autorité" in page
    assert command(recensement_command, "--out", out).exit_code == 0
    assert "Ensemble des départements" in texts(out)[0]


@pytest.mark.parametrize("printer", [form_command, recensement_command])
def test_what_cannot_be_printed_is_refused_and_leaves_no_file(command, tmp_path, printer):
    told = command(printer, "--out", tmp_path / "out.pdf", "--department", "99")
    assert isinstance(told.exception, UnknownDepartment)
    assert not (tmp_path / "out.pdf").exists()
    assert command(printer, "--out", tmp_path / "nowhere" / "out.pdf").exit_code == 2


def test_a_departments_code_is_a_name_for_a_file(database_url):
    assert file_name("2A") == "2A"
    assert file_name("Outre-mer / étranger") == "Outre-mer _ étranger"
