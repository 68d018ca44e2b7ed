"""Import this before `spacy.load`: it registers all tokenizers, architectures, factories and extensions."""

from nlp import categoriser, classify, facts, lexicon, locate, negation, normalise, numbers, timeframe

__all__ = ["categoriser", "classify", "facts", "lexicon", "locate", "negation", "normalise", "numbers", "timeframe"]
