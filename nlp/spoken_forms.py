"""The ways people say the name of a place: officially, by its aliases, and by the short forms that the ear expects.

A street named after a person is called by the surname: "rue Dansaert" for Rue Antoine Dansaert, "Van Meenenplein" for
Maurice Van Meenenplein. These short forms matter as much as sound does, so they are derived, not listed.
"""

import re
from collections.abc import Iterator

from nlp.types import BilingualName

Form = tuple[str, str]
"""A language (fr or nl) and a name in it."""

FRENCH_TYPES = frozenset(
    {
        *("rue", "avenue", "boulevard", "place", "chaussée", "square", "quai", "drève", "clos", "chemin", "parvis"),
        *("impasse", "allée", "galerie", "passage", "cours", "cité", "rond-point", "esplanade", "route", "sentier"),
    }
)
"""First words of French street names."""
DUTCH_TYPES = (
    *("straat", "laan", "plein", "steenweg", "kaai", "dreef", "square", "plaats", "weg", "gang", "markt", "berg"),
    *("galerij", "voorplein", "pad", "park", "hof", "gaarde", "ring", "baan", "kant", "wijk"),
)
"""Last parts of Dutch street names."""
_SHORTEST_SURNAME = 3
"""Letters; Rue Léopold I is not called "rue I"."""
_DUTCH_TYPE = re.compile(rf"\w{{3,}}(?:{'|'.join(DUTCH_TYPES)})$", re.IGNORECASE)
_SURNAME_PARTICLES = frozenset({"van", "vander", "vanden", "de", "den", "der", "le", "la", "ter", "'t"})
_FRENCH_PARTICLES = _SURNAME_PARTICLES | {"du", "des", "aux", "au", "à", "les", "et", "sur"}
_DUTCH_ADJECTIVES = frozenset({"korte", "lange", "nieuwe", "oude", "kleine", "grote", "koninklijke", "sint", "sinte"})


def spoken_forms(name: BilingualName, aliases: tuple[str, ...]) -> Iterator[Form]:
    """Every form, the official ones first; an alias is tried in both languages, as the lists do not say which it is."""
    if name.fr:
        yield "fr", name.fr
        yield from (("fr", short) for short in _french_short_forms(name.fr))
    if name.nl:
        yield "nl", name.nl
        yield from (("nl", short) for short in _dutch_short_forms(name.nl))
    for alias in aliases:
        yield "fr", alias
        yield "nl", alias


def _french_short_forms(name: str) -> Iterator[str]:
    kind, *rest = name.split()
    if kind.lower() not in FRENCH_TYPES or len(rest) < 2 or _is_particle(rest[0], _FRENCH_PARTICLES):
        return
    surname = _surname(rest)
    given = rest[: len(rest) - len(surname)]
    if len(surname[-1]) >= _SHORTEST_SURNAME and not any(_is_particle(word, _FRENCH_PARTICLES) for word in given):
        yield " ".join((kind, *surname))


def _dutch_short_forms(name: str) -> Iterator[str]:
    words = name.split()
    if len(words) > 1 and words[0].lower() not in _DUTCH_ADJECTIVES and _DUTCH_TYPE.search(words[-1]):
        surname = _surname(words)
        if len(surname) < len(words):
            yield " ".join(surname)


def _surname(words: list[str]) -> list[str]:
    """The words from the first inner particle on, or the last word alone."""
    starts = (place for place, word in enumerate(words) if place and _is_particle(word, _SURNAME_PARTICLES))
    return words[next(starts, len(words) - 1) :]


def _is_particle(word: str, particles: frozenset[str]) -> bool:
    return word.lower() in particles or word.lower().startswith(("d'", "l'"))
