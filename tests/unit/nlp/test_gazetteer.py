"""Our own gazetteer, the files that can be read, and what a name finds."""

import csv
import math
import time
from collections import Counter
from pathlib import Path

import pytest

from nlp import gazetteer_files
from nlp.gazetteer import Gazetteer, Place
from nlp.gazetteer_files import GazetteerError
from nlp.normalise import fold
from nlp.types import BilingualName
from tests.unit.nlp.corruption import is_right, samples

OWN = Path(__file__).parents[3] / "config" / "gazetteer" / "brussels.csv"
IXELLES = BilingualName(fr="Ixelles", nl="Elsene")
FLAGEY = BilingualName(fr="Place Eugène Flagey", nl="Eugène Flageyplein")


@pytest.fixture(scope="module")
def own() -> Gazetteer:
    return gazetteer_files.load(OWN)


@pytest.fixture(scope="module")
def reference(shared: Path) -> Gazetteer:
    return gazetteer_files.load(shared / "data" / "gazetteer" / "brussels_streets.csv")


def test_own_holds_all_municipalities_and_enough_of_each_kind(own: Gazetteer) -> None:
    kinds = Counter(place.kind for place in own.places)
    assert kinds["municipality"] == 19
    assert kinds["street"] >= 300
    assert kinds["landmark"] + kinds["station"] >= 70
    streets = {place.municipality for place in own.places if place.kind == "street"}
    assert streets == {place.name for place in own.places if place.kind == "municipality"}


def test_own_streets_have_no_coordinates_and_every_place_lies_in_the_region(own: Gazetteer) -> None:
    assert all(place.coordinates is None for place in own.places if place.kind == "street")
    spots = [place.coordinates for place in own.places if place.coordinates]
    assert all(50.76 < spot.lat < 50.92 and 4.24 < spot.lon < 4.49 for spot in spots)


def test_own_lists_no_place_twice(own: Gazetteer) -> None:
    rows = Counter((place.kind, place.name, place.municipality, place.postcode) for place in own.places)
    assert [row for row, count in rows.items() if count > 1] == []


@pytest.mark.parametrize(
    ("language", "heard"),
    [("nl", "plas fla zee"), ("nl", "flageyplein"), ("fr", "place fla j"), ("fr", "Place Eugène Flagey")],
)
def test_lookup_by_sound_and_spelling(own: Gazetteer, language: str, heard: str) -> None:
    best = own.lookup(heard, language)[0]
    assert best.name == FLAGEY
    assert best.probability > 0.6


def test_lookup_of_nothing_like_a_place(own: Gazetteer) -> None:
    assert own.lookup("", "nl") == []
    assert all(found.probability < 0.5 for found in own.lookup("alstublieft", "nl"))


def test_municipality_narrows_a_name_to_its_place_there(own: Gazetteer) -> None:
    everywhere = own.lookup("chaussée de wavre", "fr")[0]
    there = own.lookup("chaussée de wavre", "fr", IXELLES)[0]
    assert len(everywhere.places) > 1
    assert [place.municipality for place in there.places] == [IXELLES]


def test_municipality_decides_between_rivals() -> None:
    uccle = BilingualName(fr="Uccle", nl="Ukkel")
    gazetteer = Gazetteer(
        [
            Place(kind="street", name=BilingualName(fr="Rue Maes", nl=None), municipality=IXELLES),
            Place(kind="street", name=BilingualName(fr="Rue Maas", nl=None), municipality=uccle),
        ]
    )
    assert gazetteer.lookup("rue mas", "fr")[0].probability < 0.9
    found = gazetteer.lookup("rue mas", "fr", uccle)[0]
    assert found.name.fr == "Rue Maas"


def test_no_more_than_asked_for_and_best_first(own: Gazetteer) -> None:
    found = own.lookup("rue de la", "fr", limit=5)
    assert len(found) == 5
    assert found == sorted(found, key=lambda candidate: -candidate.score)


def test_best_address_gives_a_street_once_for_each_postcode(tmp_path: Path) -> None:
    path = tmp_path / "openaddress-bebru.csv"
    path.write_text(
        "EPSG:4326_lat,EPSG:4326_lon,address_id,region_code,street_id,streetname_nl,streetname_fr,streetname_de,"
        "house_number,box_number,postcode,municipality_name_nl,municipality_name_fr,municipality_name_de\n"
        "50.8,4.3,1,BE-BRU,9,Defacqzstraat,Rue Defacqz,,1,,1050,Elsene,Ixelles,\n"
        "50.8,4.3,2,BE-BRU,9,Defacqzstraat,Rue Defacqz,,3,,1050,Elsene,Ixelles,\n"
        "50.8,4.3,3,BE-BRU,9,Defacqzstraat,Rue Defacqz,,5,,1060,Elsene,Ixelles,\n",
        encoding="utf-8",
    )
    assert [(place.name.nl, place.postcode) for place in gazetteer_files.load(path).places] == [
        ("Defacqzstraat", "1050"),
        ("Defacqzstraat", "1060"),
    ]


def test_files_are_merged(tmp_path: Path) -> None:
    path = tmp_path / "streets.csv"
    path.write_text(
        "name_fr,name_nl,nis,mun_fr,mun_nl,postcode,police_zone,lat,lon,osm_type,wikidata\n"
        "Place Eugène Flagey,Eugène Flageyplein,21009,Ixelles,Elsene,1000,5339,50.8275,4.3723,way,\n",
        encoding="utf-8",
    )
    places = gazetteer_files.load(OWN, path).places
    merged = [place for place in places if place.name == FLAGEY]
    assert [(place.postcode, place.coordinates is not None) for place in merged] == [("1050", True)]
    assert "flageyplein" in merged[0].aliases


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "no known gazetteer"),
        ("a,b\n1,2\n", "no known gazetteer"),
        ("kind,name_fr,name_nl,municipality_fr,municipality_nl,postcode,lat,lon,aliases\npub,A,B,,,,,,\n", "line 2"),
        ("kind,name_fr,name_nl,municipality_fr,municipality_nl,postcode,lat,lon,aliases\nstreet,,,,,,,,\n", "line 2"),
        ("kind,name_fr,name_nl,municipality_fr,municipality_nl,postcode,lat,lon,aliases\nstreet,A\n", "line 2"),
        (
            "kind,name_fr,name_nl,municipality_fr,municipality_nl,postcode,lat,lon,aliases\nstreet,A,B,,,,x,4,\n",
            "line 2",
        ),
    ],
)
def test_bad_file_is_refused_with_its_line(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GazetteerError, match=complaint):
        gazetteer_files.load(path)


@pytest.mark.shared
def test_own_streets_exist(own: Gazetteer, reference: Gazetteer) -> None:
    known = {(fold(place.name.fr or ""), fold(place.name.nl or "")) for place in reference.places}
    streets = [place for place in own.places if place.kind == "street"]
    unknown = [place.name for place in streets if (fold(place.name.fr or ""), fold(place.name.nl or "")) not in known]
    assert len(unknown) <= 0.02 * len(streets), unknown


@pytest.mark.shared
def test_own_stations_stand_where_the_railway_says(own: Gazetteer, shared: Path) -> None:
    with (shared / "data" / "gazetteer" / "belgian_stations.csv").open(encoding="utf-8", newline="") as file:
        spots = [(float(row["latitude"]), float(row["longitude"])) for row in csv.DictReader(file)]
    stations = [place for place in own.places if place.kind == "station" and place.coordinates]
    assert len(stations) >= 15
    for place in stations:
        assert place.coordinates is not None
        here = place.coordinates.lat, place.coordinates.lon
        assert min(_kilometres(here, spot) for spot in spots) < 0.5, place.name


def _kilometres(one: tuple[float, float], two: tuple[float, float]) -> float:
    return math.hypot((one[0] - two[0]) * 111.2, (one[1] - two[1]) * 70.2)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("errors", "first", "three", "sure"), [(0, 0.97, 0.99, 0.80), (2, 0.94, 0.97, 0.60), (4, 0.88, 0.92, 0.40)]
)
def test_corrupted_names_are_found(reference: Gazetteer, errors: int, first: float, three: float, sure: float) -> None:
    tries = list(samples(reference, count=100, errors=errors, seed=11))
    answers = [(sample, reference.lookup(sample.heard, sample.language)) for sample in tries]
    top = [(found[0].probability, is_right(found[0].name, sample)) for sample, found in answers if found]
    among = sum(any(is_right(candidate.name, sample) for candidate in found) for sample, found in answers)
    assert sum(right for _, right in top) >= first * len(tries)
    assert among >= three * len(tries)
    certain = [right for probability, right in top if probability >= 0.9]
    assert len(certain) >= sure * len(tries)
    assert sum(certain) >= 0.98 * len(certain)


@pytest.mark.shared
def test_large_gazetteer_loads_and_answers_quickly(reference: Gazetteer, shared: Path) -> None:
    began = time.process_time()
    gazetteer_files.load(shared / "data" / "gazetteer" / "brussels_streets.csv")
    assert time.process_time() - began < 1.0
    tries = list(samples(reference, count=25, errors=3, seed=5))
    began = time.process_time()
    for sample in tries:
        reference.lookup(sample.heard, sample.language)
    assert (time.process_time() - began) / len(tries) < 0.003
