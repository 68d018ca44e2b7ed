"""Where it happens: street, house number, cross street, municipality, landmark, read from a caller's words.

`read` is pure. The component `intake101_locate` calls it and sets `doc.spans["places"]` and `doc._.places`; it needs a
gazetteer, which `attach` gives it. A value below 0.9 is a proposal, not an answer: its rivals stand with it.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple, TypeVar, cast

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp import numbers
from nlp.addresses import Figure, Scene, box, figures, has_number, house_number, postcode
from nlp.gazetteer import Candidate, Gazetteer, Kind, Place
from nlp.place_words import ASIDES, CORNER_CUES, REPAIRS
from nlp.sightings import Sighting, sightings, words
from nlp.types import BilingualName, Coordinates, Extraction, Frozen, Mention, Rival

T = TypeVar("T")
COMPONENT = "intake101_locate"
UNIQUE = "gazetteer:unique"
"""Rule of a municipality or postcode that follows from the street or landmark."""
_STREETS: frozenset[Kind] = frozenset({"street"})
_LANDMARKS: frozenset[Kind] = frozenset({"landmark", "station"})
_AREAS: frozenset[Kind] = frozenset({"municipality", "district"})
_GROUPS = (_STREETS, _LANDMARKS, _AREAS)
_MOST_RIVALS = 3
_LEAST_RIVAL = 0.02
_ASIDE_FACTOR = 0.5
"""What is left of the confidence in a place that somebody goes to, when no other is named."""
_CONTRADICTED_FACTOR = 0.5
"""What is left of it when the municipality said is not where the street or landmark lies."""
_UNIQUE_FACTOR = 0.95
"""What is left of it in a municipality or postcode that nobody said: no gazetteer knows every place."""
_REPAIR_REACH = 6
_CORNER_REACH = 4


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
    """Of the street or landmark times that of its municipality, which counts as one of those that the name lies in when
    it was not said; None when neither street nor landmark is known."""


class _Chosen(NamedTuple):
    """A place of the reading: the words that name it and what they may mean, likeliest first."""

    mention: Mention
    candidates: tuple[Candidate, ...]
    factor: float

    @property
    def places(self) -> tuple[Place, ...]:
        return self.candidates[0].places

    @property
    def confidence(self) -> float:
        return self.candidates[0].probability * self.factor

    def extraction(self) -> Extraction[BilingualName]:
        others = self.candidates[1 : 1 + _MOST_RIVALS]
        rivals = [Rival[BilingualName](value=other.name, confidence=other.probability) for other in others]
        return Extraction(
            value=self.candidates[0].name,
            confidence=self.confidence,
            evidence=(self.mention,),
            alternatives=tuple(rival for rival in rivals if rival.confidence >= _LEAST_RIVAL),
        )


class _Guide(NamedTuple):
    """What narrows the choice between names."""

    gazetteer: Gazetteer
    language: str
    municipality: BilingualName | None


def read(text: str, language: str, gazetteer: Gazetteer) -> PlaceReading:
    """The place that a caller's words describe; `language` (nl, fr, de, en) is the recogniser's that wrote them."""
    scene = _scene(text, language, gazetteer)
    code, code_figures = postcode(scene, gazetteer.by_postcode.__contains__) or (None, frozenset[Figure]())
    area = _said_area(scene) or _area_of_postcode(code, gazetteer)
    guide = _Guide(gazetteer, language, area.value if area else None)
    street, cross = _street_and_cross(scene, guide)
    landmark = _preferred(scene, _of(scene, _LANDMARKS), guide)
    street, landmark = _without_aside(street, landmark), _without_aside(landmark, street)
    chosen = [place for place in (street, cross, landmark) if place]
    common = _common_places(chosen, guide.municipality)
    municipality = area or _unique(chosen, [place.municipality for place in common])
    return PlaceReading(
        street=street.extraction() if street else None,
        house_number=house_number(scene, _of(scene, _STREETS), code_figures),
        box=box(scene),
        cross_street=cross.extraction() if cross else None,
        municipality=municipality,
        postcode=code or _unique(chosen, [place.postcode for place in common]),
        landmark=landmark.extraction() if landmark else None,
        coordinates=_coordinates([place for place in (landmark, street) if place], common),
        location_confidence=_location_confidence(street or landmark, municipality, common),
    )


def _scene(text: str, language: str, gazetteer: Gazetteer) -> Scene:
    said, spoken = words(text), numbers.find(text, language)
    scene = Scene(text, said, figures(said, spoken), sightings(text, said, language, gazetteer))
    return scene._replace(sightings=_without_repaired(scene))


def _without_repaired(scene: Scene) -> list[Sighting]:
    """The places said, without those that the caller took back: "Defacqzstraat, nee, Louizalaan"."""
    kept = []
    for number, seen in enumerate(scene.sightings):
        later = [other for other in scene.sightings[number + 1 :] if _group(other) == _group(seen)]
        if not later or not _says(scene, REPAIRS, seen.last, later[0].first, _REPAIR_REACH):
            kept.append(seen)
    return kept


def _group(seen: Sighting) -> frozenset[Kind]:
    return next(group for group in _GROUPS if seen.best.kind in group)


def _of(scene: Scene, kinds: frozenset[Kind]) -> list[Sighting]:
    return [seen for seen in scene.sightings if seen.best.kind in kinds]


def _says(scene: Scene, cues: frozenset[str], first: int, last: int, reach: int) -> bool:
    """Whether one of `cues` stands in the words from `first` up to `last`, which are at most `reach`."""
    return 0 <= last - first <= reach and any(scene.norm(place) in cues for place in range(first, last))


def _said_area(scene: Scene) -> Extraction[BilingualName] | None:
    """The last municipality or district named that nobody only goes to."""
    named = [seen for seen in _of(scene, _AREAS) if seen.best.places[0].municipality]
    here = [seen for seen in named if not _is_aside(scene, seen)] or named
    if not here:
        return None
    best = here[-1].best
    factor = _ASIDE_FACTOR if _is_aside(scene, here[-1]) else 1.0
    municipality = cast(BilingualName, best.places[0].municipality)
    return Extraction(value=municipality, confidence=best.probability * factor, evidence=(here[-1].mention,))


def _area_of_postcode(code: Extraction[str] | None, gazetteer: Gazetteer) -> Extraction[BilingualName] | None:
    """The municipality that a postcode lies in."""
    if code is None:
        return None
    named = {place.municipality for place in gazetteer.by_postcode[code.value] if place.municipality}
    if len(named) != 1:
        return None
    evidence = tuple(mention.model_copy(update={"rule": "gazetteer:postcode"}) for mention in code.evidence)
    return Extraction(value=named.pop(), confidence=code.confidence, evidence=evidence)


def _street_and_cross(scene: Scene, guide: _Guide) -> tuple[_Chosen | None, _Chosen | None]:
    """The street, and the one it meets where the caller speaks of a corner."""
    streets = _of(scene, _STREETS)
    for one, two in pairwise(streets):
        before = _says(scene, CORNER_CUES, max(0, one.first - _CORNER_REACH), one.first, _CORNER_REACH)
        if one.last <= two.first <= one.last + _CORNER_REACH and (
            before or _says(scene, CORNER_CUES, one.last, two.first, _CORNER_REACH)
        ):
            return _narrowed(scene, one, guide), _narrowed(scene, two, guide)
    return _preferred(scene, streets, guide), None


def _preferred(scene: Scene, seen: Sequence[Sighting], guide: _Guide) -> _Chosen | None:
    """The likeliest place; of equals one in the municipality named, then one with a house number, then the last."""
    chosen = [_narrowed(scene, each, guide) for each in seen]
    ranks = [
        (round(one.confidence, 1), _is_inside(one, guide), has_number(scene, each), order)
        for order, (each, one) in enumerate(zip(seen, chosen, strict=True))
    ]
    return chosen[max(ranks)[-1]] if ranks else None


def _is_inside(one: _Chosen, guide: _Guide) -> bool:
    return any(place.municipality == guide.municipality for place in one.places)


def _narrowed(scene: Scene, seen: Sighting, guide: _Guide) -> _Chosen:
    """What the words may mean once the municipality is known."""
    factor = _ASIDE_FACTOR if _is_aside(scene, seen) else 1.0
    if guide.municipality is None:
        return _Chosen(seen.mention, seen.candidates, factor)
    found = guide.gazetteer.lookup(seen.heard, guide.language, guide.municipality, _group(seen))
    return _Chosen(seen.mention, tuple(found) or seen.candidates, factor)


def _is_aside(scene: Scene, seen: Sighting) -> bool:
    return any(scene.norm(place) in ASIDES for place in range(seen.first - 3, seen.first))


def _common_places(chosen: Sequence[_Chosen], municipality: BilingualName | None) -> list[Place]:
    """The first chosen place in the municipalities that all of them share, or that were said."""
    if not chosen:
        return []
    shared = reduce(frozenset.__and__, (frozenset(each.municipality for each in one.places) for one in chosen))
    allowed = shared & {municipality} if municipality else shared
    return [place for place in chosen[0].places if place.municipality in allowed]


def _unique(chosen: Sequence[_Chosen], values: Iterable[T | None]) -> Extraction[T] | None:
    """The one value that all the places left have."""
    distinct = set(values)
    if len(distinct) != 1 or (value := distinct.pop()) is None:
        return None
    evidence = tuple(one.mention.model_copy(update={"rule": UNIQUE}) for one in chosen[:1])
    return Extraction(value=value, confidence=chosen[0].confidence * _UNIQUE_FACTOR, evidence=evidence)


def _coordinates(chosen: Sequence[_Chosen], common: Sequence[Place]) -> Extraction[Coordinates] | None:
    """Of the landmark, else the middle of the street, where the gazetteer knows them and all that was said agrees."""
    shared = {place.municipality for place in common}
    for one in chosen:
        spots = {place.coordinates for place in one.places if place.municipality in shared and place.coordinates}
        if len(spots) == 1 and len(shared) == 1:
            return Extraction(value=spots.pop(), confidence=one.confidence, evidence=(one.mention,))
    return None


def _without_aside(one: _Chosen | None, other: _Chosen | None) -> _Chosen | None:
    """A place that somebody only goes to says nothing when another place is named."""
    return None if one and other and one.factor < other.factor else one


def _location_confidence(
    chosen: _Chosen | None, municipality: Extraction[BilingualName] | None, common: Sequence[Place]
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
