"""The incident type: evidence of the lexicon first, the trained categoriser second, the gravest told leads.

Each type's evidence is 1 - Π(1 - strength) over its phrases that share no word. A phrase whose words are all part of
a longer phrase of another type counts for that one only (`vol avec violence` is no `vol`). A type is told from a belief
of one half on; a narrower one told silences the types it is `over`. Among the told whose evidence is comparable, the
gravest leads; the confidence is a logistic of evidence, categoriser and margin, fitted on utterances that neither saw.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp
from typing import cast

from spacy.language import Language
from spacy.tokens import Doc

from nlp.evidence import mention, span_mention
from nlp.lexicon import Found, LexiconComponent
from nlp.types import Extraction, Frozen, Rival

TOLD = 0.5
"""Belief from which a type counts as told."""
_COMPARABLE = 0.75
"""A graver type leads when its evidence is at least this share of the best."""
_RIVAL = 0.05
_MOST_RIVALS = 4
_SUPPOSED_FACTOR = 0.7
_LEAST_PRIORITY = 5


class Incidents(Frozen):
    """The part of an `Understanding` that says what happened."""

    incident_type: Extraction[str] | None = None
    other_types: tuple[Extraction[str], ...] = ()


Doc.set_extension("incidents", default=Incidents(), force=True)


class Weights(Frozen):
    """How the two opinions combine; fitted by `models/language/recipe/train.py`."""

    bias: float = -1.0
    evidence: float = 4.0
    categoriser: float = 2.0
    margin: float = 1.0
    """Of the lead over the strongest other type."""
    alone: float = 0.5
    """Probability from which the categoriser may speak where the lexicon knows nothing; above 1 it never does."""
    second: float = 0.0
    """What the categoriser's probability adds to the evidence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the lexicon says for one type."""

    belief: float
    found: tuple[Found, ...]


def evidence(doc: Doc, lexicon: LexiconComponent) -> dict[str, Evidence]:
    """Evidence for each type, concepts of two types (`split`) already decided by the facts."""
    by_type: dict[str, list[Found]] = defaultdict(list)
    told = [found for found in doc._.found if found.entry.kind == "type" and not found.negated]
    for found in _unabsorbed(told):
        by_type[_resolved(found.entry.id, doc, lexicon)].append(found)
    return {type_: _evidence(found) for type_, found in by_type.items()}


def _resolved(type_: str, doc: Doc, lexicon: LexiconComponent) -> str:
    split = lexicon.phrasebook.settings["type", type_].get("split")
    if not split:
        return type_
    fact = doc._.ongoing if split["by"] == "ongoing" else doc._.facts.injured
    return cast(str, split["unknown" if fact is None else "yes" if fact.value else "no"])


def _unabsorbed(found: list[Found]) -> list[Found]:
    sets = [frozenset(one.tokens) for one in found]
    return [
        one
        for one, words in zip(found, sets, strict=True)
        if not any(words < other and one.entry.id != by.entry.id for by, other in zip(found, sets, strict=True))
    ]


def _evidence(found: list[Found]) -> Evidence:
    """The strongest phrases that share no word."""
    chosen: list[Found] = []
    taken: set[int] = set()
    doubt = 1.0
    for one in sorted(found, key=lambda one: (-_strength(one), -len(one.tokens), one.start)):
        if taken.isdisjoint(one.tokens):
            chosen.append(one)
            taken.update(one.tokens)
            doubt *= 1.0 - _strength(one)
    return Evidence(1.0 - doubt, tuple(sorted(chosen, key=lambda one: one.start)))


def _strength(found: Found) -> float:
    return found.entry.strength * (_SUPPOSED_FACTOR if found.supposed else 1.0)


class IncidentComponent:
    """Pipeline step that reads `doc._.incidents` after lexicon, negation, timeframe, facts and textcat."""

    def __init__(self, nlp: Language, priorities: Mapping[str, int], weights: Mapping[str, float]) -> None:
        self._nlp = nlp
        self.priorities = dict(priorities)
        self.weights = Weights(**weights)

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.incidents`."""
        doc._.incidents = self.read(doc)
        return doc

    def read(self, doc: Doc) -> Incidents:
        """The types told, gravest first, and their rivals."""
        lexicon = cast(LexiconComponent, self._nlp.get_pipe("lexicon"))
        known = evidence(doc, lexicon)
        scores = self._scores(known, doc.cats)
        told = self._ordered(_unsilenced((t for t, score in scores.items() if score >= TOLD), scores, lexicon), scores)
        if not told:
            return self._categoriser_alone(doc)
        lead, *others = (self._extraction(doc, type_, known, scores) for type_ in told)
        return Incidents(incident_type=lead, other_types=tuple(others))

    def _scores(self, known: Mapping[str, Evidence], cats: Mapping[str, float]) -> dict[str, float]:
        return {type_: one.belief + self.weights.second * cats.get(type_, 0.0) for type_, one in known.items()}

    def _ordered(self, told: Iterable[str], scores: Mapping[str, float]) -> list[str]:
        """Gravest first among the comparably evidenced, then the rest in the same order."""
        types = sorted(told, key=lambda type_: (self.priorities.get(type_, _LEAST_PRIORITY), -scores[type_], type_))
        enough = _COMPARABLE * max((scores[type_] for type_ in types), default=0.0)
        return sorted(types, key=lambda type_: scores[type_] < enough)

    def _extraction(
        self, doc: Doc, type_: str, known: Mapping[str, Evidence], scores: Mapping[str, float]
    ) -> Extraction[str]:
        rivals = {other: score for other, score in scores.items() if other != type_}
        strongest = max(rivals.values(), default=0.0)
        return Extraction[str](
            value=type_,
            confidence=self.confidence(known[type_].belief, doc.cats.get(type_, 0.0), strongest),
            evidence=tuple(mention(doc, found) for found in known[type_].found),
            alternatives=_alternatives(rivals, scores[type_]),
        )

    def confidence(self, belief: float, categoriser: float, strongest_rival: float) -> float:
        """Probability that the type is right."""
        w = self.weights
        z = w.bias + w.evidence * belief + w.categoriser * categoriser + w.margin * (belief - strongest_rival)
        return 1.0 / (1.0 + exp(-z))

    def _categoriser_alone(self, doc: Doc) -> Incidents:
        type_, probability = max(doc.cats.items(), key=lambda item: item[1], default=("", 0.0))
        if probability < self.weights.alone or type_ not in self.priorities:
            return Incidents()
        whole = span_mention(doc, 0, len(doc), f"textcat:{type_}")
        rivals = {other: p for other, p in doc.cats.items() if other != type_ and other in self.priorities}
        return Incidents(
            incident_type=Extraction[str](
                value=type_, confidence=probability, evidence=(whole,), alternatives=_alternatives(rivals, probability)
            )
        )


def _unsilenced(told: Iterable[str], scores: Mapping[str, float], lexicon: LexiconComponent) -> list[str]:
    """The types told less those that a narrower one covers; of two that cover each other the better told stays."""
    types = list(told)
    over = {type_: set(lexicon.phrasebook.settings["type", type_].get("over", ())) for type_ in types}

    def silences(one: str, other: str) -> bool:
        weaker = one in over[other] and (scores[one], other) < (scores[other], one)
        return other in over[one] and not weaker

    return [type_ for type_ in types if not any(silences(other, type_) for other in types if other != type_)]


def _alternatives(rivals: Mapping[str, float], own: float) -> tuple[Rival[str], ...]:
    """The strongest other types, as shares of the evidence."""
    total = own + sum(rivals.values())
    shares = sorted(((score / total, other) for other, score in rivals.items()), key=lambda pair: (-pair[0], pair[1]))
    return tuple(Rival[str](value=other, confidence=share) for share, other in shares[:_MOST_RIVALS] if share >= _RIVAL)


@Language.factory("intake101_incident", default_config={"weights": {}})
def incident(nlp: Language, name: str, priorities: dict[str, int], weights: dict[str, float]) -> IncidentComponent:
    """Factory of the decision; `priorities` are those of `incident_types.toml`."""
    return IncidentComponent(nlp, priorities, weights)
