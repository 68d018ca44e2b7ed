"""Names as a recogniser may write them, by random spelling rules that share nothing with `nlp.phonetics`."""

import random
import re
from collections.abc import Iterator
from typing import NamedTuple

from nlp.gazetteer import Gazetteer
from nlp.types import BilingualName

# How a listener of one language writes the other's sounds.
AS_DUTCH = [
    ("chaussée", "sjossee"),
    ("avenue", "avenuu"),
    ("boulevard", "boelevaar"),
    ("place", "plas"),
    ("rue", "ruu"),
    ("ch", "sj"),
    ("eau", "oo"),
    ("au", "oo"),
    ("ou", "oe"),
    ("oi", "wa"),
    ("qu", "k"),
    ("ge", "zje"),
    ("j", "zj"),
    ("é", "ee"),
    ("ai", "e"),
    ("gn", "nj"),
    ("[st]$", ""),
]
AS_FRENCH = [
    ("steenweg", "stène vègue"),
    ("straat", "strate"),
    ("laan", "lane"),
    ("plein", "plaine"),
    ("oe", "ou"),
    ("sch", "sk"),
    ("ij|ei", "aille"),
    ("ui", "euil"),
    ("ee", "é"),
    ("oo", "o"),
    ("aa", "a"),
    ("g", "gu"),
    ("w", "v"),
    ("uu", "u"),
]
FOREIGN = {("nl", "fr"): AS_DUTCH, ("fr", "nl"): AS_FRENCH}
CONFUSED = ["bp", "dt", "gk", "vf", "zs", "mn", "lr", "ie", "éè", "oa", "ou", "yi", "ck", "wv", "ea"]


class Sample(NamedTuple):
    meant: BilingualName
    municipality: BilingualName | None
    language: str
    """The recogniser's."""
    source: str
    """The name's."""
    heard: str


def corrupted(name: str, language: str, source: str, errors: int, chance: random.Random) -> str:
    """`name` of language `source` with some letters as the recogniser of `language` may put them."""
    text = name.lower()
    for pattern, letters in FOREIGN.get((language, source), []):
        if chance.random() < 0.7:
            text = re.sub(pattern, letters, text)
    for _ in range(errors):
        text = chance.choice((_confuse, _drop, _double, _split, _confuse))(text, chance)
    return re.sub(r"\s+", " ", text).strip()


def _confuse(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    pairs = [pair for pair in CONFUSED if text[place] in pair]
    return text[:place] + chance.choice(chance.choice(pairs)) + text[place + 1 :] if pairs else text


def _drop(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + text[place + 1 :] if len(text) > 5 else text


def _double(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    return text[:place] + text[place] + text[place:]


def _split(text: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(text))
    return text[:place] + " " + text[place:]


def samples(gazetteer: Gazetteer, count: int, errors: int, seed: int) -> Iterator[Sample]:
    """`count` corrupted street names for each pair of languages."""
    chance = random.Random(seed)
    streets = [place for place in gazetteer.places if place.kind == "street"]
    for language, source in (("fr", "fr"), ("nl", "nl"), ("nl", "fr"), ("fr", "nl")):
        named = [place for place in streets if getattr(place.name, source)]
        for place in chance.sample(named, count):
            heard = corrupted(getattr(place.name, source), language, source, errors, chance)
            yield Sample(place.name, place.municipality, language, source, heard)


def is_right(found: BilingualName, sample: Sample) -> bool:
    """Whether a name found is the one meant, in the language it was said in."""
    return getattr(found, sample.source) == getattr(sample.meant, sample.source)
