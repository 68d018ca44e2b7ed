"""The places of a region, found again by how a caller says them or a recogniser writes them.

A street that runs through several municipalities is several places with one name: `Place` is one of them, `Candidate` a
name that was perhaps meant, with all its places.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from math import exp
from typing import Literal, NamedTuple, TypeVar

from nlp.sounds import Heard, SoundIndex
from nlp.types import BilingualName, Coordinates, Frozen

Kind = Literal["street", "landmark", "station", "municipality", "district"]
EVERY_KIND: frozenset[Kind] = frozenset({"street", "landmark", "station", "municipality", "district"})
_OUTSIDE_PENALTY = 0.10
"""What a name loses that does not lie in the municipality the caller named: callers name the wrong one, too."""
_RANKED = 24
_REMEMBERED = 4_096

K = TypeVar("K")


class Place(Frozen):
    """A named place in one municipality."""

    kind: Kind
    name: BilingualName
    municipality: BilingualName | None = None
    """None where it is unknown or lies in several."""
    postcode: str | None = None
    coordinates: Coordinates | None = None
    """Of a landmark or station itself; of a street, its middle."""
    aliases: tuple[str, ...] = ()
    """What callers also say, in either language."""


class Candidate(Frozen):
    """A name that was perhaps meant, with the places that carry it."""

    kind: Kind
    name: BilingualName
    places: tuple[Place, ...]
    """Only those in the municipality that the caller named, where there are any."""
    score: float
    """Likeness in sound and spelling, between 0 and 1."""
    probability: float
    """That this name was meant, given its likeness and its lead over the nearest rival."""


class _Weighed(NamedTuple):
    """A name that was heard, with its places and its score once the municipality is taken into account."""

    heard: Heard
    places: tuple[Place, ...]
    score: float


class Gazetteer:
    """An immutable set of places with an index of their names by sound and spelling."""

    def __init__(self, places: Iterable[Place], *, complete: bool = False) -> None:
        self.places = tuple(places)
        self.complete = complete
        """Whether every street of its region is listed in every municipality it runs through."""
        self.by_postcode = grouped(self.places, lambda place: place.postcode)
        self._names = tuple(grouped(self.places, _identity).values())
        self._index = SoundIndex((group[0].name, _aliases(group)) for group in self._names)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._lookup)

    def exact(self, heard: str) -> list[Candidate]:
        """The names written as `heard`, which is folded and without spaces; each as likely as the next."""
        numbers = self._index.exact(heard)
        return [_candidate(self._names[number], 1.0, _EXACT / len(numbers)) for number in numbers]

    def lookup(
        self,
        heard: str,
        language: str,
        municipality: BilingualName | None = None,
        kinds: frozenset[Kind] = EVERY_KIND,
        limit: int = 3,
    ) -> list[Candidate]:
        """The names most like `heard`, best first, at most `limit`; empty when nothing is like it.

        `language` (nl, fr, de, en) is that of the recogniser that wrote `heard`, not the name's. A municipality puts
        the names that lie in it first.
        """
        return list(self._remembered(heard, language, municipality, kinds, limit))

    def _lookup(
        self, heard: str, language: str, municipality: BilingualName | None, kinds: frozenset[Kind], limit: int
    ) -> tuple[Candidate, ...]:
        weighed = [self._weighed(heard_name, municipality) for heard_name in self._index.rank(heard, language, _RANKED)]
        ranked = sorted((name for name in weighed if name.places[0].kind in kinds), key=lambda name: -name.score)
        return tuple(_candidate(name.places, name.score, _probability(name, ranked)) for name in ranked[:limit])

    def _weighed(self, heard: Heard, municipality: BilingualName | None) -> _Weighed:
        places = self._names[heard.name]
        inside = tuple(place for place in places if place.municipality == municipality)
        if municipality is None or inside:
            return _Weighed(heard, inside or places, heard.score)
        return _Weighed(heard, places, heard.score - _OUTSIDE_PENALTY)


_EXACT = 0.99
_INTERCEPT, _PER_SCORE, _PER_LEAD = -20.7, 22.2, 23.4
_MOST_LEAD = 0.2
"""Logistic regression; the recipe is `tests/unit/nlp/fit_probability.py`, the figures are in `docs/places.md`."""


def _probability(name: _Weighed, ranked: list[_Weighed]) -> float:
    """That the name was meant, from its score and its lead over the next different name."""
    rival = max((other.score for other in ranked if not _same_street(name.places, other.places)), default=0.0)
    lead = max(-_MOST_LEAD, min(_MOST_LEAD, name.score - rival))
    return 1 / (1 + exp(-(_INTERCEPT + _PER_SCORE * name.score + _PER_LEAD * lead)))


def _same_street(some: tuple[Place, ...], others: tuple[Place, ...]) -> bool:
    """One street that is written in two ways: no rival of itself."""
    one, two = some[0].name, others[0].name
    alike = (one.fr is not None and one.fr == two.fr) or (one.nl is not None and one.nl == two.nl)
    return alike and not {place.municipality for place in some}.isdisjoint(place.municipality for place in others)


def _candidate(places: tuple[Place, ...], score: float, probability: float) -> Candidate:
    return Candidate(
        kind=places[0].kind, name=places[0].name, places=places, score=max(0.0, score), probability=probability
    )


def _identity(place: Place) -> tuple[Kind, str | None, str | None]:
    return place.kind, place.name.fr, place.name.nl


def _aliases(places: tuple[Place, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alias for place in places for alias in place.aliases))


def grouped(places: Iterable[Place], key: Callable[[Place], K]) -> dict[K, tuple[Place, ...]]:
    """The places by what `key` says of them, in their order."""
    groups: dict[K, list[Place]] = {}
    for place in places:
        groups.setdefault(key(place), []).append(place)
    return {value: tuple(group) for value, group in groups.items()}
