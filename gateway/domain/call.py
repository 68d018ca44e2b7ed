"""One telephone call, as its ticket tells it, and the caller's words."""

from enum import StrEnum

from gateway.domain.ids import CallId
from gateway.domain.value import Frozen, Timestamp


class CallState(StrEnum):
    """Where the call stands."""

    RINGING = "ringing"
    ACTIVE = "active"
    ENDED = "ended"


class EndReason(StrEnum):
    """How a call ended."""

    CALLER = "caller"
    GATEWAY = "gateway"
    TRANSFERRED = "transferred"
    ABANDONED = "abandoned"
    FAILED = "failed"


class Call(Frozen):
    """The `call` part of a ticket."""

    id: CallId
    caller: str | None
    """Calling number as signalled; None when withheld."""
    state: CallState
    end_reason: EndReason | None = None
    started_at: Timestamp
    answered_at: Timestamp | None = None
    ended_at: Timestamp | None = None
    language: str | None = None
    """Decided language; None until the evidence decides."""
    recording: str | None = None
    """Name of the recording within the site's recordings."""
    node: str
    """Which intake process answered."""


class Word(Frozen):
    """One recognised word."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


class Speaker(StrEnum):
    """Whose words."""

    CALLER = "caller"
    GATEWAY = "gateway"
    CALL_TAKER = "call_taker"


class Segment(Frozen):
    """A stretch of speech by one speaker."""

    speaker: Speaker
    start_ms: int
    end_ms: int
    text: str
    language: str
    words: tuple[Word, ...] = ()
