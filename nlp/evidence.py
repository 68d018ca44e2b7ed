"""From tokens to the characters of the text that a value rests on."""

from spacy.tokens import Doc

from nlp.lexicon import Found
from nlp.types import Mention


def span_mention(doc: Doc, start: int, end: int, rule: str) -> Mention:
    """The words `doc[start:end]`, trailing apostrophes and hyphens of cut words included."""
    span = doc[start:end]
    return Mention(text=span.text, start=span.start_char, end=span.end_char, rule=rule)


def mention(doc: Doc, found: Found) -> Mention:
    """The words of a lexicon entry, its gaps included."""
    return span_mention(doc, found.start, found.end, found.entry.rule)
