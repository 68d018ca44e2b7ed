"""What a media stream gives: frames of audio, events, counters."""

from dataclasses import dataclass
from typing import Literal

from gateway.rtp.packet import Address
from gateway.rtp.telephone_event import DigitPressed

FrameKind = Literal["received", "concealed", "silence"]


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of what the peer says."""

    pcm: bytes
    """320 bytes: 16-bit little-endian, mono, 8 kHz."""
    kind: FrameKind
    """concealed: some of it was made up; silence: nothing came."""
    position_ms: int
    """Where it starts, since the first frame."""


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """Packets now come from, and go to, another address than was signalled."""

    remote: Address


@dataclass(frozen=True, slots=True)
class SourceSilent:
    """No packet for five seconds."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class SourceResumed:
    """Packets again after `SourceSilent`."""

    at_ms: int


MediaEvent = DigitPressed | SourceChanged | SourceSilent | SourceResumed


@dataclass(frozen=True, slots=True)
class StreamStats:
    """Counters since the beginning; packets unless the name says otherwise."""

    received: int = 0
    """Audio from the accepted source."""
    lost: int = 0
    """By the sequence numbers (RFC 3550 A.3)."""
    late: int = 0
    """Came when part of them should have been played already."""
    duplicate: int = 0
    overflow: int = 0
    """Too far from what is playing, and not followed by a next one."""
    malformed: int = 0
    foreign: int = 0
    """From an address that is not the peer's."""
    ignored: int = 0
    """Of a payload type or event that is not ours."""
    restarts: int = 0
    """New SSRC or timestamp origin: playing went on from there."""
    concealed_frames: int = 0
    silent_frames: int = 0
    dropped_frames: int = 0
    """Quiet frames left out to shorten the delay."""
    sent: int = 0
    jitter_ms: float = 0.0
    delay_ms: int = 0
    """The jitter buffer's."""
    round_trip_ms: float | None = None
    """By the peer's last RTCP report."""
    peer_fraction_lost: float | None = None
    """What the peer missed of ours, 0 to 1, by its last RTCP report."""
