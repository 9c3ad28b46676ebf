"""What a president hears, and what is stored, from the welcome to the receipt."""

from datetime import UTC, datetime, timedelta

import pytest
from stdnum import damm

import ivr.caller_turn
from db.schema import Origin, call, call_step, election, tally
from ivr.carriers.twilio import SIGNATURE_HEADER
from tests.support.line import Line
from tests.support.marks import on_sqlite
from tests.support.primary_2011 import CODE, FIGURES
from tests.support.settings import HOTLINE, PUBLIC_URL

pytestmark = on_sqlite
"""What is heard is the same on both; what a call leaves in the database has tests on both."""

BEFORE_CLOSING = datetime(2011, 10, 9, 14, 0, tzinfo=UTC)
OTHER = "00100023"


def test_the_line_says_which_election_and_that_the_polls_are_closed(phone):
    phone.dial()
    assert phone.call.heard == [
        "Primaire citoyenne 2011, premier tour.",
        "Le vote est clos.",
        "Composez le code de votre bureau.",
    ]


def test_a_code_ends_by_itself_and_a_pin_ends_with_hash(line):
    phone = line.phone().dial()
    assert phone.call.waiting.digits == len(CODE)
    phone.keys(CODE)
    assert phone.hears("Code secret, puis dièse.")
    assert phone.call.waiting.digits is None


def test_the_bureau_and_its_commune_are_said_once_the_pin_is_right(line):
    phone = line.identified()
    assert phone.hears("Bureau 1, L'Abergement-Clémenciat.")
    assert phone.hears("Nombre de votants, puis dièse.")


def test_a_code_that_fails_its_check_digit_does_not_exist(phone):
    phone.dial().keys("00100013")
    assert phone.hears("Ce numéro n'existe pas.")


def test_a_code_that_is_too_short_is_wrong_and_not_impossible(phone):
    phone.dial().keys("001#")
    assert phone.hears("Le code a 8 chiffres.")


def test_a_wrong_code_and_a_wrong_pin_sound_alike(line):
    unknown = line.phone().dial().keys("99900013").keys("271828#").said
    wrong_pin = line.phone().dial().keys(CODE).keys(f"{wrong(line.pins[CODE])}#").said
    other_pin = line.phone().dial().keys(CODE).keys(f"{line.pins[OTHER]}#").said
    assert damm.is_valid("99900013")
    assert unknown == wrong_pin == other_pin
    assert "Code du bureau ou code secret inexact." in unknown


def test_each_question_opens_with_the_figure_just_taken(line):
    phone = line.identified()
    heard = []
    for count in list(FIGURES.values())[:-1]:
        phone.keys(f"{count}#")
        heard.append(phone.said)
    assert heard == [
        "312. Blancs ou nuls ?",
        "4. Martine Aubry ?",
        "100. Jean-Michel Baylet ?",
        "2. François Hollande ?",
        "120. Arnaud Montebourg ?",
        "40. Ségolène Royal ?",
        "30. Manuel Valls ?",
    ]


def test_everything_is_read_back_and_stored_only_when_it_is_confirmed(line):
    phone = line.identified()
    for count in FIGURES.values():
        phone.keys(f"{count}#")
    assert phone.call.heard == [
        "Je relis.",
        "Votants, 312.",
        "Blancs ou nuls, 4.",
        "Martine Aubry, 100.",
        "Jean-Michel Baylet, 2.",
        "François Hollande, 120.",
        "Arnaud Montebourg, 40.",
        "Ségolène Royal, 30.",
        "Manuel Valls, 16.",
        "Total, 312.",
        "Pour confirmer, 1. Corriger, 2. Recommencer, 3.",
    ]
    assert line.tallies() == []
    phone.keys("1")
    assert line.tallies() == [FIGURES]


def test_the_receipt_is_said_twice_digit_by_digit_and_is_what_was_stored(line):
    phone = line.reported()
    (stored,) = line.rows(tally)
    spoken = "{} {} {}, {} {} {}, {}".format(*stored.receipt)
    assert len(stored.receipt) == 7
    assert damm.is_valid(stored.receipt)
    assert phone.said.count(spoken) == 2
    assert phone.hears("Notez ce reçu au procès-verbal")
    assert phone.ended


def test_a_hurried_president_keys_everything_ahead(line):
    keys = f"{CODE}{line.pins[CODE]}#" + "".join(f"{count}#" for count in FIGURES.values()) + "1"
    phone = line.phone().dial().keys(keys)
    assert phone.ended
    assert line.tallies() == [FIGURES]


def test_all_figures_at_once_are_recognised_by_their_number(line):
    phone = line.identified().keys("312#").keys("4*100*2*120*40*30*16#")
    assert phone.hears("Total, 312.")


def test_a_wrong_number_of_figures_at_once_is_said_and_nothing_is_taken(line):
    phone = line.identified().keys("312*4*100#")
    assert phone.call.heard == ["Un seul nombre, ou tous les restants, 8, séparés par étoile.", "Votants ?"]
    assert phone.keys("312#").hears("312. Blancs ou nuls ?")


def test_star_goes_back_one_question(line):
    phone = line.identified().keys("312#").keys("4#").keys("*#")
    assert phone.call.heard == ["Blancs ou nuls ?"]
    phone.keys("5#").keys("99*2*120*40*30*16#").keys("1")
    assert line.tallies() == [{**FIGURES, "invalid": 5, "1": 99}]


def test_star_at_the_first_figure_goes_back_to_the_code(line):
    phone = line.identified(OTHER).keys("*#")
    assert phone.hears("Composez le code")
    phone.keys(CODE).keys(f"{line.pins[CODE]}#")
    assert phone.hears("L'Abergement-Clémenciat")


def test_a_figure_of_six_digits_is_impossible(line):
    phone = line.identified().keys("312312#")
    assert phone.call.heard == ["Trop long : 5 chiffres au plus.", "Votants ?"]


def test_more_voters_than_electors_may_be_kept(line):
    phone = line.identified().keys("600#")
    assert phone.call.heard == [
        "600 votants, c'est plus que le nombre d'inscrits : 598.",
        "Pour garder ce nombre, 1. Pour le corriger, 2.",
    ]
    assert phone.keys("1").hears("600. Blancs ou nuls ?")


def test_more_voters_than_electors_may_be_corrected(line):
    phone = line.identified().keys("3120#").keys("2")
    assert phone.call.heard == ["Votants ?"]
    assert phone.keys("312#").hears("312. Blancs ou nuls ?")


def test_more_votes_than_voters_are_said_at_once_and_asked_about_only_once(line):
    phone = line.identified().keys("312#").keys("4#").keys("400#")
    assert phone.hears("Avec 400, on dépasse le nombre de votants : 312.")
    phone.keys("1")
    assert phone.call.heard == ["400. Jean-Michel Baylet ?"]
    assert phone.keys("2#").call.heard == ["2. François Hollande ?"]


def test_a_sum_that_does_not_hold_is_said_with_its_difference_and_a_way_on(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*13#")
    assert phone.call.heard == [
        "Il manque 3 bulletins : bulletins, 309, votants, 312.",
        "Pour corriger, 1. Tout réécouter, 2. Transmettre ce qu'écrit le procès-verbal, 3.",
    ]
    assert phone.keys("2").hears("Manuel Valls, 13.")
    phone.keys("1").keys("8")
    assert phone.hears("Manuel Valls : 13. Nouveau nombre")
    assert phone.keys("16#").hears("Total, 312.")
    phone.keys("1")
    assert line.tallies() == [FIGURES]


def test_minutes_that_do_not_add_up_are_sent_as_they_are(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*13#").keys("3")
    assert phone.hears("Total, 309.")
    phone.keys("1")
    assert line.tallies() == [{**FIGURES, "6": 13}]


def test_one_figure_is_corrected_without_going_through_all(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*16#").keys("2")
    assert phone.hears("3, Martine Aubry.")
    assert phone.keys("3").hears("Martine Aubry : 100. Nouveau nombre")
    phone.keys("101#")
    assert phone.hears("Il y a un bulletin de trop : bulletins, 313, votants, 312.")
    phone.keys("1").keys("2").keys("3#").keys("1")
    assert line.tallies() == [{**FIGURES, "invalid": 3, "1": 101}]


def test_star_in_a_correction_leaves_the_figure(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*16#").keys("2").keys("3").keys("*#")
    assert phone.hears("Martine Aubry, 100.")


def test_starting_again_forgets_every_figure(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*16#").keys("3")
    assert phone.call.heard == ["Nombre de votants, puis dièse. Retour : étoile dièse."]


def test_a_key_that_is_not_on_offer_is_a_mistake_and_not_an_answer(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*16#").keys("7")
    assert phone.call.heard == [
        "Cette touche n'est pas proposée.",
        "Pour confirmer, 1. Corriger, 2. Recommencer, 3.",
    ]


def test_a_bureau_that_has_reported_hears_when_and_its_receipt(line):
    line.reported()
    (stored,) = line.rows(tally)
    line.clock.advance(600)
    phone = line.identified()
    assert phone.hears(f"Ce bureau a transmis à 20 h {stored.at.minute:02}.")
    assert phone.hears("Reçu : {} {} {}, {} {} {}, {}.".format(*stored.receipt))
    assert phone.keys("1").hears("François Hollande, 120.")
    phone.hang_up()
    assert line.tallies() == [FIGURES]


def test_a_rectification_is_a_new_version_and_the_old_one_stays(line):
    line.reported()
    phone = line.identified().keys("2").keys("8").keys("15#")
    assert phone.hears("Il manque un bulletin : bulletins, 311, votants, 312.")
    phone.keys("1").keys("2").keys("5#").keys("1")
    assert phone.hears("C'est enregistré.")
    assert line.tallies() == [FIGURES, {**FIGURES, "invalid": 5, "6": 15}]
    assert [each.version for each in line.rows(tally)] == [1, 2]


def test_a_rectification_that_changes_nothing_stores_nothing(line):
    line.reported()
    phone = line.identified().keys("2").keys("8").keys("16#").keys("1")
    assert phone.hears("Rien n'a changé.")
    assert line.tallies() == [FIGURES]


def test_two_calls_for_one_bureau_never_replace_each_other_silently(line):
    slow = line.identified().keys("312*4*100*2*120*40*30*16#")
    line.identified().keys("2").keys("312*5*100*2*120*40*30*15#").keys("1")
    slow.keys("1")
    assert slow.hears("Un autre appel vient de transmettre ce bureau. Rien n'a été remplacé.")
    assert slow.hears("Ce bureau a transmis à")
    assert len(line.tallies()) == 1


def test_before_the_polls_close_the_line_offers_a_rehearsal_that_is_never_counted(line):
    line.clock.now = BEFORE_CLOSING
    phone = line.phone().dial()
    assert phone.hears("Le vote n'est pas clos : ceci est une répétition, rien ne sera compté.")
    phone.keys("1").keys(CODE).keys(f"{line.pins[CODE]}#").keys("312*4*100*2*120*40*30*16#").keys("1")
    assert phone.hears("C'était une répétition, rien n'est compté.")
    assert line.tallies(origin=Origin.REHEARSAL) == [FIGURES]
    assert line.tallies() == []


def test_a_rehearsal_leaves_no_trace_in_the_evening(line):
    line.clock.now = BEFORE_CLOSING
    line.phone().dial().keys("1").keys(CODE).keys(f"{line.pins[CODE]}#").keys("312#").hang_up()
    line.clock.now = BEFORE_CLOSING + timedelta(hours=6)
    assert line.identified().hears("Nombre de votants")


def test_a_declined_rehearsal_ends_the_call(line):
    line.clock.now = BEFORE_CLOSING
    phone = line.phone().dial().keys("2")
    assert phone.ended
    assert line.rows(call)[0].outcome == "declined"


def test_three_refusals_end_the_call_politely(line):
    phone = line.phone().dial()
    for _ in range(3):
        phone.keys(CODE).keys(f"{wrong(line.pins[CODE])}#")
    assert phone.call.heard[-2:] == ["Code du bureau ou code secret inexact.", "Rappelez quand vous voulez. Au revoir."]
    assert phone.ended
    assert line.rows(call)[0].outcome == "refused"


def test_three_refusals_lead_to_the_hot_line_where_there_is_one(line_with_help):
    phone = line_with_help.phone().dial()
    for _ in range(3):
        phone.keys("00100013")
    assert phone.hears("Je vous passe l'assistance.")
    assert phone.call.number == HOTLINE
    phone.somebody_answers()
    assert phone.ended
    assert line_with_help.rows(call)[0].outcome == "transferred"


def test_a_hot_line_that_does_not_answer_gives_the_call_back(line_with_help):
    phone = line_with_help.identified().keys("312*4*100*2*120*40*30*16#").keys("0").nobody_answers()
    assert phone.hears("L'assistance ne répond pas.")
    phone.keys("1")
    assert line_with_help.tallies() == [FIGURES]


def test_zero_is_not_offered_where_there_is_no_hot_line(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*16#").keys("0")
    assert phone.hears("Cette touche n'est pas proposée.")


def test_silence_is_asked_again_then_explained_then_the_call_ends_and_keeps_what_was_entered(line):
    phone = line.identified().keys("312#").silence()
    assert phone.call.heard == ["Je n'ai rien reçu.", "Blancs ou nuls ?"]
    phone.silence()
    assert phone.call.heard[0].startswith("Composez le nombre écrit sur le procès-verbal")
    phone.silence()
    assert phone.said == "Ce que vous avez saisi est gardé, mais pas transmis. Rappelez pour terminer. Au revoir."
    assert phone.ended
    assert line.identified().hears("Un appel précédent n'est pas terminé. Vous aviez saisi : Votants, 312.")


def test_a_stray_hash_after_the_code_is_no_mistake(line):
    phone = line.phone().dial().keys(f"{CODE}#")
    assert phone.call.heard == ["Code secret, puis dièse."]
    assert phone.keys(f"{line.pins[CODE]}#").hears("Nombre de votants")


def test_an_interrupted_call_goes_on_where_it_was(line):
    line.identified().keys("312#").keys("4#").hang_up()
    phone = line.identified()
    assert phone.call.heard[1:] == [
        "Un appel précédent n'est pas terminé. Vous aviez saisi :",
        "Votants, 312.",
        "Blancs ou nuls, 4.",
        "Pour continuer, 1. Pour recommencer, 2.",
    ]
    assert phone.keys("1").hears("Martine Aubry ?")


def test_an_interrupted_call_may_start_again(line):
    line.identified().keys("312#").keys("4#").hang_up()
    assert line.identified().keys("2").hears("Nombre de votants")


def test_a_call_that_began_under_another_register_is_asked_to_start_again(line):
    phone = line.identified()
    with line.engine.begin() as connection:
        connection.execute(election.update().values(revision=election.c.revision + 1))
    phone.keys("312#")
    assert phone.said == "Le service vient d'être mis à jour. Merci de rappeler."
    assert phone.ended


def test_every_answer_is_one_row_in_order(line):
    line.reported()
    steps = line.rows(call_step)
    assert [each.step for each in steps] == list(range(len(steps)))
    assert [each.asked for each in steps] == [
        "open line",
        "ask code",
        "ask pin",
        "look up",
        "ask figure voters",
        "ask read-back: voters=312 invalid=4 1=100 2=2 3=120 4=40 5=30 6=16",
        "store tally 1: voters=312 invalid=4 1=100 2=2 3=120 4=40 5=30 6=16",
    ]


def wrong(pin: str) -> str:
    """A PIN that is not this one."""
    return pin[::-1] if pin != pin[::-1] else "271828"


def test_the_line_speaks_english_where_it_is_told_to(engine, clock, pins):
    phone = Line(engine, clock, pins, line_locale="en").phone().dial()
    assert (
        phone.said == "Primaire citoyenne 2011, first round. The polls are closed. Key in your polling station's code."
    )


def test_a_register_loaded_under_a_confirmation_stores_nothing(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*16#")
    webhook = phone.call.press("1")

    def load_again():
        with line.engine.begin() as connection:
            connection.execute(election.update().values(revision=election.c.revision + 1))

    with pytest.MonkeyPatch.context() as patch:
        begin = ivr.caller_turn.begin_write

        def begin_after_the_load(engine):
            patch.undo()
            load_again()
            return begin(engine)

        patch.setattr(ivr.caller_turn, "begin_write", begin_after_the_load)
        headers = {SIGNATURE_HEADER: line.carrier.sign(webhook.url, webhook.form)}
        response = line.app.test_client().post(webhook.url.removeprefix(PUBLIC_URL), data=webhook.form, headers=headers)
    assert "Le service vient d'être mis à jour." in response.text
    assert line.tallies() == []


def test_a_rectification_broken_off_says_that_the_first_figures_stand(line):
    line.reported()
    phone = line.identified().keys("2").keys("8").keys("15#").silence().silence().silence()
    assert phone.said == "Rien n'a changé : les premiers chiffres restent valables. Au revoir."
    assert line.tallies() == [FIGURES]
    assert line.identified().keys("1").hears("Manuel Valls, 16.")


def test_doubtful_voters_are_not_on_the_sheet_before_they_are_kept(line):
    line.identified().keys("612*4*100*2*120*40*30*16#").hang_up()
    assert line.identified().hears("Nombre de votants")


def test_doubtful_voters_among_all_figures_are_asked_for_alone(line):
    phone = line.identified().keys("3120*4*100*2*120*40*30*16#").keys("2")
    assert phone.call.heard == ["Votants ?"]
    assert phone.keys("312#").hears("Total, 312.")


def test_going_back_to_the_code_gives_no_new_tries(line):
    phone = line.phone().dial()
    phone.keys("00100013").keys("00100013").keys(CODE).keys(f"{line.pins[CODE]}#").keys("*#").keys("00100013")
    assert phone.ended
    assert line.rows(call)[0].outcome == "mistaken"


def test_several_keys_sent_for_a_menu_are_no_choice(line):
    phone = line.identified().keys("312*4*100*2*120*40*30*16#")
    form = {"CallSid": phone.call.sid, "Digits": "12"}
    url = phone.call.waiting.action
    headers = {SIGNATURE_HEADER: line.carrier.sign(url, form)}
    response = line.app.test_client().post(url.removeprefix(PUBLIC_URL), data=form, headers=headers)
    assert "Cette touche n'est pas proposée." in response.text


def test_who_has_heard_enough_is_told_that_the_figures_stand(line):
    line.reported()
    phone = line.identified().keys("1").silence().silence().silence()
    assert phone.said == "Rien n'a changé : les premiers chiffres restent valables. Au revoir."
    assert line.rows(call)[1].outcome == "listened"


def test_silence_warns_before_it_gives_up(line):
    phone = line.identified().silence().silence()
    assert phone.call.heard[1] == "Sans réponse, je devrai m'arrêter."


def test_a_rehearsal_s_receipt_is_not_for_the_minutes(line):
    line.clock.now = BEFORE_CLOSING
    phone = (
        line.phone().dial().keys("1").keys(CODE).keys(f"{line.pins[CODE]}#").keys("312*4*100*2*120*40*30*16#").keys("1")
    )
    assert phone.hears("La répétition est enregistrée. Son reçu :")
    assert not phone.hears("Notez")


def test_where_codes_differ_in_length_the_question_says_how_to_end_one(line):
    with line.engine.begin() as connection:
        connection.execute(election.update().values(code_length=None))
    phone = line.phone().dial()
    assert phone.hears("Composez le code de votre bureau, puis dièse.")
    assert phone.call.waiting.digits is None
    assert phone.keys(f"{CODE}#").hears("Code secret")
