"""What the machine proposes for a ticket: a reading weighed by triage, laid over what stands there.

A field that a person has set stays; a rival the machine now hears becomes its alternative. While words are still
being spoken (`final` False) a value may appear or change but does not vanish, so that nothing flickers; a final
reading counts as it is. A priority only rises.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from gateway.domain.call import Segment
from gateway.domain.reading import Reading
from gateway.domain.ticket import Facts, Incident, Location, Ticket
from gateway.domain.triage import Triage, TriageTable, triage
from gateway.domain.value import Alternative, Evidence, Source, Value

T = TypeVar("T")
Part = TypeVar("Part", Location, Facts)

UNKNOWN_TYPES = ("unclassified", "silent_call")
"""Types that stand for not knowing: any type that was heard replaces them."""


def propose(
    ticket: Ticket, reading: Reading, table: TriageTable, *, final: bool, language: str, now: datetime
) -> Ticket:
    """Lay `reading` over `ticket`; returns the same ticket when nothing changed. `language` is that of the reasons."""
    location = _overlay(ticket.location, reading, final=final)
    facts = _overlay(ticket.facts, reading, final=final)
    location = location.model_copy(update={"candidates": reading.candidates or (() if final else location.candidates)})
    incident = _incident(ticket.incident, reading, table, final=final, language=language)
    if (location, facts, incident) == (ticket.location, ticket.facts, ticket.incident):
        return ticket
    return ticket.changed(now, location=location, facts=facts, incident=incident)


def reweigh(ticket: Ticket, table: TriageTable, *, language: str) -> Ticket:
    """Weigh a ticket again after a person changed it: what follows from its type follows; the priority only rises.

    Part of that person's change: the version stays.
    """
    facts = {name: getattr(ticket.facts, name) for name in ("weapon", "injured", "ongoing")}
    reading = Reading(language=language, type=ticket.incident.type, **facts)
    incident = _incident(ticket.incident, reading, table, final=True, language=language)
    return ticket.model_copy(update={"incident": incident})


def classify_as(ticket: Ticket, type_id: str, table: TriageTable, *, language: str, why: str, now: datetime) -> Ticket:
    """Give a ticket that no words classify a type of the gateway's own: `silent_call` or `unclassified`."""
    if ticket.incident.type.value is not None:
        return ticket
    evidence = (Evidence(text="", start_ms=0, end_ms=0, rule=f"gateway:{why}"),)
    reading = Reading(
        language=language, type=Value(value=type_id, confidence=1.0, source=Source.SPEECH, evidence=evidence)
    )
    return propose(ticket, reading, table, final=False, language=language, now=now)


def raise_priority(ticket: Ticket, priority: int, table: TriageTable, *, reason: str, now: datetime) -> Ticket:
    """Raise to `priority` for a reason that is no word of the caller, such as a key press; never lowers."""
    incident = ticket.incident
    if incident.priority.settled or (incident.priority.value or 9) <= priority:
        return ticket
    evidence = (Evidence(text="", start_ms=0, end_ms=0, rule="gateway:raised"),)
    return ticket.changed(
        now,
        incident=incident.model_copy(
            update={
                "priority": Value(value=priority, confidence=1.0, source=Source.SPEECH, evidence=evidence),
                "response": _take(incident.response, _speech(table.response[priority], 1.0, evidence), final=True),
                "reasons": (*incident.reasons, reason),
            }
        ),
    )


def hear(ticket: Ticket, segments: Sequence[Segment], language: str | None, now: datetime) -> Ticket:
    """Take over the caller's final segments, which replace those heard before, beside what the gateway said."""
    others = [s for s in ticket.transcript if s.speaker != "caller"]
    transcript = tuple(sorted([*others, *segments], key=lambda s: (s.start_ms, s.end_ms)))
    call = ticket.call.model_copy(update={"language": language})
    if (transcript, call) == (ticket.transcript, ticket.call):
        return ticket
    return ticket.changed(now, transcript=transcript, call=call)


def _incident(old: Incident, reading: Reading, table: TriageTable, *, final: bool, language: str) -> Incident:
    kind: Value[str] = _take(old.type, reading.type, final=final and old.type.value not in UNKNOWN_TYPES)
    if kind.value is None or kind.value not in table.types:
        return old.model_copy(update={"type": kind})
    weighed = triage(table, kind.value, reading, language)
    confidence, evidence = kind.confidence or 0.0, kind.evidence
    priority = _raised(old.priority, weighed, confidence, evidence)
    kept = priority.value != weighed.priority
    return Incident(
        type=kind,
        pillar=_take(old.pillar, _speech(weighed.pillar, confidence, evidence), final=True),
        track=_take(old.track, _speech(weighed.track, confidence, evidence), final=True),
        priority=priority,
        response=_take(old.response, _speech(table.response[priority.value or 2], confidence, evidence), final=True),
        reasons=tuple(dict.fromkeys((*weighed.reasons, *old.reasons))) if kept else weighed.reasons,
    )


def _raised(old: Value[int], weighed: Triage, confidence: float, evidence: tuple[Evidence, ...]) -> Value[int]:
    new = _speech(weighed.priority, confidence, evidence)
    if old.settled:
        return _take(old, new, final=True)
    return old if old.value is not None and old.value < weighed.priority else new


def _speech(value: T, confidence: float, evidence: tuple[Evidence, ...]) -> Value[T]:
    return Value(value=value, confidence=confidence, source=Source.SPEECH, evidence=evidence)


def _overlay(part: Part, reading: Reading, *, final: bool) -> Part:
    """Take every field of a ticket's part that a reading has too."""
    names = [name for name in type(part).model_fields if isinstance(getattr(reading, name, None), Value)]
    return part.model_copy(update={n: _take(getattr(part, n), getattr(reading, n), final=final) for n in names})


def _take(old: Value[Any], new: Value[Any], *, final: bool) -> Value[Any]:
    """Choose between what stands on the ticket and what was now heard."""
    if old.settled:
        rivals = () if new.value in (None, old.value) else (_rival(new),)
        return old if rivals == old.alternatives else old.model_copy(update={"alternatives": rivals})
    if new.value is None and not final:
        return old
    if old.source is Source.NETWORK and new.value is None:
        return old
    return new


def _rival(value: Value[Any]) -> Alternative[Any]:
    return Alternative(value=value.value, confidence=value.confidence or 0.0)
