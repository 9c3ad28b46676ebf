"""Every refusal says why: on the command line, and in both languages where a page shows it."""

import pkgutil
from collections import Counter
from datetime import UTC
from importlib import import_module
from types import SimpleNamespace

import pytest

import db
import ivr
import reporting
import settings
from db.decisions import NoReason, NotTheirs
from db.refusals import Refusal
from flows.arithmetic import Balance
from flows.catalogue import LOCALES
from reporting.intranet.requests.request_context import refusal_in_words
from reporting.intranet.wording import Wording
from reporting.verification.reconciliation import Undecided
from reporting.verification.reconciliation_stages import NotAtThisStage, Stage
from reporting.verification.sign_off import NotReady
from reporting.verification.statement_entries import DoesNotAddUp, PvSettled
from reporting.wording.page_wording import read_catalogue

KNOWING = {
    DoesNotAddUp: [DoesNotAddUp(Balance(voters=10, ballots=12))],
    NotAtThisStage: [NotAtThisStage(stage) for stage in Stage],
    NotReady: [NotReady(1), NotReady(2)],
    PvSettled: [PvSettled({})],
    Undecided: [Undecided("voters")],
}
"""Examples of the refusals that know something."""


def _refusals():
    for package in (db, ivr, reporting):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith("db.migrations"):
                import_module(module.name)
    found, left = set(), [Refusal]
    while left:
        below = left.pop().__subclasses__()
        found.update(below)
        left += below
    return sorted(found, key=lambda each: each.__name__)


REFUSALS = _refusals()
SHOWN = [each for each in REFUSALS if each.key]


def _context(locale):
    wording = Wording(locale, UTC)
    return SimpleNamespace(wording=wording, named=lambda field: wording.field(field, {}))


def test_all_refusals_are_found():
    assert {settings.BadSetting, NoReason, NotTheirs, PvSettled} <= set(REFUSALS)
    assert len(SHOWN) > 40


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("refusal", SHOWN, ids=lambda each: each.__name__)
def test_what_a_page_shows_is_a_sentence_in_both_languages(refusal, locale):
    assert refusal.key in set(read_catalogue(locale, Wording.folder))
    for each in KNOWING.get(refusal) or [refusal()]:
        sentence = refusal_in_words(_context(locale), each)
        assert sentence
        assert "{" not in sentence


def test_a_refusal_that_no_page_shows_stays_a_fault():
    with pytest.raises(settings.BadSetting):
        refusal_in_words(_context("fr"), settings.BadSetting("SECRET_KEY"))


def test_no_two_refusals_share_a_sentence():
    assert [key for key, count in Counter(each.key for each in SHOWN).items() if count > 1] == []


@pytest.mark.parametrize("refusal", SHOWN, ids=lambda each: each.__name__)
def test_the_command_line_has_words_for_it_too(refusal):
    for each in KNOWING.get(refusal) or [refusal()]:
        assert str(each) not in ("", Refusal.reason)


def test_a_message_goes_before_the_reason_of_the_class():
    assert str(NoReason()) == NoReason.reason
    assert str(settings.BadSetting("PORT: 0 is no port")) == "PORT: 0 is no port"


def test_a_page_says_fields_and_stages_in_words():
    assert "voters" in refusal_in_words(_context("en"), Undecided("voters")).lower()
    assert "half-validated" not in refusal_in_words(_context("fr"), NotAtThisStage(Stage.HALF_VALIDATED))
