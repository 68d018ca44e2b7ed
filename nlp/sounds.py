"""Names by how they sound: an index that finds what was meant in what a recogniser wrote.

Trigrams of coarse sounds choose the names worth comparing (Dice, weighted by rarity); these are compared by Indel
likeness of coarse sounds, fine sounds and spelling. A name is read in its own language; what was heard is read in the
recogniser's, and also in the name's, for a recogniser may know how the name is written.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance.Indel import normalized_similarity as likeness

from nlp.normalise import fold
from nlp.phonetics import coarse, phones
from nlp.spoken_forms import spoken_forms
from nlp.types import BilingualName

_COARSE_WEIGHT = 0.35
_FINE_WEIGHT = 0.40
_SPELLING_WEIGHT = 0.25
_COMPARED = 80
"""Forms compared in full for each reading of what was heard."""
_LEAST_DICE = 0.25
_REMEMBERED = 4_096


class Heard(NamedTuple):
    """A name that resembles what was heard."""

    name: int
    """Place in the sequence that the index was made from."""
    score: float
    """Likeness between 0 and 1."""
    length: int
    """Sounds of the form that resembles it."""


class _Form(NamedTuple):
    name: int
    language: str
    spelling: str
    fine: str
    coarse: str


_folded = lru_cache(maxsize=_REMEMBERED)(fold)


def _form(name: int, language: str, text: str) -> _Form:
    fine = phones(text, language)
    return _Form(name, language, "".join(map(_folded, text.split())), fine, coarse(fine))


def _grams(sounds: str) -> set[str]:
    bounded = f"^{sounds}$"
    return {bounded[place : place + 3] for place in range(len(bounded) - 2)}


class SoundIndex:
    """Finds names by sound and spelling. Pure: the same question has the same answer; answers are remembered."""

    def __init__(self, names: Iterable[tuple[BilingualName, tuple[str, ...]]]) -> None:
        self._forms = [
            _form(number, *form)
            for number, (name, aliases) in enumerate(names)
            for form in dict.fromkeys(spoken_forms(name, aliases))
        ]
        self._by_spelling: dict[str, tuple[int, ...]] = _by_spelling(self._forms)
        grams = [_grams(form.coarse) for form in self._forms]
        self._postings, self._weights = _postings(grams)
        self._sizes = np.array([sum(map(self._weights.__getitem__, each)) for each in grams])
        self._rarest = max(self._weights.values(), default=0.0)
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._rank)

    def exact(self, heard: str) -> tuple[int, ...]:
        """The names that are written as `heard`, which is folded and without spaces."""
        return self._by_spelling.get(heard, ())

    def rank(self, heard: str, language: str, limit: int) -> Sequence[Heard]:
        """The names most like `heard`, read aloud in `language`, best first."""
        return self._remembered(heard, language, limit)

    def _rank(self, heard: str, language: str, limit: int) -> tuple[Heard, ...]:
        readings = {reader: _form(-1, reader, heard) for reader in dict.fromkeys((language, "fr", "nl"))}
        nearest = {int(number) for reading in readings.values() for number in self._nearest(reading.coarse)}
        best: dict[int, Heard] = {}
        for number in sorted(nearest):
            form = self._forms[number]
            score = max(_compare(readings[reader], form) for reader in {language, form.language})
            if form.name not in best or score > best[form.name].score:
                best[form.name] = Heard(form.name, score, len(form.fine))
        return tuple(sorted(best.values(), key=lambda found: (-found.score, found.name))[:limit])

    def _nearest(self, sounds: str) -> NDArray[np.intp]:
        """The forms that share most with `sounds`, by Dice over weighted trigrams."""
        grams = _grams(sounds)
        shared = np.zeros(len(self._forms))
        size = 0.0
        for gram in grams:
            weight = self._weights.get(gram, self._rarest)
            size += weight
            if gram in self._postings:
                shared[self._postings[gram]] += weight
        dice = 2 * shared / (self._sizes + size)
        top = np.argpartition(-dice, min(_COMPARED, len(dice) - 1))[:_COMPARED]
        return top[dice[top] >= _LEAST_DICE]


def _compare(reading: _Form, form: _Form) -> float:
    return (
        _COARSE_WEIGHT * likeness(reading.coarse, form.coarse)
        + _FINE_WEIGHT * likeness(reading.fine, form.fine)
        + _SPELLING_WEIGHT * likeness(reading.spelling, form.spelling)
    )


def _by_spelling(forms: Iterable[_Form]) -> dict[str, tuple[int, ...]]:
    names: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for form in forms:
        names[form.spelling][form.name] = None
    return {spelling: tuple(numbers) for spelling, numbers in names.items()}


def _postings(grams: Sequence[set[str]]) -> tuple[dict[str, NDArray[np.intp]], dict[str, float]]:
    """Which forms hold a trigram, and what it weighs: log(1 + forms / forms that hold it)."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(grams):
        for gram in each:
            holders[gram].append(number)
    weights = {gram: float(np.log1p(len(grams) / len(numbers))) for gram, numbers in holders.items()}
    return {gram: np.array(numbers, np.intp) for gram, numbers in holders.items()}, weights
