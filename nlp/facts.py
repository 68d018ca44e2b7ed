"""The facts beside type and place: weapon, injured, suspects, vehicles, direction, who calls, the number to call back.

All words come from the lexicon (kinds `weapon`, `injured`, `suspect`, `vehicle`, `direction`, `role`); here is only how
they combine. What was said last about the same thing counts; what was only supposed counts less.
"""

from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.evidence import mention, span_mention
from nlp.identifiers import callback, plates
from nlp.lexicon import Found
from nlp.types import Extraction, Frozen, Mention, Rival, Weapon

_SUPPOSED_FACTOR = 0.6
_ANY_WEAPON = "other"
_DIRECTION_WORDS = 6
_COUNT_REACH = 3
_MOST_INJURED = 200
_ROLES = ("victim", "third_party", "witness")
"""The first of these that the caller's words show."""


class Facts(Frozen):
    """The facts of an `Understanding`; its fields are described there."""

    weapon: Extraction[Weapon] | None = None
    injured: Extraction[int | bool] | None = None
    suspects: Extraction[str] | None = None
    vehicles: Extraction[str] | None = None
    direction: Extraction[str] | None = None
    caller_role: Extraction[str] | None = None
    callback: Extraction[str] | None = None


Doc.set_extension("facts", default=Facts(), force=True)


def _of(doc: Doc, kind: str) -> list[Found]:
    return [found for found in doc._.found if found.entry.kind == kind]


def _confidence(found: Found) -> float:
    return found.entry.strength * (_SUPPOSED_FACTOR if found.supposed else 1.0)


def weapon(doc: Doc) -> Extraction[Weapon] | None:
    """The weapon told last and not denied after; False when all that was told was denied."""
    held: dict[str, Found] = {}
    denied: list[Found] = []
    for found in _of(doc, "weapon"):
        if not found.negated:
            held.pop(found.entry.id, None)
            held[found.entry.id] = found
        else:
            denied.append(found)
            held = (
                {} if found.entry.id == _ANY_WEAPON else {kind: f for kind, f in held.items() if kind != found.entry.id}
            )
    if held:
        return _held_weapon(doc, list(held.values()))
    if denied:
        return Extraction[Weapon](value=False, confidence=_confidence(denied[-1]), evidence=(mention(doc, denied[-1]),))
    return None


def _held_weapon(doc: Doc, held: list[Found]) -> Extraction[Weapon]:
    *rivals, last = sorted(held, key=lambda found: found.entry.id != _ANY_WEAPON)
    return Extraction[Weapon](
        value=last.entry.id,
        confidence=_confidence(last),
        evidence=(mention(doc, last),),
        alternatives=tuple(
            Rival[Weapon](value=found.entry.id, confidence=_confidence(found) / 2)
            for found in rivals
            if found.entry.id != _ANY_WEAPON
        ),
    )


def injured(doc: Doc) -> Extraction[int | bool] | None:
    """How many are hurt, or that some are; False when all were said to be unhurt, and nobody hurt after that."""
    told = _of(doc, "injured")
    hurt = [found for found in told if found.entry.id == "yes" and not found.negated]
    unhurt = [found for found in told if found.entry.id == "no" or found.negated]
    all_unhurt = max((found.start for found in unhurt if found.entry.id == "no"), default=-1)
    hurt = [found for found in hurt if found.start > all_unhurt]
    if hurt:
        counts = [(count, found) for found in hurt if (count := _count(doc, found))]
        value, found = max(counts, key=lambda pair: pair[0]) if counts else (True, max(hurt, key=_confidence))
        return Extraction[int | bool](value=value, confidence=_confidence(found), evidence=(mention(doc, found),))
    if unhurt:
        return Extraction[int | bool](
            value=False, confidence=_confidence(unhurt[-1]), evidence=(mention(doc, unhurt[-1]),)
        )
    return None


def _count(doc: Doc, found: Found) -> int | None:
    """A number said shortly before, with only words between that may be counted (`twee mensen zijn gewond`)."""
    for span in doc.spans.get("numbers", ()):
        between = doc._.labels[span.end : found.start]
        if 0 <= found.start - span.end <= _COUNT_REACH and all("@counted" in labels for labels in between):
            count = int(span._.number)
            announced = span.start > 0 and "@announces_number" in doc._.labels[span.start - 1]
            return count if 0 < count <= _MOST_INJURED and not announced else None
    return None


def _merged(doc: Doc, found: Iterable[Found]) -> list[Span]:
    """Runs of entries that overlap or touch, as one span each."""
    spans: list[tuple[int, int]] = []
    for one in sorted(found, key=lambda one: one.start):
        if spans and one.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], one.end))
        else:
            spans.append((one.start, one.end))
    return [doc[start:end] for start, end in spans]


def _description(doc: Doc, kind: str, extra: list[tuple[str, Mention]]) -> Extraction[str] | None:
    """The caller's words on one subject, in order, with what was read from them beside."""
    found = [one for one in _of(doc, kind) if not one.negated]
    spans = _merged(doc, found)
    if not spans and not extra:
        return None
    evidence = tuple(span_mention(doc, span.start, span.end, f"lexicon:{kind}") for span in spans)
    texts = dict.fromkeys([*(span.text for span in spans), *(text for text, _ in extra)])
    confidence = max([0.7 if one.supposed else 0.85 for one in found], default=0.85)
    return Extraction[str](value="; ".join(texts), confidence=confidence, evidence=(*evidence, *(m for _, m in extra)))


def direction(doc: Doc) -> Extraction[str] | None:
    """Where they went, in the caller's words up to the end of the clause."""
    told = [found for found in _of(doc, "direction") if not found.negated]
    if not told:
        return None
    last = told[-1]
    end = last.end
    while end < min(len(doc), last.end + _DIRECTION_WORDS) and not _ends_clause(doc._.labels[end]):
        end += 1
    if end == last.end and "~" not in last.entry.phrase:
        return None
    evidence = span_mention(doc, last.start, end, last.entry.rule)
    return Extraction[str](value=evidence.text, confidence=0.75, evidence=(evidence,))


def _ends_clause(labels: tuple[str, ...]) -> bool:
    return any(label in labels for label in ("@clause", "@contrast", "@barrier", "."))


def caller_role(doc: Doc) -> Extraction[str] | None:
    """Victim, third party or witness, in this order of what was heard."""
    told = _of(doc, "role")
    for role in _ROLES:
        if heard := [found for found in told if found.entry.id == role]:
            return Extraction[str](value=role, confidence=0.8, evidence=(mention(doc, heard[0]),))
    return None


@Language.component("intake101_facts")
def facts(doc: Doc) -> Doc:
    """Pipeline step: reads `doc._.facts` after the lexicon, the negation and, where there is one, the numbers step."""
    doc._.facts = Facts(
        weapon=weapon(doc),
        injured=injured(doc),
        suspects=_description(doc, "suspect", []),
        vehicles=_description(doc, "vehicle", plates(doc)),
        direction=direction(doc),
        caller_role=caller_role(doc),
        callback=callback(doc),
    )
    return doc
