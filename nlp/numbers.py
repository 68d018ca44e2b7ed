"""Spoken numbers as digits, with the characters they stand at.

The reading is text2num's, which knows Belgian French (septante, nonante), joined and split Dutch compounds and French
without hyphens. Added here: hyphens between number words, digits that the recogniser already wrote, and the words that
are both article and one (een, un, ein), which count only after a word that announces a number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span
from text_to_num import find_numbers


class Number(NamedTuple):
    """A number and the half-open range of characters that said it."""

    digits: str
    """Digits as said, leading zeros kept."""
    start: int
    end: int


HOUSE_CUES = frozenset({"nummer", "nr", "huisnummer", "numéro", "numero", "n", "no", "hausnummer", "number"})
"""Words that announce a house number."""
BOX_CUES = frozenset({"bus", "postbus", "box", "boîte", "boite", "bte", "appartement", "flat", "wohnung"})
"""Words that announce the number of a letter box or flat."""
_ARTICLES = {
    "nl": frozenset({"een"}),
    "fr": frozenset({"un", "une"}),
    "de": frozenset({"ein", "eine", "einen", "einer", "einem"}),
    "en": frozenset({"a", "an", "one"}),
}
_THOUSANDS = frozenset({"duizend", "mille", "tausend", "thousand"})
_TWO = frozenset({"twee", "deux", "zwei", "two"})
_WORDS_TO_CURRENCY = 4
_WORD = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as text2num wants it (its `Token` protocol)."""

    spelling: str
    start: int
    end: int
    apart: bool
    """Begins a number of its own, whatever comes before it."""

    def text(self) -> str:
        return self.spelling

    def nt_separated(self, _previous: object) -> bool:
        return self.apart

    def not_a_number_part(self) -> bool:
        return False


def find(text: str, language: str) -> tuple[Number, ...]:
    """Every cardinal number of `text` in order; `language` is nl, fr, de or en.

    Numbers said side by side stay apart ("nul vier zeven" gives 04 and 7): who reads a telephone number joins them.
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    spellings = [text[start:end].lower() for start, end in spans]
    words = [_Word(spellings[i], *span, apart=_is_apart(spellings, i)) for i, span in enumerate(spans)]
    return tuple(sorted((*_written(words), *_spoken(words, language)), key=lambda number: number.start))


def _is_apart(spellings: list[str], place: int) -> bool:
    """Whether "duizend" is the postcode of "Wetstraat zestien, duizend Brussel", not a part of sixteen thousand."""
    if spellings[place] not in _THOUSANDS or place == 0 or spellings[place - 1] in _TWO:
        return False
    return not any(spelling.startswith("euro") for spelling in spellings[place : place + _WORDS_TO_CURRENCY])


def _written(words: list[_Word]) -> Iterator[Number]:
    return (Number(word.spelling, word.start, word.end) for word in words if word.spelling.isdigit())


def _spoken(words: list[_Word], language: str) -> Iterator[Number]:
    for found in find_numbers(words, language, threshold=0.0):
        if found.is_ordinal or not found.text.isdecimal() or _is_article(words, found.start, found.end, language):
            continue
        yield Number(found.text, words[found.start].start, words[found.end - 1].end)


def _is_article(words: list[_Word], start: int, end: int, language: str) -> bool:
    if end - start > 1 or words[start].spelling not in _ARTICLES[language]:
        return False
    return start == 0 or words[start - 1].spelling not in HOUSE_CUES | BOX_CUES


@Language.factory("intake101_numbers", assigns=["doc.spans"])
def _factory(nlp: Language, name: str) -> "Numbers":
    return Numbers(str(nlp.lang))


class Numbers:
    """spaCy component: `doc.spans["numbers"]`, each span with its digits in `span._.number`."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, doc: Doc) -> Doc:
        """Mark the numbers of `doc`; a span covers every token that a number touches."""
        doc.spans["numbers"] = [self._span(doc, number) for number in find(doc.text, self._language)]
        return doc

    @staticmethod
    def _span(doc: Doc, number: Number) -> Span:
        span = doc.char_span(number.start, number.end, label="number", alignment_mode="expand")
        assert span is not None, "the range lies inside the text"  # noqa: S101
        span._.number = number.digits
        return span


if not Span.has_extension("number"):
    Span.set_extension("number", default=None)
