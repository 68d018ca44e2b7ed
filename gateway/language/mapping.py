"""What a pipeline understood, as proposals for the ticket: the same values, with evidence in milliseconds."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from gateway.domain.reading import Reading
from gateway.domain.ticket import Name, PlaceCandidate
from gateway.domain.value import Alternative, Evidence, Source, Value
from gateway.language.joining import Joined
from nlp.types import BilingualName, Extraction, Mention, Understanding

A = TypeVar("A")
B = TypeVar("B")

_AS_IT_IS = (
    *("house_number", "box", "postcode"),
    *("weapon", "injured", "ongoing", "suspects", "vehicles", "direction", "caller_role", "callback"),
)
_NAMES = ("street", "cross_street", "municipality", "landmark")


def reading(understood: Understanding, joined: Joined) -> Reading:
    """Turn one pipeline's result over a joined text into a reading."""
    same: dict[str, Any] = {field: _value(getattr(understood, field), joined, _same) for field in _AS_IT_IS}
    names: dict[str, Any] = {field: _value(getattr(understood, field), joined, _name) for field in _NAMES}
    return Reading(
        language=understood.language,
        type=_value(understood.incident_type, joined, _same),
        other_types=_values(understood.other_types, joined),
        cues=_values(understood.cues, joined),
        lat=_value(understood.coordinates, joined, lambda place: place.lat),
        lon=_value(understood.coordinates, joined, lambda place: place.lon),
        location_confidence=understood.location_confidence,
        candidates=tuple(_candidates(understood)),
        **same,
        **names,
    )


def _value(extraction: Extraction[A] | None, joined: Joined, convert: Callable[[A], B]) -> Value[B]:
    if extraction is None:
        return Value()
    return Value(
        value=convert(extraction.value),
        confidence=extraction.confidence,
        source=Source.SPEECH,
        evidence=tuple(_evidence(mention, joined) for mention in extraction.evidence),
        alternatives=tuple(
            Alternative(value=convert(r.value), confidence=r.confidence) for r in extraction.alternatives
        ),
    )


def _values(extractions: Sequence[Extraction[str]], joined: Joined) -> tuple[Value[str], ...]:
    return tuple(_value(extraction, joined, _same) for extraction in extractions)


def _evidence(mention: Mention, joined: Joined) -> Evidence:
    start_ms, end_ms = joined.times(mention.start, mention.end)
    return Evidence(text=mention.text, start_ms=start_ms, end_ms=end_ms, rule=mention.rule)


def _candidates(understood: Understanding) -> list[PlaceCandidate]:
    """List the streets and landmarks that may be meant, when there is more than one, the likeliest first."""
    streets = [PlaceCandidate(street=name, confidence=sure) for name, sure in _rivals(understood.street)]
    landmarks = [PlaceCandidate(landmark=name, confidence=sure) for name, sure in _rivals(understood.landmark)]
    return sorted(streets + landmarks, key=lambda candidate: -candidate.confidence)


def _rivals(extraction: Extraction[BilingualName] | None) -> list[tuple[Name, float]]:
    if extraction is None or not extraction.alternatives:
        return []
    rivals = [(_name(rival.value), rival.confidence) for rival in extraction.alternatives]
    return [(_name(extraction.value), extraction.confidence), *rivals]


def _same(value: A) -> A:
    return value


def _name(name: BilingualName) -> Name:
    return Name(fr=name.fr, nl=name.nl)
