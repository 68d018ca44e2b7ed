"""Which of the places that a caller names is the one meant.

What is taken back, denied or only a goal ("richting Louizalaan") gives way to what is not; a municipality narrows the
names that the words may mean.
"""

from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

from nlp.addresses import Scene, has_number
from nlp.gazetteer import Candidate, Gazetteer, Kind, Place
from nlp.place_words import ARTICLES, ASIDES, CORNER_CUES, HOME_CUES, LOCATION_CUES, NEGATIONS, REPAIRS, SUMMONS
from nlp.sightings import Sighting
from nlp.types import BilingualName, Extraction, Rival

STREETS: frozenset[Kind] = frozenset({"street"})
LANDMARKS: frozenset[Kind] = frozenset({"landmark", "station"})
AREAS: frozenset[Kind] = frozenset({"municipality", "district"})
_GROUPS = (STREETS, LANDMARKS, AREAS)
_MOST_RIVALS = 3
_LEAST_RIVAL = 0.02
_ASIDE_FACTOR = 0.5
"""What is left of the confidence in a place that somebody goes to, when no other is named."""
_REPAIR_REACH = 6
_CORNER_REACH = 4
_ASIDE_REACH = 3
_HOME_REACH = 5
_SUMMONS_REACH = 5


class Chosen(NamedTuple):
    """A place of the reading: the words that name it and what they may mean, likeliest first."""

    sighting: Sighting
    candidates: tuple[Candidate, ...]
    factor: float

    @property
    def places(self) -> tuple[Place, ...]:
        """Where the likeliest name lies."""
        return self.candidates[0].places

    @property
    def confidence(self) -> float:
        """That this name is meant and that it is where it happens."""
        return self.candidates[0].probability * self.factor

    def extraction(self) -> Extraction[BilingualName]:
        """The name with its rivals."""
        others = self.candidates[1 : 1 + _MOST_RIVALS]
        rivals = [Rival[BilingualName](value=other.name, confidence=other.probability) for other in others]
        return Extraction(
            value=self.candidates[0].name,
            confidence=self.confidence,
            evidence=(self.sighting.mention,),
            alternatives=tuple(rival for rival in rivals if rival.confidence >= _LEAST_RIVAL),
        )


class Guide(NamedTuple):
    """What narrows the choice between names."""

    gazetteer: Gazetteer
    language: str
    municipality: BilingualName | None


def meant(scene: Scene) -> list[Sighting]:
    """The places said, without those denied ("niet in de Hoogstraat") or taken back ("Kroonlaan, nee, Louizalaan")."""
    said = [seen for seen in scene.sightings if not _is_denied(scene, seen)]
    return [seen for place, seen in enumerate(said) if not _is_taken_back(scene, seen, said[place + 1 :])]


def of_kinds(scene: Scene, kinds: frozenset[Kind]) -> list[Sighting]:
    """The places of some kinds, in the order they are said."""
    return [seen for seen in scene.sightings if seen.best.kind in kinds]


def said_area(scene: Scene) -> Extraction[BilingualName] | None:
    """The municipality, or that of the district, named last that nobody only goes to."""
    for seen in reversed(of_kinds(scene, AREAS)):
        municipality = seen.best.places[0].municipality
        if municipality and not _is_aside(scene, seen):
            return Extraction(value=municipality, confidence=seen.best.probability, evidence=(seen.mention,))
    return None


def street_and_cross(scene: Scene, guide: Guide) -> tuple[Chosen | None, Chosen | None]:
    """The street, and the one it meets where the caller speaks of a corner."""
    streets = of_kinds(scene, STREETS)
    for one, two in pairwise(streets):
        if 0 <= two.first - one.last <= _CORNER_REACH and (
            _says(scene, CORNER_CUES, one.first - _CORNER_REACH, one.first)
            or _says(scene, CORNER_CUES, one.last, two.first)
        ):
            return _narrowed(scene, one, guide), _narrowed(scene, two, guide)
    return preferred(scene, streets, guide), None


def preferred(scene: Scene, seen: Sequence[Sighting], guide: Guide) -> Chosen | None:
    """The likeliest place; of equals one in the municipality named, not the caller's home, with a number, the last."""
    chosen = [_narrowed(scene, each, guide) for each in seen]
    ranks = [
        (round(one.confidence, 1), _is_inside(one, guide), not _is_home(scene, each), has_number(scene, each), order)
        for order, (each, one) in enumerate(zip(seen, chosen, strict=True))
    ]
    return chosen[max(ranks)[-1]] if ranks else None


def without_aside(one: Chosen | None, other: Chosen | None) -> Chosen | None:
    """A place that somebody only goes to says nothing when another place is named."""
    return None if one and other and one.factor < other.factor else one


def common_places(chosen: Sequence[Chosen], municipality: BilingualName | None) -> list[Place]:
    """The first chosen place in the municipalities that all of them share, or that were said."""
    if not chosen:
        return []
    shared = reduce(frozenset.__and__, (frozenset(each.municipality for each in one.places) for one in chosen))
    allowed = shared & {municipality} if municipality else shared
    return [place for place in chosen[0].places if place.municipality in allowed]


def _says(scene: Scene, cues: frozenset[str], first: int, last: int) -> bool:
    return any(scene.norm(place) in cues for place in range(first, last))


def _group(seen: Sighting) -> frozenset[Kind]:
    return next(group for group in _GROUPS if seen.best.kind in group)


def _is_denied(scene: Scene, seen: Sighting) -> bool:
    before = seen.first - 1
    while scene.norm(before) in ARTICLES | LOCATION_CUES:
        before -= 1
    return scene.norm(before) in NEGATIONS


def _is_taken_back(scene: Scene, seen: Sighting, later: Sequence[Sighting]) -> bool:
    following = next((other for other in later if _group(other) == _group(seen)), None)
    if following is None or following.first - seen.last > _REPAIR_REACH:
        return False
    return _says(scene, REPAIRS, seen.last, following.first)


def _is_aside(scene: Scene, seen: Sighting) -> bool:
    """Whether somebody goes there, other than the police that the caller sends for."""
    return any(
        scene.norm(place) in ASIDES and not _says(scene, SUMMONS, place - _SUMMONS_REACH, place)
        for place in range(seen.first - _ASIDE_REACH, seen.first)
    )


def _is_home(scene: Scene, seen: Sighting) -> bool:
    return _says(scene, HOME_CUES, seen.first - _HOME_REACH, seen.first)


def _is_inside(one: Chosen, guide: Guide) -> bool:
    return any(place.municipality == guide.municipality for place in one.places)


def _narrowed(scene: Scene, seen: Sighting, guide: Guide) -> Chosen:
    """What the words may mean once the municipality is known."""
    factor = _ASIDE_FACTOR if _is_aside(scene, seen) else 1.0
    if guide.municipality is None:
        return Chosen(seen, seen.candidates, factor)
    found = guide.gazetteer.lookup(seen.heard, guide.language, guide.municipality, _group(seen))
    return Chosen(seen, tuple(found) or seen.candidates, factor)
