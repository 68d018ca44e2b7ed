"""The ticket: schema `intake101.ticket/1` of the contract, and how it may change.

Every change is a pure function from a ticket to a ticket with the next version. The machine proposes
(`gateway.domain.proposal`), a person decides (`gateway.domain.correction`).
"""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from gateway.domain.call import Call, Segment
from gateway.domain.ids import TicketId
from gateway.domain.value import Frozen, Timestamp, Value

SCHEMA: Final = "intake101.ticket/1"


class Status(StrEnum):
    """Where the ticket stands on the queue."""

    OPEN = "open"
    QUEUED = "queued"
    LEASED = "leased"
    CLOSED = "closed"


class Review(StrEnum):
    """Whether a person has looked."""

    MACHINE = "machine"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"


class RaiseCause(StrEnum):
    """Why a person must look."""

    RECOGNITION_FAILED = "recognition_failed"
    UNDERSTANDING_FAILED = "understanding_failed"
    RECORDING_FAILED = "recording_failed"
    SILENT_LINE = "silent_line"
    ABANDONED = "abandoned"
    INTAKE_RESTARTED = "intake_restarted"
    PLACE_UNKNOWN = "place_unknown"
    MEDIA_LOST = "media_lost"
    DEAD_LETTER = "dead_letter"
    FAULT = "fault"


class Raised(Frozen):
    """One reason why a person must look."""

    cause: RaiseCause
    detail: str
    """What happened, for a person: such as `speech from 7200 to 9100 ms was not recognised`."""
    at: Timestamp


class Name(Frozen):
    """A name of a place in the two official languages of Brussels."""

    fr: str | None
    nl: str | None


class Incident(Frozen):
    """What happened and how it is answered."""

    type: Value[str] = Value()
    pillar: Value[str] = Value()
    track: Value[str] = Value()
    priority: Value[int] = Value()
    """1 immediate to 5 no patrol."""
    response: Value[str] = Value()
    """immediate, deferred or none."""
    reasons: tuple[str, ...] = ()


class PlaceCandidate(Frozen):
    """A place the caller may have meant."""

    street: Name | None = None
    landmark: Name | None = None
    municipality: Name | None = None
    postcode: str | None = None
    confidence: float


class NetworkLocation(Frozen):
    """Where the network says the caller is (PIDF-LO of RFC 6442, AML)."""

    method: str
    lat: float
    lon: float
    radius_m: float | None = None
    at: Timestamp


class Location(Frozen):
    """Where."""

    street: Value[Name] = Value()
    house_number: Value[str] = Value()
    box: Value[str] = Value()
    cross_street: Value[Name] = Value()
    municipality: Value[Name] = Value()
    postcode: Value[str] = Value()
    landmark: Value[Name] = Value()
    lat: Value[float] = Value()
    lon: Value[float] = Value()
    candidates: tuple[PlaceCandidate, ...] = ()
    network: NetworkLocation | None = None


class Facts(Frozen):
    """What else a patrol must know."""

    weapon: Value[str | Literal[False]] = Value()
    injured: Value[int | bool] = Value()
    ongoing: Value[bool] = Value()
    suspects: Value[str] = Value()
    vehicles: Value[str] = Value()
    direction: Value[str] = Value()
    caller_role: Value[str] = Value()
    callback: Value[str] = Value()


class CallerInformation(Frozen):
    """What the caller was told, or is owed, about the answer."""

    text: str
    language: str
    cause: str | None
    """Why not at once; None when help comes at once."""
    expected_delay_minutes: int | None
    spoken_at: Timestamp | None = None
    """None while it is still owed."""
    by: str | None = None
    """`gateway`, or the name of the call-taker."""


class NextQuestion(Frozen):
    """What is still missing, as it would be asked."""

    field: str
    """Such as `location.street`."""
    text: str
    language: str


class Ticket(Frozen):
    """One incident as told in one call."""

    id: TicketId
    schema_: Literal["intake101.ticket/1"] = Field(default=SCHEMA, alias="schema", serialization_alias="schema")
    version: int = 1
    status: Status = Status.OPEN
    review: Review = Review.MACHINE
    raised: tuple[Raised, ...] = ()
    created_at: Timestamp
    updated_at: Timestamp
    zone: str
    call: Call
    incident: Incident = Incident()
    location: Location = Location()
    facts: Facts = Facts()
    caller_information: CallerInformation | None = None
    transcript: tuple[Segment, ...] = ()
    next_question: NextQuestion | None = None

    def changed(self, now: datetime, **parts: object) -> "Ticket":
        """Return the next version with `parts` replaced."""
        return self.model_copy(update={**parts, "version": self.version + 1, "updated_at": now})

    def raise_for(self, cause: RaiseCause, detail: str, now: datetime) -> "Ticket":
        """Ask for a person to look; the same cause and detail is noted once."""
        if any(r.cause is cause and r.detail == detail for r in self.raised):
            return self
        return self.changed(now, raised=(*self.raised, Raised(cause=cause, detail=detail, at=now)))

    @property
    def queueable(self) -> bool:
        """Whether type or place is known, the call has ended or a person must look: then dispatch must see it."""
        place = self.location
        known = (self.incident.type, place.street, place.landmark, place.municipality)
        return any(v.value is not None for v in known) or self.call.state == "ended" or bool(self.raised)

    @property
    def priority(self) -> int:
        """The priority to queue by: an unread ticket counts as urgent (2), never as none."""
        return self.incident.priority.value or 2

    def to_json(self) -> str:
        """Write the ticket as the contract says."""
        return self.model_dump_json(by_alias=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Ticket":
        """Read what `to_json` wrote; raises pydantic.ValidationError on anything else."""
        return cls.model_validate_json(text)
