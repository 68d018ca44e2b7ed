"""From characters and probabilities to a ticket's proposals."""

from gateway.domain.reading import Reading
from gateway.domain.ticket import Name, PlaceCandidate
from gateway.domain.value import Alternative, Evidence, Source, Value
from gateway.language.joining import join
from gateway.language.mapping import reading
from nlp.types import BilingualName, Coordinates, Extraction, Mention, Rival, Understanding
from tests.unit.language.test_joining import segment

JOINED = join([segment("inbraak defacqzstraat 53 geen mes", 1000)])


def mention(text):
    start = JOINED.text.index(text)
    return Mention(text=text, start=start, end=start + len(text), rule=f"lexicon:{text}")


def said(value, text, confidence=0.9, **more):
    return Extraction[type(value)](value=value, confidence=confidence, evidence=(mention(text),), **more)


def test_nothing_understood_proposes_nothing():
    assert reading(Understanding(language="nl", text=""), join([])) == Reading(language="nl")


def test_every_field_of_an_understanding_reaches_the_reading():
    carried_otherwise = {"text": set(), "incident_type": {"type"}, "coordinates": {"lat", "lon"}}
    reached = set().union(*(carried_otherwise.get(name, {name}) for name in Understanding.model_fields))
    assert reached | {"candidates"} == set(Reading.model_fields)


def test_values_keep_their_confidence_and_tell_their_milliseconds():
    understood = Understanding(
        language="nl",
        text=JOINED.text,
        incident_type=said("burglary_in_progress", "inbraak", alternatives=(Rival(value="theft", confidence=0.2),)),
        cues=(said("in_progress", "inbraak"),),
        weapon=said(False, "geen mes"),
        injured=said(2, "53"),
        house_number=said("53", "53"),
        coordinates=said(Coordinates(lat=50.8, lon=4.3), "defacqzstraat"),
        location_confidence=0.97,
    )
    result = reading(understood, JOINED)
    assert result.type == Value[str](
        value="burglary_in_progress",
        confidence=0.9,
        source=Source.SPEECH,
        evidence=(Evidence(text="inbraak", start_ms=1000, end_ms=1100, rule="lexicon:inbraak"),),
        alternatives=(Alternative(value="theft", confidence=0.2),),
    )
    assert result.weapon.value is False
    assert (result.weapon.evidence[0].start_ms, result.weapon.evidence[0].end_ms) == (1300, 1500)
    assert (result.injured.value, result.house_number.value) == (2, "53")
    assert (result.lat.value, result.lon.value, result.location_confidence) == (50.8, 4.3, 0.97)
    assert result.cues[0].value == "in_progress"
    assert result == Reading.model_validate_json(result.model_dump_json())


def test_rival_places_are_candidates_the_likeliest_first():
    name, rival = BilingualName(fr="Rue Defacqz", nl="Defacqzstraat"), BilingualName(fr=None, nl="Facqzstraat")
    street = said(name, "defacqzstraat", 0.6, alternatives=(Rival(value=rival, confidence=0.3),))
    landmark = said(BilingualName(fr="Gare", nl="Station"), "53", 0.9)
    result = reading(Understanding(language="nl", text=JOINED.text, street=street, landmark=landmark), JOINED)
    assert result.street.value == Name(fr="Rue Defacqz", nl="Defacqzstraat")
    assert result.candidates == (
        PlaceCandidate(street=Name(fr="Rue Defacqz", nl="Defacqzstraat"), confidence=0.6),
        PlaceCandidate(street=Name(fr=None, nl="Facqzstraat"), confidence=0.3),
    )
