"""A value and what it rests on: the unit of everything a ticket claims."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer

T = TypeVar("T")


def rfc3339(moment: datetime) -> str:
    """Write a time as RFC 3339 with milliseconds, UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Timestamp = Annotated[datetime, PlainSerializer(rfc3339, return_type=str, when_used="json")]


class Frozen(BaseModel):
    """Base of every immutable value of the domain."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(StrEnum):
    """Who says so."""

    SPEECH = "speech"
    NETWORK = "network"
    PERSON = "person"


class Evidence(Frozen):
    """Words of the call that a value rests on."""

    text: str
    start_ms: int
    """Milliseconds since the call was answered."""
    end_ms: int
    rule: str
    """What read them: lexicon entry, matcher or model."""


class Alternative(Frozen, Generic[T]):
    """A rival value."""

    value: T
    confidence: float


class Value(Frozen, Generic[T]):
    """One field of a ticket. `value` None means not known; False means that the caller said it is not so."""

    value: T | None = None
    confidence: float | None = None
    source: Source | None = None
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative[T], ...] = ()

    @property
    def settled(self) -> bool:
        """Whether a person has set it; no machine overwrites it then."""
        return self.source is Source.PERSON
