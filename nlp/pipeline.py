"""Readers: one spaCy pipeline a language, opened from `models/language/<language>`, that turns words into facts."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from nlp import locate, registry
from nlp.cues import cues
from nlp.gazetteer import Gazetteer
from nlp.gazetteer_files import load as load_gazetteer
from nlp.types import Extraction, Understanding

__all__ = ["Reader", "load", "registry"]

_IMPLIED_CONFIDENCE = 0.7


class Reader:
    """Reads texts of one language. Pure: the same text gives the same understanding."""

    def __init__(self, nlp: Language) -> None:
        self.nlp = nlp
        self.language = nlp.lang
        self._implies_ongoing: Mapping[str, bool] = {
            id_: settings["ongoing"]
            for (kind, id_), settings in nlp.get_pipe("lexicon").phrasebook.settings.items()  # type: ignore[attr-defined]  # spaCy types a pipe as a callable
            if kind == "type" and "ongoing" in settings
        }

    def read(self, text: str) -> Understanding:
        """Everything said in a text, which may be a call's first words or all of them."""
        doc = self.nlp(text)
        incidents, place, facts = doc._.incidents, locate.places(doc), doc._.facts
        return Understanding(
            language=self.language,
            text=text,
            incident_type=incidents.incident_type,
            other_types=incidents.other_types,
            cues=cues(doc),
            ongoing=self._ongoing(doc),
            **{name: getattr(place, name) for name in type(place).model_fields},
            **{name: getattr(facts, name) for name in type(facts).model_fields},
        )

    def _ongoing(self, doc: Doc) -> Extraction[bool] | None:
        """As told, else as the type implies (`burglary_in_progress`)."""
        lead = doc._.incidents.incident_type
        if doc._.ongoing or lead is None or lead.value not in self._implies_ongoing:
            return doc._.ongoing  # type: ignore[no-any-return]  # an extension attribute
        value = self._implies_ongoing[lead.value]
        return Extraction[bool](value=value, confidence=_IMPLIED_CONFIDENCE, evidence=lead.evidence)


@lru_cache(maxsize=4)
def _gazetteer(path: Path) -> Gazetteer:
    """One gazetteer serves the readers of all languages."""
    return load_gazetteer(path)


def load(language: str, models: Path, gazetteer: Path | None) -> Reader:
    """The reader of `models/<language>`, with places where a gazetteer file is given.

    Raises `OSError` when there is no such pipeline, and the gazetteer's own errors.
    """
    without = [] if gazetteer else [locate.COMPONENT]
    nlp = spacy.load(models / language, exclude=without)
    if gazetteer:
        locate.attach(nlp, _gazetteer(gazetteer))
    return Reader(nlp)
