"""Where it happens: street, house number, cross street, municipality, landmark, read from a caller's words.

`read` is pure. The component `intake101_locate` calls it and sets `doc.spans["places"]` and `doc._.places`; it needs a
gazetteer, which `attach` gives it. A value below 0.9 is a proposal, not an answer: its rivals stand with it.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar, cast

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp import numbers
from nlp.addresses import Figure, Scene, box, figures, house_number, postcode
from nlp.choice import (
    LANDMARKS,
    Chosen,
    Guide,
    common_places,
    meant,
    of_kinds,
    preferred,
    said_area,
    street_and_cross,
    without_aside,
)
from nlp.gazetteer import Gazetteer, Place
from nlp.sightings import sightings, words
from nlp.types import BilingualName, Coordinates, Extraction, Frozen, Mention

COMPONENT = "intake101_locate"
UNIQUE = "gazetteer:unique"
"""Rule of a municipality or postcode that follows from the street or landmark."""
_CONTRADICTED_FACTOR = 0.5
"""What is left of the confidence when the municipality said is not where the street or landmark lies."""
_UNIQUE_FACTOR = {True: 0.95, False: 0.74}
"""What is left of it in a municipality or postcode that nobody said, by whether the gazetteer knows every place.

Of the street names that our own list has in a single municipality, 319 of 433 lie in a single one of Brussels.
"""

T = TypeVar("T")


class PlaceReading(Frozen):
    """The part of an `Understanding` that says where; its fields are described there."""

    street: Extraction[BilingualName] | None = None
    house_number: Extraction[str] | None = None
    box: Extraction[str] | None = None
    cross_street: Extraction[BilingualName] | None = None
    municipality: Extraction[BilingualName] | None = None
    postcode: Extraction[str] | None = None
    landmark: Extraction[BilingualName] | None = None
    coordinates: Extraction[Coordinates] | None = None
    location_confidence: float | None = None
    """The lesser of that in street or landmark and that in the municipality. Divided by the number of municipalities
    where the name lies in several and none was said; None when neither street nor landmark is known."""


def read(text: str, language: str, gazetteer: Gazetteer) -> PlaceReading:
    """The place that a caller's words describe; `language` (nl, fr, de, en) is the recogniser's that wrote them."""
    scene = _scene(text, language, gazetteer)
    code, code_figures = postcode(scene, gazetteer.by_postcode.__contains__) or (None, frozenset[Figure]())
    area = said_area(scene) or _area_of_postcode(code, gazetteer)
    guide = Guide(gazetteer, language, area.value if area else None)
    street, cross = street_and_cross(scene, guide)
    landmark = preferred(scene, of_kinds(scene, LANDMARKS), guide)
    street, landmark = without_aside(street, landmark), without_aside(landmark, street)
    chosen = [place for place in (street, cross, landmark) if place]
    common = common_places(chosen, guide.municipality)
    known = gazetteer.complete or street is None
    municipality = area or _unique(chosen, [place.municipality for place in common], _UNIQUE_FACTOR[known])
    return PlaceReading(
        street=street.extraction() if street else None,
        house_number=house_number(scene, [place.sighting for place in (street, cross) if place], code_figures),
        box=box(scene),
        cross_street=cross.extraction() if cross else None,
        municipality=municipality,
        postcode=code or _unique(chosen, [place.postcode for place in common], _UNIQUE_FACTOR[known]),
        landmark=landmark.extraction() if landmark else None,
        coordinates=_coordinates([place for place in (landmark, street) if place], common),
        location_confidence=_location_confidence(street or landmark, municipality, common),
    )


def _scene(text: str, language: str, gazetteer: Gazetteer) -> Scene:
    said, spoken = words(text), numbers.find(text, language)
    scene = Scene(text, said, figures(said, spoken), sightings(text, said, language, gazetteer))
    return scene._replace(sightings=meant(scene))


def _area_of_postcode(code: Extraction[str] | None, gazetteer: Gazetteer) -> Extraction[BilingualName] | None:
    """The municipality that a postcode lies in."""
    if code is None:
        return None
    named = {place.municipality for place in gazetteer.by_postcode[code.value] if place.municipality}
    if len(named) != 1:
        return None
    evidence = tuple(mention.model_copy(update={"rule": "gazetteer:postcode"}) for mention in code.evidence)
    return Extraction(value=named.pop(), confidence=code.confidence, evidence=evidence)


def _unique(chosen: Sequence[Chosen], values: Iterable[T | None], factor: float) -> Extraction[T] | None:
    """The one value that all the places left have."""
    distinct = set(values)
    if len(distinct) != 1 or (value := distinct.pop()) is None:
        return None
    evidence = tuple(one.sighting.mention.model_copy(update={"rule": UNIQUE}) for one in chosen[:1])
    return Extraction(value=value, confidence=chosen[0].confidence * factor, evidence=evidence)


def _coordinates(chosen: Sequence[Chosen], common: Sequence[Place]) -> Extraction[Coordinates] | None:
    """Of the landmark, else the middle of the street, where the gazetteer knows them and all that was said agrees."""
    shared = {place.municipality for place in common}
    for one in chosen:
        spots = {place.coordinates for place in one.places if place.municipality in shared and place.coordinates}
        if len(spots) == 1 and len(shared) == 1:
            return Extraction(value=spots.pop(), confidence=one.confidence, evidence=(one.sighting.mention,))
    return None


def _location_confidence(
    chosen: Chosen | None, municipality: Extraction[BilingualName] | None, common: Sequence[Place]
) -> float | None:
    if chosen is None:
        return None
    if municipality is None:
        return chosen.confidence / max(1, len({place.municipality for place in chosen.places}))
    if not common:
        return chosen.confidence * municipality.confidence * _CONTRADICTED_FACTOR
    return min(chosen.confidence, municipality.confidence)


class Locator:
    """spaCy component: `doc.spans["places"]`, each span labelled with its kind, and `doc._.places`."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.gazetteer: Gazetteer | None = None

    def __call__(self, doc: Doc) -> Doc:
        """Read the places of `doc`. Raises `ValueError` before a gazetteer is attached."""
        if self.gazetteer is None:
            raise ValueError("no gazetteer attached: call nlp.locate.attach(nlp, gazetteer) first")
        reading = read(doc.text, self._language, self.gazetteer)
        doc.spans["places"] = [_span(doc, field, mention) for field, mention in _mentions(reading)]
        doc._.places = reading
        return doc


@Language.factory(COMPONENT, assigns=["doc.spans", "doc._.places"])
def _factory(nlp: Language, name: str) -> Locator:
    return Locator(str(nlp.lang))


def attach(nlp: Language, gazetteer: Gazetteer) -> None:
    """Give the pipeline's `intake101_locate` its gazetteer; pipelines of several languages share one."""
    cast(Locator, nlp.get_pipe(COMPONENT)).gazetteer = gazetteer


def places(doc: Doc) -> PlaceReading:
    """The place read in `doc`; an empty reading where the pipeline has no `intake101_locate`."""
    return cast(PlaceReading, doc._.places) or PlaceReading()


def _mentions(reading: PlaceReading) -> Iterable[tuple[str, Mention]]:
    for field in ("street", "cross_street", "municipality", "landmark"):
        found: Extraction[BilingualName] | None = getattr(reading, field)
        if found and (mention := found.evidence[0]).rule != UNIQUE:
            yield field, mention


def _span(doc: Doc, field: str, mention: Mention) -> Span:
    span = doc.char_span(mention.start, mention.end, label=field, alignment_mode="expand")
    assert span is not None, "the range lies inside the text"  # noqa: S101
    return span


if not Doc.has_extension("places"):
    Doc.set_extension("places", default=None)
