"""From a ticket to what a call-taker reads: words instead of ids and figures, and the words each value rests on."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.domain.call import Segment, Speaker
from gateway.domain.ticket import Name, PlaceCandidate, Ticket
from gateway.domain.triage import IncidentType
from gateway.domain.value import Evidence, Source, Value
from gateway.web.fields import FIELDS, Editor, Field, value_of
from gateway.web.texts import Say, speaker, table

CERTAIN = 0.9
LIKELY = 0.6
CANDIDATES = 4
"""Places shown that it may be."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a language and the site's incident types."""

    language: str
    types: Mapping[str, IncidentType]

    @property
    def say(self) -> Say:
        """The texts in the reader's language."""
        return speaker(self.language)


@dataclass(frozen=True, slots=True)
class Rival:
    """Another value it could be."""

    text: str
    json: str
    """As a correction takes it."""
    percent: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One value on the page."""

    field: Field
    label: str
    text: str | None
    """None: not known."""
    second: str | None
    """The name in the other language of Brussels."""
    json: str
    certainty: str | None
    """certain, likely, unsure, person or network; None when not known."""
    percent: int | None
    evidence: str
    """Stretches of the call it rests on: `1200-1900 3000-3300`, ms; empty for none."""
    play_ms: int | None
    """Where its first word starts."""
    rivals: tuple[Rival, ...]


@dataclass(frozen=True, slots=True)
class ShownWord:
    """One word of the transcript."""

    text: str
    start_ms: int
    end_ms: int
    carries: bool
    """Whether a value rests on it."""


def values(ticket: Ticket, block: str, reader: Reader) -> Iterator[Shown]:
    """Yield the values of a block; optional ones only when there is something to show."""
    for field in FIELDS:
        if field.block == block:
            value = value_of(ticket, field)
            if value.value is not None or value.alternatives or value.settled or not field.optional:
                yield shown(field, value, reader)


def shown(field: Field, value: Value[Any], reader: Reader) -> Shown:
    """Return a value as the page shows it."""
    spans = _spans(value.evidence)
    return Shown(
        field=field,
        label=reader.say(f"field.{field.id}"),
        text=text(field, value.value, reader),
        second=_second_name(value.value, reader.language),
        json=_json(value.value),
        certainty=certainty(value),
        percent=None if value.confidence is None else round(value.confidence * 100),
        evidence=" ".join(f"{start}-{end}" for start, end in spans),
        play_ms=spans[0][0] if spans else None,
        rivals=tuple(
            Rival(text(field, a.value, reader) or "", _json(a.value), round(a.confidence * 100))
            for a in value.alternatives
            if a.value != value.value
        ),
    )


def text(field: Field, value: object, reader: Reader) -> str | None:
    """Return a field's value in words; None for not known."""
    if value is None:
        return None
    if field.id == "incident.type":
        return type_label(str(value), reader)
    if field.id == "incident.priority":
        return f"{value} · {reader.say(f'priority.{value}')}"
    if isinstance(value, Name):
        return _first_name(value, reader.language)
    key = f"{field.id}.{str(value).lower()}"
    return reader.say(key) if field.editor is Editor.CHOICE and key in table() else str(value)


def certainty(value: Value[Any]) -> str | None:
    """Return how sure a value is, in the key of a text."""
    if value.settled:
        return "person"
    if value.value is None:
        return None
    if value.source is Source.NETWORK:
        return "network"
    confidence = value.confidence or 0.0
    return "certain" if confidence >= CERTAIN else "likely" if confidence >= LIKELY else "unsure"


def type_label(type_id: str | None, reader: Reader) -> str:
    """Return an incident type as the site names it; an id the site does not have as it is."""
    kind = reader.types.get(type_id or "unclassified")
    return kind.label[reader.language] if kind else str(type_id)


def place(ticket: Ticket, reader: Reader) -> str | None:
    """Return where, in one line; None when nothing is known."""
    location, language = ticket.location, reader.language
    spot = [name_text(location.street.value or location.landmark.value, language), location.house_number.value]
    parts = [" ".join(part for part in spot if part), name_text(location.municipality.value, language)]
    return ", ".join(part for part in parts if part) or None


def candidates(ticket: Ticket, reader: Reader) -> Sequence[tuple[str, int]]:
    """Return the places the caller may have meant, in words and per cent."""
    found = [(_candidate(c, reader.language), round(c.confidence * 100)) for c in ticket.location.candidates]
    return [item for item in found if item[0]][:CANDIDATES]


def words(segment: Segment, ticket: Ticket) -> Sequence[ShownWord]:
    """Return a segment's words; one stretch without times of its own where the words were not measured."""
    if not segment.words:
        return [ShownWord(segment.text, segment.start_ms, segment.end_ms, carries=False)]
    spans = evidence_spans(ticket) if segment.speaker is Speaker.CALLER else ()
    return [
        ShownWord(w.text, w.start_ms, w.end_ms, any(w.start_ms < end and w.end_ms > start for start, end in spans))
        for w in segment.words
    ]


def evidence_spans(ticket: Ticket) -> Sequence[tuple[int, int]]:
    """Return every stretch of the call that some value rests on."""
    return [span for field in FIELDS for span in _spans(value_of(ticket, field).evidence)]


def is_dangerous(ticket: Ticket) -> bool:
    """Whether a weapon or injured people are known of."""
    return any(v.value not in (None, False, 0) for v in (ticket.facts.weapon, ticket.facts.injured))


def duration(seconds: float) -> str:
    """Write `0:45`, `12:03` or `1:02:03`."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def delay(minutes: int, say: Say) -> str:
    """Write a delay as a person would say it."""
    hours = minutes / 60
    return say("information.hours", count=f"{hours:g}") if minutes >= 120 else say("information.minutes", count=minutes)


def clock_time(moment: datetime) -> str:
    """Write the time of day where the server stands."""
    return moment.astimezone().strftime("%H:%M:%S")


def name_text(name: Name | None, language: str) -> str | None:
    """Return a name in the reader's language, else in the other."""
    return None if name is None else _first_name(name, language)


def _first_name(name: Name, language: str) -> str | None:
    return (name.nl or name.fr) if language == "nl" else (name.fr or name.nl)


def _second_name(value: object, language: str) -> str | None:
    if not isinstance(value, Name) or value.fr == value.nl:
        return None
    return value.fr if language == "nl" and value.nl else value.nl if language != "nl" and value.fr else None


def _candidate(candidate: PlaceCandidate, language: str) -> str:
    parts = (candidate.street, candidate.landmark, candidate.municipality)
    return ", ".join(part for part in (name_text(name, language) for name in parts) if part)


def _spans(evidence: Sequence[Evidence]) -> list[tuple[int, int]]:
    """Return where words were said; what the gateway itself noted has none."""
    return sorted((e.start_ms, e.end_ms) for e in evidence if e.end_ms > e.start_ms)


def _json(value: object) -> str:
    plain = value.model_dump() if isinstance(value, Name) else value
    return json.dumps(plain, ensure_ascii=False)
