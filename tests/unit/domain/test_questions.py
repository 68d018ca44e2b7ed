"""What is missing is asked in the order of call-taking, each once, never what is known."""

from gateway.domain.proposal import propose
from gateway.domain.questions import QUESTIONS, next_question
from gateway.domain.ticket import Name
from tests.unit.domain.builders import later, reading, said, table, ticket

STREET = Name(fr="Rue Haute", nl="Hoogstraat")
TOWN = said(Name(fr="Bruxelles", nl="Brussel"))


def told(**fields):
    return propose(ticket(), reading(**fields), table(), final=True, language="en", now=later(1))


def order(of):
    asked: list[str] = []
    while question := next_question(of, asked):
        asked.append(question.key)
    return asked


def test_nothing_known():
    assert order(ticket()) == ["ask_where", "ask_what"]


def test_place_first_then_danger():
    assert order(told(type=said("fight"))) == ["ask_where", "ask_danger", "ask_injured"]


def test_an_unsure_street_is_asked_again_and_a_sure_one_only_for_its_number():
    assert order(told(type=said("noise"), street=said(STREET, 0.5))) == ["ask_where"]
    assert order(told(type=said("noise"), street=said(STREET, 0.95), municipality=TOWN)) == ["ask_number"]
    assert order(told(type=said("noise"), street=said(STREET, 0.95), municipality=TOWN, house_number=said("3"))) == []


def test_a_street_of_an_unsure_municipality_is_asked_for_it():
    unsure = told(type=said("noise"), street=said(STREET, 0.95), municipality=said(TOWN.value, 0.7))
    assert order(unsure) == ["ask_municipality", "ask_number"]


def test_what_was_denied_is_known():
    denied = {"weapon": said(False), "injured": said(False)}
    known = told(type=said("fight"), street=said(STREET), municipality=TOWN, house_number=said("3"), **denied)
    assert order(known) == []


def test_no_place_is_asked_for_advice():
    assert order(told(type=said("information_request"))) == []


def test_questions_have_keys_of_their_own():
    assert len({q.key for q in QUESTIONS}) == len(QUESTIONS)
