"""The one clock of all media in this process: every 20 ms each stream sends a packet, then each is listened to."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.telephony.gaps import GapHistogram, GapStats

_log = logging.getLogger(__name__)

BEAT_S = 0.020
_MAX_BEHIND_S = 1.5
"""After a stall up to this long every beat is made up for: what the caller said meanwhile waits in socket and jitter
buffer and is heard whole. Beats that are later still are left out."""


class Paced(Protocol):
    """What wants a beat every 20 ms. Both are called on the loop and must not block."""

    def send(self, now: float) -> bool:
        """Send one packet; False when there is nobody to send to."""

    def hear(self, now: float) -> None:
        """Take in the next 20 ms of the peer's audio."""


@dataclass(frozen=True, slots=True)
class PacerStats:
    """How the beat was kept."""

    streams: int
    """On the beat now."""
    gaps: GapStats
    skipped_beats: int
    """Left out because the process stood still."""
    faults: int
    """Calls of a stream that raised; its audio went on with the next beat."""


class Pacer:
    """Absolute deadlines: a late beat does not move the next one. Start it on a running loop."""

    def __init__(self) -> None:
        self._streams: dict[Paced, float | None] = {}
        self._gaps = GapHistogram()
        self._skipped = 0
        self._faults = 0
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def stats(self) -> PacerStats:
        """The figures since the beginning."""
        return PacerStats(len(self._streams), self._gaps.stats(), self._skipped, self._faults)

    def start(self) -> None:
        """Begin to beat."""
        loop = asyncio.get_running_loop()
        self._deadline = loop.time() + BEAT_S
        self._timer = loop.call_at(self._deadline, self._wake)

    def stop(self) -> None:
        """Beat no more."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def add(self, stream: Paced) -> None:
        """Put a stream on the beat."""
        self._streams[stream] = None

    def remove(self, stream: Paced) -> None:
        """Take it off; nothing when it is not on."""
        self._streams.pop(stream, None)

    def _wake(self) -> None:
        self._catch_up()
        self._timer = asyncio.get_running_loop().call_at(self._deadline, self._wake)

    def _catch_up(self) -> None:
        """Make every beat that is due."""
        clock = asyncio.get_running_loop().time
        behind = clock() - self._deadline
        if behind > _MAX_BEHIND_S:
            skipped = int(behind / BEAT_S)
            self._skipped += skipped
            self._deadline += skipped * BEAT_S
        while self._deadline <= clock():
            self._beat(clock)
            self._deadline += BEAT_S

    def _beat(self, clock: Callable[[], float]) -> None:
        """Send for all before listening to any: one call's listener does not delay another's voice."""
        streams = list(self._streams)
        for stream in streams:
            now = clock()
            if self._guarded(stream.send, now):
                self._measure(stream, now)
        for stream in streams:
            if stream in self._streams:
                self._guarded(stream.hear, clock())

    def _measure(self, stream: Paced, now: float) -> None:
        before = self._streams.get(stream)
        if before is not None:
            self._gaps.add(now - before)
        if stream in self._streams:
            self._streams[stream] = now

    def _guarded(self, call: Callable[[float], bool | None], now: float) -> bool | None:
        """Call a stream; this is the edge where one call's fault ends, so that it costs no other call."""
        try:
            return call(now)
        except Exception:  # noqa: BLE001 - the edge of one call's work: logged and counted
            self._faults += 1
            _log.exception("a stream failed on the beat")
            return None
