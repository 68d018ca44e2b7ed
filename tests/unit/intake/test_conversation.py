"""The gateway's side of a call, time moved by hand."""

from gateway.domain.proposal import propose
from gateway.domain.ticket import Name
from gateway.intake.conversation import Conversation, HangUp, HelpPressed, Hush, LineSilent, Manners, Say, Tell
from tests.unit.domain.builders import later, reading, said, table, ticket

TABLE = table()
MANNERS = Manners()


def conversation() -> Conversation:
    return Conversation(MANNERS, TABLE, 0.0)


def known(**fields):
    return propose(ticket(), reading(**fields), TABLE, final=True, language="en", now=later(1))


def full(type_id: str):
    street = said(Name(fr="Rue Haute", nl="Hoogstraat"))
    town = said(Name(fr="Bruxelles", nl="Brussel"))
    denied = {"weapon": said(False), "injured": said(False)}
    return known(type=said(type_id), street=street, municipality=town, house_number=said("3"), **denied)


def test_greets_in_the_languages_of_the_place():
    assert conversation().answered() == [Say("greeting", "nl"), Say("greeting", "fr")]


def test_the_caller_may_speak_over_it():
    talk = conversation()
    assert talk.words(1.0, language="fr", playing=True) == [Hush()]
    assert talk.words(1.2, language="fr", playing=False) == []


def test_asks_after_a_pause_in_the_callers_language_each_question_once():
    talk = conversation()
    talk.words(1.0, language="fr", playing=False)
    assert talk.tick(2.0, ticket(), playing=False) == []
    assert talk.tick(2.7, ticket(), playing=False) == [Say("ask_where", "fr")]
    assert talk.tick(2.8, ticket(), playing=True) == []
    assert talk.tick(4.3, ticket(), playing=False) == []
    assert talk.tick(4.5, ticket(), playing=False) == [Say("ask_what", "fr")]


def test_tells_the_answer_when_nothing_is_missing_then_hangs_up_when_it_is_deferred():
    talk = conversation()
    talk.words(1.0, language="nl", playing=False)
    told = full("noise")
    assert talk.tick(3.0, told, playing=False) == [Tell("deferred_appointment", "nl")]
    assert talk.tick(9.0, told, playing=True) == []
    assert talk.tick(12.0, told, playing=False) == []
    assert talk.tick(17.1, told, playing=False) == [HangUp("told and quiet")]


def test_keeps_the_line_when_help_is_on_its_way():
    talk = conversation()
    talk.words(1.0, language="nl", playing=False)
    told = full("fight")
    assert talk.tick(3.0, told, playing=False) == [Tell("help_coming", "nl")]
    assert talk.tick(60.0, told, playing=False) == []


def test_what_the_answer_will_be_is_not_talked_down_and_told_again_when_it_changes():
    talk = conversation()
    talk.words(1.0, language="nl", playing=False)
    talk.tick(3.0, full("theft"), playing=False)
    assert talk.words(4.0, language="nl", playing=True) == []
    assert talk.tick(7.0, full("fight"), playing=False) == [Tell("help_coming", "nl")]


def test_asks_no_more_than_agreed():
    talk = Conversation(Manners(questions=1), TABLE, 0.0)
    talk.words(1.0, language="nl", playing=False)
    assert talk.tick(3.0, ticket(), playing=False) == [Say("ask_where", "nl")]
    assert talk.tick(6.0, ticket(), playing=False) == [Tell("help_soon", "nl")]


def test_a_silent_line_is_raised_offered_a_key_and_kept():
    talk = conversation()
    asked = [LineSilent(), Say("silent_line", "nl"), Say("silent_line", "fr")]
    assert talk.tick(5.0, ticket(), playing=False) == []
    assert talk.tick(6.0, ticket(), playing=False) == asked
    talk.tick(16.0, ticket(), playing=True)
    assert talk.tick(22.0, ticket(), playing=False) == asked
    assert talk.tick(300.0, ticket(), playing=False) == []
    assert talk.tick(617.0, ticket(), playing=False) == [HangUp("silent for too long")]


def test_a_key_press_on_a_silent_line_is_a_call_for_help_once():
    talk = conversation()
    assert talk.digit("1", 2.0) == [Hush(), HelpPressed("1"), Say("silent_help", "nl"), Say("silent_help", "fr")]
    assert talk.digit("1", 3.0) == []
    assert talk.tick(30.0, ticket(), playing=False) == []


def test_a_key_press_of_a_speaking_caller_is_nothing():
    talk = conversation()
    talk.words(1.0, language="nl", playing=False)
    assert talk.digit("1", 2.0) == []
