"""Which words of a text name a place.

Windows of up to seven words are looked up: every one by spelling; by sound those that begin with a French street type,
end in a Dutch one, or follow a location cue. Of windows that overlap, the one wins that explains most sounds.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nlp.gazetteer import EVERY_KIND, Candidate, Gazetteer, Kind
from nlp.normalise import fold
from nlp.place_words import ARTICLES, CONNECTORS, EVERYDAY, LOCATION_CUES, PERSON_CUES, STOPS
from nlp.spoken_forms import FRENCH_TYPES
from nlp.types import Mention

_LONGEST = 7
_WORDS_BEFORE_DUTCH_TYPE = 5
_SHORTEST_NAME = 4
"""Letters; a shorter name, such as ULB, needs a cue."""
_CHANCE_SCORE = 0.62
"""How alike two names are by chance; only the likeness above it counts for a window."""

_WORD = re.compile(r"[^\W_]+")
_STREET_TYPES = frozenset(fold(word) for word in FRENCH_TYPES)
_ANCHORS = _STREET_TYPES | {
    *("gare", "station", "metro", "parc", "hopital", "clinique", "ziekenhuis", "kliniek", "stade", "gevangenis"),
}
_DUTCH_TYPE = re.compile(r"(?<!^s)(?:straat|laan|plein|steenweg|kaai|dreef|square|gaarde|galerij)$")
"""Of `DUTCH_TYPES` those that no everyday word ends in."""
_GENERIC = _ANCHORS | ARTICLES | LOCATION_CUES | CONNECTORS | STOPS

_INNER = ARTICLES | {"in", "op", "en", "et"}
"""At neither end of a name that was misheard."""


class Word(NamedTuple):
    """A run of letters and digits, folded, with the characters it stands at."""

    norm: str
    start: int
    end: int


class Sighting(NamedTuple):
    """The words `first` up to but not including `last`, and what they may name, likeliest first."""

    first: int
    last: int
    heard: str
    candidates: tuple[Candidate, ...]
    mention: Mention

    @property
    def best(self) -> Candidate:
        """The likeliest."""
        return self.candidates[0]

    @property
    def gain(self) -> float:
        """Letters explained better than by chance."""
        return (self.best.score - _CHANCE_SCORE) * len(fold(self.heard))


class Threshold(NamedTuple):
    """What a window that is looked up by sound must reach."""

    score: float
    probability: float
    letters: int
    """In all."""
    own_letters: int
    """Of words that are not generic."""


_ANCHORED = Threshold(score=0.75, probability=0.10, letters=5, own_letters=3)
_CUED = Threshold(score=0.80, probability=0.25, letters=7, own_letters=5)


def words(text: str) -> tuple[Word, ...]:
    """The words of a text; apostrophes and hyphens part them."""
    return tuple(Word(fold(match.group()), *match.span()) for match in _WORD.finditer(text))


def sightings(text: str, said: tuple[Word, ...], language: str, gazetteer: Gazetteer) -> list[Sighting]:
    """The places that `text` names, in the order they are said; no two share a word."""
    found = [*_spelled(text, said, gazetteer), *_sounded(text, said, language, gazetteer)]
    chosen: list[Sighting] = []
    for sighting in sorted(found, key=lambda seen: (-seen.gain, seen.first, seen.last)):
        if all(sighting.last <= other.first or other.last <= sighting.first for other in chosen):
            chosen.append(sighting)
    return sorted(chosen, key=lambda seen: seen.first)


def sighting(
    text: str, said: tuple[Word, ...], span: tuple[int, int], found: Iterable[Candidate], rule: str
) -> Sighting:
    """The words of `span` and the places they may name."""
    first, last = span
    start, end = said[first].start, said[last - 1].end
    mention = Mention(text=text[start:end], start=start, end=end, rule=rule)
    return Sighting(first, last, mention.text, tuple(found), mention)


def _spelled(text: str, said: tuple[Word, ...], gazetteer: Gazetteer) -> Iterator[Sighting]:
    for first in range(len(said)):
        spelling = ""
        for last in range(first + 1, min(first + _LONGEST, len(said)) + 1):
            spelling += said[last - 1].norm
            found = gazetteer.exact(spelling)
            if found and _is_meant(said, first, last, spelling, found[0]):
                yield sighting(text, said, (first, last), found, "gazetteer:exact")


def _is_meant(said: tuple[Word, ...], first: int, last: int, spelling: str, found: Candidate) -> bool:
    if found.kind != "street" and PERSON_CUES & {word.norm for word in said[max(0, first - 3) : first]}:
        return False
    return _is_cued(said, first) or not (spelling in EVERYDAY or len(spelling) < _SHORTEST_NAME)


def _is_cued(said: tuple[Word, ...], first: int) -> bool:
    before = first - 1
    while before >= 0 and said[before].norm in ARTICLES - LOCATION_CUES:
        before -= 1
    return before >= 0 and said[before].norm in LOCATION_CUES


def _sounded(text: str, said: tuple[Word, ...], language: str, gazetteer: Gazetteer) -> Iterator[Sighting]:
    for (first, last), threshold in _windows(said, _barriers(said), language).items():
        if (last - first == 1 and said[first].norm in EVERYDAY) or not _is_long_enough(said[first:last], threshold):
            continue
        heard = text[said[first].start : said[last - 1].end]
        found = gazetteer.lookup(heard, language, kinds=_kinds(last - first, threshold))
        if found and found[0].score >= threshold.score and found[0].probability >= threshold.probability:
            yield sighting(text, said, (first, last), found, "gazetteer:sound")


def _kinds(length: int, threshold: Threshold) -> frozenset[Kind]:
    """A single word that does not say that it is a street is none: too many everyday words sound like a street."""
    return EVERY_KIND - {"street"} if length == 1 and threshold is _CUED else EVERY_KIND


def _is_long_enough(window: tuple[Word, ...], threshold: Threshold) -> bool:
    """Own letters are those of a name: of neither a type of street nor an article nor a cue."""
    own = sum(len(_DUTCH_TYPE.sub("", word.norm)) for word in window if word.norm not in _GENERIC)
    return own >= threshold.own_letters and sum(len(word.norm) for word in window) >= threshold.letters


def _barriers(said: tuple[Word, ...]) -> list[bool]:
    """Which words are no part of a misheard name; a number word may be, as in "chaud ces dix elles"."""
    return [word.norm in STOPS or word.norm[0].isdigit() for word in said]


def _windows(said: tuple[Word, ...], barriers: list[bool], language: str) -> dict[tuple[int, int], Threshold]:
    """The windows worth a lookup by sound, and what each must reach."""
    windows: dict[tuple[int, int], Threshold] = {}
    for place, word in enumerate(said):
        if word.norm in LOCATION_CUES:
            windows |= dict.fromkeys(_after_cue(said, place, barriers), _CUED)
    for place, word in enumerate(said):
        if word.norm in _ANCHORS:
            windows |= dict.fromkeys(_after(said, place, place + 2, barriers), _ANCHORED)
        if _DUTCH_TYPE.search(word.norm) and (language != "fr" or not _DUTCH_TYPE.match(word.norm)):
            windows |= dict.fromkeys(_up_to(place, said, barriers), _ANCHORED)
    return windows


def _after_cue(said: tuple[Word, ...], cue: int, barriers: list[bool]) -> Iterator[tuple[int, int]]:
    first = cue + 1
    while first < len(said) and said[first].norm in ARTICLES:
        first += 1
    return _after(said, first, first + 1, barriers)


def _after(said: tuple[Word, ...], first: int, shortest: int, barriers: list[bool]) -> Iterator[tuple[int, int]]:
    for last in range(first + 1, min(first + _LONGEST, len(said)) + 1):
        if barriers[last - 1] or (last - 1 > first and said[last - 1].norm in _STREET_TYPES):
            return
        if last >= shortest and said[last - 1].norm not in _INNER:
            yield first, last


def _up_to(place: int, said: tuple[Word, ...], barriers: list[bool]) -> Iterator[tuple[int, int]]:
    if not _DUTCH_TYPE.match(said[place].norm):
        yield place, place + 1
    elif place and said[place - 1].norm in ARTICLES | CONNECTORS | LOCATION_CUES:
        return
    for first in range(place - 1, max(-1, place - 1 - _WORDS_BEFORE_DUTCH_TYPE), -1):
        if barriers[first]:
            return
        if said[first].norm not in _INNER:
            yield first, place + 1
