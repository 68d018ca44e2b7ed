"""Keys pressed by a peer or by us, as named telephone events (RFC 4733)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.rtp.packet import RtpPacket

DIGITS = "0123456789*#ABCD"
"""By event code (section 3.2, table 3). Other events, such as flash (16), are ignored."""

_PAYLOAD = struct.Struct("!BBH")
_END = 0x80
_VOLUME = 10
"""-10 dBm0."""
_SAMPLES_PER_MS = 8
_END_REPEATS = 3
_ABANDONED_S = 0.2
"""An event without news for this long has ended, though its end was lost (section 2.5.2.3)."""


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """A key was pressed and let go."""

    digit: str
    """One of 0-9 * # A-D."""
    duration_ms: int
    at_ms: int
    """When it was first heard of, in the stream's position."""


@dataclass(frozen=True, slots=True)
class _Open:
    timestamp: int
    digit: str
    duration: int
    at_ms: int
    updated: float

    def ended(self) -> DigitPressed:
        return DigitPressed(self.digit, self.duration // _SAMPLES_PER_MS, self.at_ms)


class EventDetector:
    """Packets of one payload type in, each key press out once."""

    def __init__(self) -> None:
        self._open: _Open | None = None
        self._done: int | None = None

    @staticmethod
    def is_key(packet: RtpPacket) -> bool:
        """Tell a key from other events, and from what is too short to be one."""
        return len(packet.payload) >= _PAYLOAD.size and packet.payload[0] < len(DIGITS)

    def receive(self, packet: RtpPacket, at_ms: int, now: float) -> tuple[DigitPressed, ...]:
        """Take one packet for which `is_key`; gives what ended: nothing, its press, or one whose end was lost."""
        if packet.timestamp == self._done:
            return ()
        code, flags, duration = _PAYLOAD.unpack_from(packet.payload)
        before = self._continue(_Open(packet.timestamp, DIGITS[code], duration, at_ms, now))
        return before + (self._finish() if flags & _END else ())

    def expire(self, now: float) -> tuple[DigitPressed, ...]:
        """End a press that there has been no news of."""
        stale = self._open is not None and now - self._open.updated > _ABANDONED_S
        return self._finish() if stale else ()

    def _continue(self, event: _Open) -> tuple[DigitPressed, ...]:
        old = self._open
        if old is None or old.timestamp != event.timestamp:
            lost_end = self._finish()
            self._open = event
            return lost_end
        duration = max(old.duration, event.duration)
        self._open = _Open(old.timestamp, old.digit, duration, old.at_ms, event.updated)
        return ()

    def _finish(self) -> tuple[DigitPressed, ...]:
        if self._open is None:
            return ()
        ended, self._done, self._open = self._open.ended(), self._open.timestamp, None
        return (ended,)


def press(digit: str, duration_ms: int) -> Iterator[bytes]:
    """Give the payloads of one press, one for each 20 ms, the end three times (section 2.5.1).

    Raises ValueError when it is no key.
    """
    code = DIGITS.index(digit)
    total = duration_ms * _SAMPLES_PER_MS
    for elapsed in range(160, total, 160):
        yield _PAYLOAD.pack(code, _VOLUME, elapsed)
    for _ in range(_END_REPEATS):
        yield _PAYLOAD.pack(code, _END | _VOLUME, min(total, 0xFFFF))
