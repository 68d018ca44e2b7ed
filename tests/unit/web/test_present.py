"""What a call-taker reads."""

import pytest

from gateway.domain.ticket import Name
from gateway.domain.value import Source, Value
from gateway.web import present
from gateway.web.fields import BY_ID, FIELDS
from gateway.web.render import Renderer
from gateway.web.texts import LANGUAGES, speaker
from gateway.web.view import Seen
from tests.unit.web import samples

READERS = {language: present.Reader(language, samples.types()) for language in LANGUAGES}
STREET = Name(fr="Rue Haute", nl="Hoogstraat")


@pytest.mark.parametrize(
    ("confidence", "source", "word"),
    [
        (0.95, Source.SPEECH, "certain"),
        (0.9, Source.SPEECH, "certain"),
        (0.7, Source.SPEECH, "likely"),
        (0.3, Source.SPEECH, "unsure"),
        (None, Source.SPEECH, "unsure"),
        (0.3, Source.NETWORK, "network"),
        (1.0, Source.PERSON, "person"),
    ],
)
def test_confidence_in_words(confidence: float | None, source: Source, word: str) -> None:
    assert present.certainty(Value(value="x", confidence=confidence, source=source)) == word


def test_nothing_known_claims_no_confidence() -> None:
    assert present.certainty(Value()) is None
    assert present.certainty(Value(value=None, source=Source.PERSON)) == "person"


@pytest.mark.parametrize(
    ("field", "value", "language", "text"),
    [
        ("location.street", STREET, "nl", "Hoogstraat"),
        ("location.street", STREET, "fr", "Rue Haute"),
        ("location.street", Name(fr=None, nl="Hoogstraat"), "fr", "Hoogstraat"),
        ("incident.type", "noise", "de", "Ruhestörung"),
        ("incident.type", "of_another_site", "de", "of_another_site"),
        ("incident.priority", 1, "en", "1 · immediate"),
        ("facts.weapon", False, "en", "none, says the caller"),
        ("facts.weapon", "harpoon", "en", "harpoon"),
        ("facts.injured", False, "fr", "personne, dit l'appelant"),
        ("facts.injured", True, "en", "yes, number not said"),
        ("facts.injured", 3, "en", "3"),
        ("facts.ongoing", True, "nl", "ja, nu bezig"),
        ("facts.suspects", None, "nl", None),
    ],
)
def test_values_in_words(field: str, value: object, language: str, text: str | None) -> None:
    assert present.text(BY_ID[field], value, READERS[language]) == text


def test_place_in_one_line() -> None:
    assert present.place(samples.burglary(samples.blank()), READERS["fr"]) == "Rue Defacqz 53, Ixelles"
    assert present.place(samples.noise(samples.blank()), READERS["nl"]) == "Flageyplein, Elsene"
    assert present.place(samples.blank(), READERS["nl"]) is None


def test_words_that_carry_a_value_are_known() -> None:
    ticket = samples.burglary(samples.blank())
    words = present.words(samples.BURGLARY[2], ticket)
    assert [word.text for word in words if word.carries] == ["defacqzstraat", "nummer", "drieënvijftig", "elsene"]


def test_what_the_gateway_noted_itself_rests_on_no_words() -> None:
    value = samples.heard("x", 1.0, samples.BURGLARY, "een mes")
    noted = value.evidence[0].model_copy(update={"start_ms": 0, "end_ms": 0})
    shown = present.shown(FIELDS[0], value.model_copy(update={"evidence": (noted,)}), READERS["nl"])
    assert (shown.evidence, shown.play_ms) == ("", None)


@pytest.mark.parametrize(("seconds", "text"), [(-3, "0:00"), (5, "0:05"), (725, "12:05"), (3723, "1:02:03")])
def test_durations(seconds: float, text: str) -> None:
    assert present.duration(seconds) == text


@pytest.mark.parametrize(("minutes", "text"), [(30, "30 minutes"), (120, "2 h"), (150, "2.5 h")])
def test_delays(minutes: int, text: str) -> None:
    assert present.delay(minutes, speaker("en")) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ticket", samples.busy_evening(), ids=lambda t: t.incident.type.value or t.call.state)
def test_every_ticket_renders_in_every_language(language: str, ticket) -> None:
    renderer, seen = Renderer(samples.types(), "BRU"), Seen(ticket, None, 1)
    assert ticket.id in renderer.row(seen, language, samples.now())
    html = renderer.ticket(seen, None, language, samples.now())
    assert f'data-version="{ticket.version}"' in html


def test_row_is_made_once_for_all_pages_of_a_language() -> None:
    renderer, seen = Renderer(samples.types(), "BRU"), Seen(samples.blank(), None, 1)
    assert renderer.row(seen, "nl", samples.now()) is renderer.row(seen, "nl", samples.now())
    assert renderer.row(seen, "nl", samples.now()) != renderer.row(seen, "en", samples.now())
    renderer.forget(seen.ticket.id)
    assert renderer._rows == {}


def test_caller_cannot_put_markup_on_the_page() -> None:
    ticket = samples.simple(samples.blank(caller='"><script>'), "noise", 4, "fr", "<script>alert(1)</script>")
    renderer, seen = Renderer(samples.types(), "BRU"), Seen(ticket, '"><script>', 1)
    assert "<script" not in renderer.ticket(seen, None, "nl", samples.now())
    assert "<script" not in renderer.row(seen, "nl", samples.now())
