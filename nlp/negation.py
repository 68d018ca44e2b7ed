"""What the caller denies or only supposes: windows of a few words after (or before) a negation.

The words come from the lexicon, kind `negation`: `near` reaches three words within its clause (`geen mes`, `pas
d'arme`), `far` five and over a new subject (`ik denk niet dat hij gewond is`), `back` four to the left (`wapens heb ik
niet gezien`), `supposed` five to the right (`ik denk dat`, `je crois que`). A contrast (maar, mais)
or punctuation ends every window, a new article a near one (`geen mes een schaar`). A negation inside a phrase (`hij
ademt niet`) denies nothing beyond it.
"""

from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from nlp.lexicon import Found

_KIND = "negation"


@dataclass(frozen=True, slots=True)
class _Reach:
    words: int
    over_clauses: bool
    backwards: bool = False


_REACH = {
    "near": _Reach(3, over_clauses=False),
    "far": _Reach(5, over_clauses=True),
    "back": _Reach(4, over_clauses=True, backwards=True),
    "supposed": _Reach(5, over_clauses=True),
}

_ENDS = {"@contrast": "contrast", ".": "contrast", "@clause": "clause", "@article": "article"}


_BoundCue = tuple[Found, list[frozenset[int]]]
"""A negation and the phrases that it is part of."""


def mark(doc: Doc) -> tuple[Found, ...]:
    """What was found, each with whether it is denied or supposed."""
    cues = [found for found in doc._.found if found.entry.kind == _KIND]
    ends = [frozenset(_ENDS[label] for label in labels if label in _ENDS) for labels in doc._.labels] if cues else []
    bound = [(cue, _holders(cue, doc._.found)) for cue in cues]
    return tuple(_marked(found, bound, ends) for found in doc._.found)


def _holders(cue: Found, found: tuple[Found, ...]) -> list[frozenset[int]]:
    """The words of each phrase that a negation is part of."""
    words = set(cue.tokens)
    return [frozenset(one.tokens) for one in found if one.entry.kind != _KIND and words < set(one.tokens)]


def _marked(found: Found, cues: list[_BoundCue], ends: list[frozenset[str]]) -> Found:
    if not cues or found.entry.kind == _KIND:
        return found
    reaching = {
        cue.entry.id
        for cue, holders in cues
        if (not holders or any(holder.issuperset(found.tokens) for holder in holders)) and _reaches(cue, found, ends)
    }
    if not reaching:
        return found
    return replace(found, negated=bool(reaching - {"supposed"}), supposed="supposed" in reaching)


def _reaches(cue: Found, found: Found, ends: list[frozenset[str]]) -> bool:
    reach = _REACH[cue.entry.id]
    if set(cue.tokens) & set(found.tokens):
        return False
    between = range(found.end, cue.start) if reach.backwards else range(cue.end, found.start)
    ordered = found.end <= cue.start if reach.backwards else cue.end <= found.start
    if not ordered or len(between) >= reach.words:
        return False
    stops = {"contrast"} if reach.over_clauses else {"contrast", "clause"}
    again = any("article" in ends[token] for token in between[1:]) and not reach.over_clauses
    return not again and not any(ends[token] & stops for token in between)


@Language.component("intake101_negation")
def negation(doc: Doc) -> Doc:
    """Pipeline step: marks each `Found` of the lexicon, which it follows."""
    doc._.found = mark(doc)
    return doc
