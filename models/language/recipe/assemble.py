"""Put a language's pipeline together: the components in their order, its lexicon, the priorities of the types."""

import tomllib
from pathlib import Path

import spacy
from spacy.language import Language

from nlp import locate, registry

ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = ROOT / "models" / "language"
NEVER_READ = {"silent_call", "unclassified"}
"""Types that only the gateway sets."""
FEATURE_LENGTH = 8192
"""Hashed weights a label."""
_ORDER = ["lexicon", "negation", "timeframe", "facts"]


def priorities() -> dict[str, int]:
    """Starting priority of every type that words can tell."""
    types = tomllib.loads((ROOT / "config" / "incident_types.toml").read_text(encoding="utf-8"))
    return {type_: entry["priority"] for type_, entry in types.items() if type_ not in NEVER_READ}


def assemble(language: str, weights: dict[str, float] | None = None) -> Language:
    """The pipeline without a categoriser, ready to read."""
    assert registry.__all__
    nlp = spacy.blank(language, config={"nlp": {"tokenizer": {"@tokenizers": "intake101.WordTokenizer.v1"}}})
    nlp.add_pipe("intake101_numbers", name="numbers")
    for step in _ORDER:
        nlp.add_pipe(f"intake101_{step}", name=step)
    settings = {"priorities": priorities(), "weights": weights or {}}
    nlp.add_pipe("intake101_incident", name="incident", config=settings)
    nlp.add_pipe(locate.COMPONENT, name=locate.COMPONENT)
    nlp.get_pipe("lexicon").from_disk(LANGUAGES / language / "lexicon")  # type: ignore[attr-defined]  # not in spaCy's type
    return nlp


def add_categoriser(nlp: Language) -> Language:
    """The pipeline with an untrained `textcat` before the decision."""
    model = {"@architectures": "intake101.WordsAndStems.v1", "length": FEATURE_LENGTH}
    nlp.add_pipe("textcat", name="textcat", before="incident", config={"model": model})
    return nlp
