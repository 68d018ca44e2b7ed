"""Telephone numbers and number plates, spoken or written."""

import re
from itertools import combinations

from spacy.tokens import Doc, Span

from nlp.evidence import span_mention
from nlp.types import Extraction, Mention

_BELGIAN = re.compile(r"(?:00?32|32|0)0?(4\d{8}|[1-9]\d{7})")
"""Mobile (nine digits from 4) or geographic (eight digits) after the trunk or country prefix."""
_PLATE_DIGITS = 3
_PLATE_LETTERS = 3


def callback(doc: Doc) -> Extraction[str] | None:
    """The last telephone number said, in E.164; of a run of numbers the longest part that is one."""
    for run in reversed(_number_runs(doc)):
        for first, last in sorted(combinations(range(len(run) + 1), 2), key=lambda part: part[0] - part[1]):
            match = _BELGIAN.fullmatch("".join(span._.number for span in run[first:last]))
            if match:
                evidence = span_mention(doc, run[first].start, run[last - 1].end, "pattern:callback")
                return Extraction[str](value=f"+32{match[1]}", confidence=0.9, evidence=(evidence,))
    return None


def _number_runs(doc: Doc) -> list[list[Span]]:
    """Numbers that follow each other with nothing but punctuation between."""
    runs: list[list[Span]] = []
    for span in doc.spans.get("numbers", ()):
        if runs and _only_punctuation(doc, runs[-1][-1].end, span.start):
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _only_punctuation(doc: Doc, start: int, end: int) -> bool:
    return all(not token.text[0].isalnum() for token in doc[start:end])


def plates(doc: Doc) -> list[tuple[str, Mention]]:
    """Belgian plates `1-ABC-234`, each with its words; letters may be spelled or said by the NATO alphabet."""
    numbers = {span.start: span for span in doc.spans.get("numbers", ())}
    found = []
    for start in range(len(doc)):
        index = _digit(doc, start, numbers)
        letters, after = _letters(doc, start + 1) if index else ("", start)
        serial, end = _serial(doc, after, numbers) if letters else ("", after)
        if serial:
            found.append((f"{index}-{letters}-{serial}", span_mention(doc, start, end, "pattern:plate")))
    return found


def _digit(doc: Doc, place: int, numbers: dict[int, Span]) -> str:
    if "@one" in doc._.labels[place]:
        return "1"
    span = numbers.get(place)
    return span._.number if span is not None and re.fullmatch("[1-9]", span._.number) else ""


def _letters(doc: Doc, place: int) -> tuple[str, int]:
    """Three letters from a token on, and the token after them; none when they are not there."""
    place = _past_marks(doc, place)
    letters = ""
    while place < len(doc) and len(letters) < _PLATE_LETTERS and (said := _said_letters(doc, place)):
        letters, place = letters + said, _past_marks(doc, place + 1)
    return (letters.upper(), place) if len(letters) == _PLATE_LETTERS else ("", place)


def _said_letters(doc: Doc, place: int) -> str:
    norm = doc[place].norm_
    if len(norm) == 1 and norm.isalpha():
        return norm
    if "@spelling" in doc._.labels[place]:
        return norm[0]
    return norm if len(norm) == _PLATE_LETTERS and doc[place].text.rstrip("-").isupper() else ""


def _serial(doc: Doc, place: int, numbers: dict[int, Span]) -> tuple[str, int]:
    digits = ""
    while place < len(doc) and len(digits) < _PLATE_DIGITS and (place in numbers or "@one" in doc._.labels[place]):
        span = numbers.get(place)
        digits, place = (
            digits + (span._.number if span is not None else "1"),
            span.end if span is not None else place + 1,
        )
    return (digits, place) if len(digits) == _PLATE_DIGITS else ("", place)


def _past_marks(doc: Doc, place: int) -> int:
    while place < len(doc) and not doc[place].text[0].isalnum():
        place += 1
    return place
