"""Small tickets and readings to test with."""

import tomllib
from datetime import UTC, datetime, timedelta

from gateway.domain.call import Call, CallState, Segment, Speaker
from gateway.domain.ids import CallId, TicketId
from gateway.domain.reading import Reading
from gateway.domain.ticket import Ticket
from gateway.domain.triage import IncidentType, TriageTable
from gateway.domain.value import Evidence, Source, Value
from tests.conftest import ROOT

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def table() -> TriageTable:
    types = tomllib.loads((ROOT / "config/incident_types.toml").read_text())
    rules = tomllib.loads((ROOT / "config/triage.toml").read_text())
    return TriageTable(
        types={name: IncidentType(**row) for name, row in types.items()},
        rules=rules["rule"],
        response=rules["response"],
        announcement=rules["announcement"],
    )


def ticket(**parts) -> Ticket:
    call = Call(
        id=CallId("c1"), caller="0470123456", state=CallState.ACTIVE, started_at=NOW, answered_at=NOW, node="n1"
    )
    return Ticket(**{"id": TicketId("t1"), "created_at": NOW, "updated_at": NOW, "zone": "5339", "call": call, **parts})


def said(value, confidence=0.95, text="woorden", start_ms=1000, end_ms=1500) -> Value:
    evidence = (Evidence(text=text, start_ms=start_ms, end_ms=end_ms, rule="test"),)
    return Value(value=value, confidence=confidence, source=Source.SPEECH, evidence=evidence)


def reading(**fields) -> Reading:
    return Reading(language="nl", **fields)


def segment(text, start_ms=0, end_ms=1000, speaker=Speaker.CALLER, language="nl") -> Segment:
    return Segment(speaker=speaker, start_ms=start_ms, end_ms=end_ms, text=text, language=language)
