"""Adaptive jitter buffer: a ring of two seconds of PCM, addressed by RTP timestamp.

A packet's samples are written where its timestamp says; every 20 ms the ring is read one frame further. So any packet
length plays, order does not matter, a repeated packet finds its place taken, and memory never grows. Time comes only
from the reader: how far a packet lands ahead of the read position is its lead.

The delay follows the leads. A late packet makes the reader wait (up to 200 ms of delay); when for two seconds every
packet had more than 40 ms to spare, the reader drops one quiet frame.
"""

from collections import deque
from enum import Enum
from itertools import groupby

import numpy as np

FRAME_SAMPLES = 160
"""20 ms at 8 kHz."""
FRAME_BYTES = 2 * FRAME_SAMPLES
FRAME_MS = 20

_CAPACITY = 100 * FRAME_SAMPLES
_MIN_DELAY = 2 * FRAME_SAMPLES
_MAX_DELAY = 10 * FRAME_SAMPLES
_WINDOW_FRAMES = 100
_LATE_FRAMES = 10
_QUIET_PEAK = 330
"""-40 dBFS: a frame below it may be dropped unheard."""

Span = bytes | int
"""PCM that was received, or how many samples are missing."""


class Verdict(Enum):
    """What became of a packet's samples."""

    BUFFERED = "buffered"
    LATE = "late"
    DUPLICATE = "duplicate"
    BEYOND = "beyond"
    """Too far ahead or behind to belong to what is playing: nothing was kept."""


Anchor = tuple[int, int]
"""A timestamp and the position, in samples since the beginning, where it is written."""


class JitterBuffer:
    """Samples in by timestamp, frames out by the reader's clock."""

    def __init__(self) -> None:
        self._pcm = bytearray(2 * _CAPACITY)
        self._present = bytearray(_CAPACITY)
        self._play = 0
        self._anchor: Anchor | None = None
        self._hold = 0
        self._leads: deque[int] = deque(maxlen=_WINDOW_FRAMES)
        self._pulls = 0
        self._excess = 0
        self._late_since: int | None = None
        self.dropped_frames = 0
        """Frames left out to shorten the delay."""

    @property
    def delay_ms(self) -> int:
        """How long a packet without delay on its way waits to be played."""
        return max(self._leads, default=_MIN_DELAY) * 1000 // 8000

    def start(self, timestamp: int) -> Anchor:
        """Play what carries this timestamp after the least delay, and what was due before that still."""
        position = self._play + _MIN_DELAY
        self._anchor = (timestamp, position)
        self._clear(position, self._play + _CAPACITY)
        self._leads.clear()
        self._hold, self._excess, self._late_since = 0, 0, None
        return self._anchor

    def insert(self, timestamp: int, pcm: bytes) -> Verdict:
        """Keep a packet's samples where its timestamp says. Never raises."""
        if self._anchor is None:
            self._anchor = self.start(timestamp)
        position = _position(self._anchor, timestamp)
        samples = len(pcm) // 2
        lead = position - self._play
        if not -_CAPACITY < lead <= _CAPACITY - samples:
            return Verdict.BEYOND
        if self._stays_late(lead + samples <= 0):
            self.start(timestamp)
            return self.insert(timestamp, pcm)
        self._anchor = (timestamp, position)
        self._leads.append(lead)
        if lead < 0:
            self._wait(-lead)
        return self._store(position, pcm) if lead + samples > 0 else Verdict.LATE

    def pull(self) -> tuple[Span, ...]:
        """Return the next frame: together its spans are 160 samples."""
        self._pulls += 1
        if self._hold:
            self._hold -= 1
            self._shift_leads(FRAME_SAMPLES)
            return (FRAME_SAMPLES,)
        if self._pulls % _WINDOW_FRAMES == 0:
            self._excess = max(0, min(self._leads, default=0) - _MIN_DELAY) // FRAME_SAMPLES
        frame = self._take()
        if self._excess and (_is_quiet(frame) or min(self._leads) > _MAX_DELAY):
            self._excess -= 1
            self._shift_leads(-FRAME_SAMPLES)
            self.dropped_frames += 1
            return self._take()
        return frame

    def _stays_late(self, late: bool) -> bool:
        """Tell whether for 200 ms nothing but late packets came: the sender's clock stood still, not the network."""
        if not late:
            self._late_since = None
        elif self._late_since is None:
            self._late_since = self._pulls
        return self._late_since is not None and self._pulls - self._late_since >= _LATE_FRAMES

    def _wait(self, samples: int) -> None:
        wanted = -(-samples // FRAME_SAMPLES)
        allowed = (_MAX_DELAY - max(self._leads)) // FRAME_SAMPLES
        self._hold = max(self._hold, min(wanted, allowed))

    def _shift_leads(self, samples: int) -> None:
        self._leads = deque((lead + samples for lead in self._leads), _WINDOW_FRAMES)

    def _store(self, position: int, pcm: bytes) -> Verdict:
        late = max(0, self._play - position)
        start = (position + late) % _CAPACITY
        kept = pcm[2 * late :]
        head = min(len(kept) // 2, _CAPACITY - start)
        fresh = self._write(start, kept[: 2 * head]) | self._write(0, kept[2 * head :])
        if late:
            return Verdict.LATE
        return Verdict.BUFFERED if fresh else Verdict.DUPLICATE

    def _write(self, start: int, pcm: bytes) -> bool:
        """Write samples that do not cross the ring's end; tell whether any place was free."""
        end = start + len(pcm) // 2
        fresh = self._present.find(0, start, end) >= 0
        if fresh:
            self._pcm[2 * start : 2 * end] = pcm
            self._present[start:end] = b"\1" * (end - start)
        return fresh

    def _take(self) -> tuple[Span, ...]:
        start = self._play % _CAPACITY  # frames divide the ring: no frame crosses its end
        end = start + FRAME_SAMPLES
        pcm, present = bytes(self._pcm[2 * start : 2 * end]), bytes(self._present[start:end])
        self._present[start:end] = bytes(FRAME_SAMPLES)
        self._play += FRAME_SAMPLES
        return (pcm,) if 0 not in present else _spans(pcm, present)

    def _clear(self, first: int, last: int) -> None:
        for position in range(first, last, FRAME_SAMPLES):
            start = position % _CAPACITY
            self._present[start : start + FRAME_SAMPLES] = bytes(FRAME_SAMPLES)


def _position(anchor: Anchor, timestamp: int) -> int:
    """Place a timestamp by its signed distance from a known one, so that 32 bits may wrap."""
    known, position = anchor
    step = (timestamp - known) & 0xFFFFFFFF
    return position + (step - (1 << 32) if step >> 31 else step)


def _spans(pcm: bytes, present: bytes) -> tuple[Span, ...]:
    spans: list[Span] = []
    start = 0
    for here, run in groupby(present):
        end = start + len(list(run))
        spans.append(pcm[2 * start : 2 * end] if here else end - start)
        start = end
    return tuple(spans)


def _is_quiet(frame: tuple[Span, ...]) -> bool:
    return all(isinstance(span, int) or _peak(span) < _QUIET_PEAK for span in frame)


def _peak(pcm: bytes) -> int:
    return int(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)).max())
