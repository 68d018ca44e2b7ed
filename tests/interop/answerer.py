"""A trunk with the simplest of handlers: answers every call and sends the caller's voice back, louder than nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from gateway.domain.ids import TicketId
from gateway.ports import Line
from gateway.telephony.trunk import Trunk, TrunkConfig


@dataclass
class Heard:
    """What one call brought."""

    line: Line
    hearing: asyncio.Event
    frames: int = 0
    lost_frames: int = 0
    pcm: bytearray = field(default_factory=bytearray)
    digits: list[str] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)

    def audio(self, pcm: bytes, at_ms: int, *, lost: bool) -> None:
        assert at_ms == self.frames * 20
        self.frames += 1
        self.hearing.set()
        self.lost_frames += lost
        self.pcm += pcm
        self.line.play(pcm)

    def digit(self, digit: str, at_ms: int) -> None:
        self.digits.append(digit)

    def ended(self, by: str, reason: str) -> None:
        self.ends.append((by, reason))


class Answerer:
    """A trunk, and what its calls brought."""

    def __init__(self, config: TrunkConfig) -> None:
        self.trunk = Trunk(config, self._take)
        self.calls: list[Heard] = []
        self.port = 0
        self.hearing = asyncio.Event()

    def _take(self, line: Line) -> None:
        heard = Heard(line, self.hearing)
        self.calls.append(heard)
        line.answer(heard, ticket=TicketId(f"ticket-{len(self.calls)}"), recording=f"{len(self.calls)}.wav")


@asynccontextmanager
async def answering(recordings: Path, **settings: object) -> AsyncIterator[Answerer]:
    base = TrunkConfig(sip=("127.0.0.1", 0), recordings=recordings, rtp_ports=range(42000, 43000))
    answerer = Answerer(replace(base, **settings))
    _, answerer.port = await answerer.trunk.open()
    try:
        yield answerer
    finally:
        await answerer.trunk.close()
