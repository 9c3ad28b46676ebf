"""A figure that is keyed wrongly is caught in every kind of call, and the read-back names every figure."""

from itertools import combinations
from random import Random

import pytest

from flows.catalogue import LOCALES, prompts
from flows.replay import Conversation
from flows.vocabulary import Fresh, Keyed
from ivr.simulator.president import Style
from tests.bench.errors_caught import Caught, Ear, Keying, Minutes, catch
from tools.draw_conversation import BEGIN, BUREAU, ELECTION, FIGURES, NAMES

MINUTES = Minutes(FIGURES, BUREAU.electorate)
KEYS = {field: str(count) for field, count in FIGURES.items()}
DEAF = Ear(0.0, 0.0)
PATIENT = Ear(None, None)


def caught(keying, style, ear):
    return catch(ELECTION, MINUTES, keying, style, ear, Random(0), attention=1.0)


def slips(keys):
    """Every number that one slip of the finger makes of `keys`: a digit wrong, dropped, added, or two neighbours swapped."""
    places = range(len(keys))
    wrong = {keys[:place] + digit + keys[place + 1 :] for place in places for digit in "0123456789"}
    dropped = {keys[:place] + keys[place + 1 :] for place in places}
    added = {keys[:place] + digit + keys[place:] for place in (*places, len(keys)) for digit in "0123456789"}
    swapped = {keys[:place] + keys[place : place + 2][::-1] + keys[place + 2 :] for place in places}
    return {each for each in wrong | dropped | added | swapped if not each or int(each) != int(keys)}


@pytest.mark.parametrize("style", Style)
def test_a_slip_in_one_figure_is_never_stored_though_the_president_hears_nothing(style):
    for field, keys in KEYS.items():
        for slip in slips(keys):
            assert caught(Keying(FIGURES, KEYS | {field: slip}), style, DEAF), (field, slip)


def test_a_president_who_listens_notices_a_slip_at_the_next_question():
    for field in ELECTION.fields[:-1]:
        for slip in slips(KEYS[field]):
            found = caught(Keying(FIGURES, KEYS | {field: slip}), Style.GUIDED, PATIENT)
            assert found in {Caught.REPEAT, Caught.DOUBT, Caught.FORM}, (field, slip)


def test_more_voters_than_electors_are_noticed_before_anything_else():
    assert caught(Keying(FIGURES, KEYS | {"voters": "3120"}), Style.GUIDED, PATIENT) is Caught.DOUBT


@pytest.mark.parametrize("style", Style)
def test_a_president_who_hears_the_read_back_out_notices_exchanged_candidates(style):
    for one, other in combinations(ELECTION.candidate_fields, 2):
        read = FIGURES | {one: FIGURES[other], other: FIGURES[one]}
        keying = Keying(read, {field: str(count) for field, count in read.items()})
        assert caught(keying, style, PATIENT) in {Caught.READ_BACK, Caught.DOUBT}
        assert caught(Keying(FIGURES, KEYS), style, PATIENT) is None


@pytest.mark.parametrize("locale", LOCALES)
def test_the_read_back_names_every_figure_and_then_the_choices(locale):
    read_back = Conversation(ELECTION, (*BEGIN, Fresh(), Keyed("*".join(KEYS.values()))))
    said = [prompts(locale).text(line) for line in read_back.lines]
    figures = [f"{name}, {count}." for name, count in zip(NAMES, list(FIGURES.values())[2:], strict=True)]
    assert said[3:9] == figures
    assert [said[place].rpartition(", ")[2] for place in (1, 2, 9)] == ["312.", "4.", "312."]
    assert all(key in said[-1] for key in "123")
