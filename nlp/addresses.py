"""House number, box and postcode: the numbers that stand by a place."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from nlp.numbers import BOX_CUES, HOUSE_CUES, Number
from nlp.place_words import NUMBER_FILLERS, POSTCODE_CUES, REPAIRS, UNITS
from nlp.sightings import Sighting, Word
from nlp.types import Extraction, Mention

_ANNOUNCED, _AFTER_STREET, _BEFORE_STREET, _CORRECTED = 0.95, 0.95, 0.92, 0.92
_POSTCODE = 0.97
_FILLERS_ALLOWED = 4
_LARGEST_HOUSE_NUMBER_DIGITS = 4
_TELEPHONE_NUMBERS, _TELEPHONE_DIGITS = 3, 7
"""So many numbers in a row may be a telephone number; with so many digits, or a zero in front, they are."""
_FRENCH_ARTICLES = frozenset({"de", "la", "l", "d", "du", "des"})
_SUFFIXES = frozenset({"bis", "ter", "b", "c", "d", "e", "f", "g", "h"})
_BOX_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


class Figure(NamedTuple):
    """A number by the words it covers, `first` up to but not including `last`."""

    digits: str
    first: int
    last: int


class Scene(NamedTuple):
    """A text with its words, its numbers and the places it names."""

    text: str
    words: tuple[Word, ...]
    figures: tuple[Figure, ...]
    sightings: Sequence[Sighting]

    def mention(self, first: int, last: int, rule: str) -> Mention:
        """The words `first` up to but not including `last`."""
        start, end = self.words[first].start, self.words[last - 1].end
        return Mention(text=self.text[start:end], start=start, end=end, rule=rule)

    def norm(self, place: int) -> str:
        """The folded word at `place`; empty outside the text."""
        return self.words[place].norm if 0 <= place < len(self.words) else ""


def figures(words: tuple[Word, ...], numbers: Sequence[Number]) -> tuple[Figure, ...]:
    """The numbers by words; telephone numbers and plates, which are runs of numbers, are left out."""
    found = [_figure(words, number) for number in numbers]
    runs = _runs(found)
    return tuple(figure for run in runs if not _is_telephone(run) for figure in run)


def _is_telephone(run: Sequence[Figure]) -> bool:
    digits = "".join(figure.digits for figure in run)
    alone = all(len(figure.digits) == 1 for figure in run)
    return len(run) >= _TELEPHONE_NUMBERS and (alone or digits.startswith("0") or len(digits) >= _TELEPHONE_DIGITS)


def _figure(words: tuple[Word, ...], number: Number) -> Figure:
    covered = [place for place, word in enumerate(words) if word.start < number.end and number.start < word.end]
    return Figure(number.digits, covered[0], covered[-1] + 1)


def _runs(found: Sequence[Figure]) -> list[list[Figure]]:
    runs: list[list[Figure]] = []
    for figure in found:
        if runs and runs[-1][-1].last == figure.first:
            runs[-1].append(figure)
        else:
            runs.append([figure])
    return runs


def postcode(scene: Scene, known: Callable[[str], bool]) -> tuple[Extraction[str], frozenset[Figure]] | None:
    """The last postcode said, and the numbers that said it: four digits, or ten fifty for 1050.

    `known` tells whether four digits are a postcode of the region.
    """
    free = [figure for figure in scene.figures if not _is_announced(scene, figure)]
    pairs = [(one, two) for one, two in pairwise(free) if one.last == two.first]
    for run in sorted([*pairs, *((figure,) for figure in free)], key=lambda run: -run[0].first):
        digits, first, last = "".join(figure.digits for figure in run), run[0].first, run[-1].last
        if known(digits) and _is_postcode(scene, first, last):
            rule = "address:postcode"
            found = Extraction[str](value=digits, confidence=_POSTCODE, evidence=(scene.mention(first, last, rule),))
            return found, frozenset(run)
    return None


def _is_postcode(scene: Scene, first: int, last: int) -> bool:
    """Right after a street a number is the house's, unless a municipality follows."""
    if POSTCODE_CUES & {scene.norm(first - 1), scene.norm(first - 2)} or any(
        seen.best.kind in {"municipality", "district"} and seen.first in {last, last + 1} for seen in scene.sightings
    ):
        return True
    return not any(seen.best.kind == "street" and seen.last == first for seen in scene.sightings)


def house_number(scene: Scene, streets: Sequence[Sighting], taken: frozenset[Figure]) -> Extraction[str] | None:
    """The last house number of `streets`: announced, after or before one, or put right ("twaalf, nee, veertien").

    A number that stands by another street is that street's.
    """
    accepted: Figure | None = None
    confidence = 0.0
    elsewhere = [seen for seen in scene.sightings if seen.best.kind == "street" and seen not in streets]
    for figure in (each for each in scene.figures if each not in taken and _is_plausible(scene, each)):
        if _stands_by(scene, figure, elsewhere) and not _stands_by(scene, figure, streets):
            continue
        likely = _likelihood(scene, figure, streets, accepted)
        if likely:
            accepted, confidence = figure, likely
    if accepted is None:
        return None
    suffix, last = _suffix(scene, accepted)
    evidence = scene.mention(accepted.first, last, "address:number")
    return Extraction(value=accepted.digits.lstrip("0") + suffix, confidence=confidence, evidence=(evidence,))


def _is_plausible(scene: Scene, figure: Figure) -> bool:
    if not figure.digits.strip("0") or len(figure.digits) > _LARGEST_HOUSE_NUMBER_DIGITS:
        return False
    return scene.norm(figure.last) not in UNITS and scene.norm(figure.first - 1) not in BOX_CUES


def _likelihood(scene: Scene, figure: Figure, streets: Sequence[Sighting], accepted: Figure | None) -> float:
    """That a number is a house's; 0 when nothing says so."""
    if _is_announced(scene, figure):
        return _ANNOUNCED
    if any(_is_after(scene, figure, street) for street in streets):
        return _AFTER_STREET
    if any(_is_before(scene, figure, street) for street in streets):
        return _BEFORE_STREET
    if accepted and REPAIRS & {
        scene.norm(place) for place in range(max(accepted.last, figure.first - 3), figure.first)
    }:
        return _CORRECTED
    return 0.0


def has_number(scene: Scene, street: Sighting) -> bool:
    """Whether a number stands by the street."""
    return any(_stands_by(scene, figure, [street]) for figure in scene.figures)


def _stands_by(scene: Scene, figure: Figure, streets: Sequence[Sighting]) -> bool:
    return any(_is_after(scene, figure, street) or _is_before(scene, figure, street) for street in streets)


def _is_after(scene: Scene, figure: Figure, street: Sighting) -> bool:
    return _only(scene, street.last, figure.first, NUMBER_FILLERS)


def _is_before(scene: Scene, figure: Figure, street: Sighting) -> bool:
    return _only(scene, figure.last, street.first, _FRENCH_ARTICLES)


def _is_announced(scene: Scene, figure: Figure) -> bool:
    return scene.norm(figure.first - 1) in HOUSE_CUES or scene.norm(figure.first - 1) == "numero"


def _only(scene: Scene, first: int, last: int, allowed: frozenset[str]) -> bool:
    """Whether only allowed words, and few of them, stand from `first` up to `last`."""
    between = last - first
    return 0 <= between <= _FILLERS_ALLOWED and all(scene.norm(place) in allowed for place in range(first, last))


def _suffix(scene: Scene, figure: Figure) -> tuple[str, int]:
    """`bis` or a letter, and where the number then ends; "a", a French verb, counts only as the last word."""
    following = scene.norm(figure.last)
    written = scene.words[figure.last - 1].norm.removeprefix(figure.digits)
    if written in _SUFFIXES or (len(written) == 1 and written.isalpha()):
        return _cased(written), figure.last
    is_last = figure.last + 1 == len(scene.words) or scene.norm(figure.last + 1) in BOX_CUES
    if following in _SUFFIXES or (following == "a" and is_last):
        return _cased(following), figure.last + 1
    return "", figure.last


def _cased(suffix: str) -> str:
    return suffix.upper() if len(suffix) == 1 else suffix


def box(scene: Scene) -> Extraction[str] | None:
    """The last letter box said, a number or a letter, where it follows a number within a few words."""
    for figure in reversed(scene.figures):
        if scene.norm(figure.first - 1) in BOX_CUES and _follows_number(scene, figure.first - 1):
            evidence = scene.mention(figure.first - 1, figure.last, "address:box")
            return Extraction(value=figure.digits, confidence=0.93, evidence=(evidence,))
    for place in range(len(scene.words) - 1, 0, -1):
        if (
            scene.norm(place) in _BOX_LETTERS
            and scene.norm(place - 1) in BOX_CUES
            and _follows_number(scene, place - 1)
        ):
            evidence = scene.mention(place - 1, place + 1, "address:box")
            return Extraction(value=scene.norm(place).upper(), confidence=0.90, evidence=(evidence,))
    return None


def _follows_number(scene: Scene, cue: int) -> bool:
    """A box belongs to a house number; without one, "bus 71" is a bus."""
    return any(0 <= cue - figure.last <= 2 for figure in scene.figures)
