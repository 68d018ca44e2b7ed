"""Import this before `spacy.load`: it registers all tokenizers, architectures, factories and extensions."""

from nlp import categoriser, classify, facts, languages, lexicon, locate, negation, normalise, numbers, timeframe

__all__ = [
    "categoriser",
    "classify",
    "facts",
    "languages",
    "lexicon",
    "locate",
    "negation",
    "normalise",
    "numbers",
    "timeframe",
]
