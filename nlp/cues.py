"""Urgency cues: those the lexicon names (kind `cue`) and those that follow from time, weapon and injured."""

from collections.abc import Iterator

from spacy.tokens import Doc

from nlp.evidence import mention
from nlp.types import Extraction, T


def cues(doc: Doc) -> tuple[Extraction[str], ...]:
    """Every cue heard and not denied, once each, by id."""
    heard: dict[str, Extraction[str]] = {}
    for cue in (*_derived(doc), *_named(doc)):
        if cue.value not in heard or cue.confidence > heard[cue.value].confidence:
            heard[cue.value] = cue
    return tuple(heard[id_] for id_ in sorted(heard))


def _named(doc: Doc) -> Iterator[Extraction[str]]:
    for found in doc._.found:
        if found.entry.kind == "cue" and not found.negated:
            confidence = found.entry.strength * (0.6 if found.supposed else 1.0)
            yield Extraction[str](value=found.entry.id, confidence=confidence, evidence=(mention(doc, found),))


def _derived(doc: Doc) -> Iterator[Extraction[str]]:
    ongoing, facts = doc._.ongoing, doc._.facts
    if ongoing:
        yield _as_cue("in_progress" if ongoing.value else "past", ongoing)
    if facts.weapon and facts.weapon.value:
        yield _as_cue("weapon_present", facts.weapon)
    if facts.injured and facts.injured.value:
        yield _as_cue("injured_present", facts.injured)


def _as_cue(id_: str, fact: Extraction[T]) -> Extraction[str]:
    return Extraction[str](value=id_, confidence=fact.confidence, evidence=fact.evidence)
