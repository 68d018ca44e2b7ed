"""The parts of an address, and what is made of doubt."""

import time
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp import gazetteer_files
from nlp.gazetteer import Gazetteer
from nlp.locate import COMPONENT, PlaceReading, attach, places, read
from nlp.types import Extraction, Mention

OWN_PATH = Path(__file__).parents[3] / "config" / "gazetteer" / "brussels.csv"
OWN = gazetteer_files.load(OWN_PATH)


def values(language: str, text: str) -> dict[str, object]:
    """What was read, by field, names in French."""
    reading = read(text, language, OWN)
    found = {field: getattr(reading, field) for field in PlaceReading.model_fields}
    return {
        field: getattr(one.value, "fr", one.value)
        for field, one in found.items()
        if isinstance(one, Extraction) and field != "coordinates"
    }


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("nl", "hoogstraat drieënvijftig", "53"),
        ("nl", "hoogstraat op nummer drie en vijftig", "53"),
        ("nl", "hoogstraat één", "1"),
        ("nl", "Hoogstraat 12B", "12B"),
        ("nl", "hoogstraat veertien a", "14A"),
        ("nl", "nummer twaalf nee nummer veertien in de hoogstraat", "14"),
        ("nl", "nummer twaalf nee veertien in de hoogstraat", "14"),
        ("nl", "twee mannen in de hoogstraat drie jongens", None),
        ("nl", "de bus 71 op de hoogstraat", None),
        ("nl", "hoogstraat mijn nummer is nul vier zeven twee drieëntwintig vijfenveertig zestig", None),
        ("fr", "rue haute septante trois", "73"),
        ("fr", "devant le numéro 12 bis de la rue haute", "12bis"),
        ("fr", "au cinquante trois rue haute", "53"),
        ("fr", "rue haute numéro trois euh non cinq", "5"),
        ("fr", "rue haute il y a dix minutes", None),
    ],
)
def test_house_number(language: str, text: str, expected: str | None) -> None:
    assert values(language, text).get("house_number") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("nl", "hoogstraat twaalf bus drie", "3"),
        ("nl", "hoogstraat twaalf bus a", "A"),
        ("fr", "rue haute cinquante et un boîte deux", "2"),
        ("nl", "in de bus drie op de hoogstraat", None),
    ],
)
def test_box(language: str, text: str, expected: str | None) -> None:
    assert values(language, text).get("box") == expected


@pytest.mark.parametrize(
    ("language", "text", "postcode", "municipality"),
    [
        ("nl", "postcode duizend tachtig", "1080", "Molenbeek-Saint-Jean"),
        ("nl", "tien vijftig elsene", "1050", "Ixelles"),
        ("fr", "chaussée de wavre mille cent soixante auderghem", "1160", "Auderghem"),
        ("fr", "12, rue de Brabant, 1030 Schaerbeek", "1030", "Schaerbeek"),
        ("nl", "in laken aan de fransmanstraat", "1020", "Bruxelles"),
    ],
)
def test_postcode_and_municipality(language: str, text: str, postcode: str, municipality: str) -> None:
    found = values(language, text)
    assert (found["postcode"], found["municipality"]) == (postcode, municipality)


@pytest.mark.parametrize(
    ("language", "text", "street", "cross"),
    [
        ("nl", "op de hoek van de nieuwstraat en de kruidtuinlaan", "Rue Neuve", "Boulevard du Jardin Botanique"),
        ("fr", "au coin de la rue haute et de la rue des minimes", "Rue Haute", "Rue des Minimes"),
        ("fr", "entre la place flagey et la place fernand cocq", "Place Eugène Flagey", "Place Fernand Cocq"),
        ("nl", "rue royale hoek rue de la loi", "Rue Royale", "Rue de la Loi"),
    ],
)
def test_cross_street(language: str, text: str, street: str, cross: str | None) -> None:
    found = values(language, text)
    assert (found["street"], found.get("cross_street")) == (street, cross)


@pytest.mark.parametrize(
    ("language", "text", "street"),
    [
        ("nl", "in de defacqzstraat nee sorry op de louizalaan", "Avenue Louise"),
        ("nl", "ik woon in de brabantstraat maar het gebeurt op het flageyplein", "Place Eugène Flagey"),
        ("nl", "hij vlucht naar de louizalaan het was in de defacqzstraat in elsene", "Rue Defacqz"),
        ("nl", "het is niet in de hoogstraat maar in de nieuwstraat", "Rue Neuve"),
        ("fr", "pas rue haute rue neuve", "Rue Neuve"),
        ("nl", "kom naar de hoogstraat hij loopt richting louizalaan", "Rue Haute"),
        ("nl", "in de defacqzstraat nummer drie hij reed de hele louizalaan af", "Rue Defacqz"),
    ],
)
def test_street_meant_of_several(language: str, text: str, street: str) -> None:
    assert values(language, text)["street"] == street


def test_number_of_another_street_is_not_taken() -> None:
    text = "ik woon in de brabantstraat nummer twaalf maar het gebeurt op het flageyplein"
    assert values("nl", text) == {"street": "Place Eugène Flagey", "municipality": "Ixelles", "postcode": "1050"}


def test_number_between_two_streets_is_that_of_the_first() -> None:
    assert values("fr", "rue haute douze au coin de la rue blaes")["house_number"] == "12"


@pytest.mark.parametrize("text", ["kom snel naar de hoogstraat", "stuur iemand naar de hoogstraat"])
def test_where_the_police_is_sent_is_the_place(text: str) -> None:
    reading = read(text, "nl", OWN)
    assert reading.street is not None
    assert reading.street.confidence >= 0.9


def test_a_municipality_nobody_said_is_sure_only_where_the_gazetteer_knows_every_street() -> None:
    ours = read("in de defacqzstraat in elsene", "nl", OWN), read("in de brabantstraat", "nl", OWN)
    assert ours[0].municipality is not None
    assert ours[0].municipality.confidence >= 0.9
    assert ours[1].municipality is not None
    assert ours[1].municipality.confidence < 0.9
    imported = read("in de brabantstraat", "nl", Gazetteer(OWN.places, complete=True))
    assert imported.municipality is not None
    assert imported.municipality.confidence >= 0.9


def test_where_somebody_goes_is_no_certain_place() -> None:
    reading = read("hij loopt weg richting louizalaan", "nl", OWN)
    assert reading.street is not None
    assert reading.street.confidence <= 0.5


def test_landmark_gives_coordinates_a_street_does_not() -> None:
    reading = read("tegenover het atomium", "nl", OWN)
    assert reading.coordinates is not None
    assert (round(reading.coordinates.value.lat, 2), round(reading.coordinates.value.lon, 2)) == (50.89, 4.34)
    assert read("in de hoogstraat", "nl", OWN).coordinates is None


def test_landmark_somebody_goes_to_gives_no_coordinates() -> None:
    reading = read("il est parti vers la gare du nord il était rue de brabant", "fr", OWN)
    assert (reading.landmark, reading.coordinates) == (None, None)


def test_municipality_follows_from_a_street_that_lies_in_one() -> None:
    reading = read("in de hoogstraat", "nl", OWN)
    assert reading.municipality is not None
    assert reading.municipality.evidence == (Mention(text="hoogstraat", start=6, end=16, rule="gazetteer:unique"),)


def test_street_in_several_municipalities_leaves_the_municipality_to_ask() -> None:
    reading = read("sur la chaussée de wavre", "fr", OWN)
    assert reading.municipality is None
    assert reading.location_confidence is not None
    assert reading.location_confidence < 0.5


def test_municipality_that_contradicts_the_street_lowers_confidence() -> None:
    reading = read("rue de brabant à uccle", "fr", OWN)
    assert reading.location_confidence is not None
    assert reading.location_confidence <= 0.5


def test_doubtful_street_comes_with_its_rivals() -> None:
    reading = read("ik sta in de hertogstraat", "nl", OWN)
    assert reading.street is not None
    assert reading.street.confidence < 0.9
    assert {rival.value.fr for rival in reading.street.alternatives} == {"Rue du Duc"} or reading.street.alternatives


@pytest.mark.parametrize("text", ["mijn naam is jacques brel", "madame louise est tombée", "monsieur horta crie"])
def test_person_is_no_place(text: str) -> None:
    assert values("fr", text) == {}


def test_component_marks_words_and_needs_a_gazetteer() -> None:
    nlp = spacy.blank("nl")
    nlp.add_pipe(COMPONENT)
    with pytest.raises(ValueError, match="attach"):
        nlp("in de hoogstraat")
    attach(nlp, OWN)
    doc = nlp("in de hoogstraat te elsene")
    assert [(span.text, span.label_) for span in doc.spans["places"]] == [
        ("hoogstraat", "street"),
        ("elsene", "municipality"),
    ]
    assert places(doc).street == doc._.places.street


def test_pipeline_without_the_component_reads_nothing() -> None:
    assert places(spacy.blank("nl")("in de hoogstraat")) == PlaceReading()


def test_empty_gazetteer() -> None:
    assert read("in de hoogstraat nummer drie", "nl", Gazetteer([])).street is None


def test_same_words_same_reading() -> None:
    text = "une bagarre rue dans ça ère numéro septante trois à bruxelles"
    assert read(text, "fr", OWN) == read(text, "fr", gazetteer_files.load(OWN_PATH))


CALL = """
er is een inbraak bezig in de defacqz straat nummer drieënvijftig in elsene ik zie twee mannen met een donkere jas bij
de voordeur van de buren ze hebben een koevoet en ze zijn net naar binnen gegaan langs de achterkant ik sta aan de
overkant op de hoek van de chaussée de charleroi en ik durf niet dichter te komen er staat ook een wagen met draaiende
motor voor de deur met iemand aan het stuur de nummerplaat kan ik niet goed lezen kom snel want er wonen oude mensen in
dat huis en ik hoor glas breken in de keuken op het gelijkvloers
"""
PIECES = [
    *("in de", "hoogstraat", "rue", "place flagey", "hoek", "nee", "nummer", "twaalf", "mille cinquante", "bus", "a"),
    *("ixelles", "gare du midi", "chaud ces dix elles", "plas fla zee", "1050", "richting", "'", "-", "ïéß", "İ", "²"),
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join), st.sampled_from(["nl", "fr", "de", "en"]))
def test_evidence_is_what_the_text_says(text: str, language: str) -> None:
    reading = read(text, language, OWN)
    for field in PlaceReading.model_fields:
        found = getattr(reading, field)
        if isinstance(found, Extraction):
            assert 0 <= found.confidence <= 1
            assert all(text[mention.start : mention.end] == mention.text for mention in found.evidence)


def test_growing_text_is_read_within_three_milliseconds_a_partial() -> None:
    said = CALL.split()
    assert len(said) >= 100
    began = time.process_time()
    for count in range(1, len(said) + 1):
        read(" ".join(said[:count]), "nl", OWN)
    assert (time.process_time() - began) / len(said) < 0.003
