"""What understanding proposes for a ticket: the values of one reading of the caller's words so far."""

from typing import Literal

from gateway.domain.ticket import Name, PlaceCandidate
from gateway.domain.value import Frozen, Value


class Reading(Frozen):
    """Proposals with evidence in milliseconds of the call; fields not said are empty values."""

    language: str
    type: Value[str] = Value()
    other_types: tuple[Value[str], ...] = ()
    cues: tuple[Value[str], ...] = ()
    """Urgency cues, ids of `config/triage.toml`."""
    street: Value[Name] = Value()
    house_number: Value[str] = Value()
    box: Value[str] = Value()
    cross_street: Value[Name] = Value()
    municipality: Value[Name] = Value()
    postcode: Value[str] = Value()
    landmark: Value[Name] = Value()
    lat: Value[float] = Value()
    lon: Value[float] = Value()
    location_confidence: float | None = None
    candidates: tuple[PlaceCandidate, ...] = ()
    weapon: Value[str | Literal[False]] = Value()
    injured: Value[int | bool] = Value()
    ongoing: Value[bool] = Value()
    suspects: Value[str] = Value()
    vehicles: Value[str] = Value()
    direction: Value[str] = Value()
    caller_role: Value[str] = Value()
    callback: Value[str] = Value()
