"""Fakes of the ports, with time moved by hand."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.domain.call import Segment
from gateway.domain.caller_information import Sentence
from gateway.domain.ids import CallId, TicketId
from gateway.domain.reading import Reading
from gateway.domain.ticket import Ticket
from gateway.errors import PartUnavailable
from gateway.intake.conversation import Manners
from gateway.intake.ledger import Ledger
from gateway.intake.parts import Parts
from gateway.ports import Hypothesis, LineListener
from gateway.queue.memory import MemoryTicketQueue
from tests.unit.domain.builders import NOW, table

CALL = CallId("call")


@dataclass
class FakeClock:
    seconds: float = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


@dataclass
class FakeJournal:
    kept: list[Ticket] = field(default_factory=list)
    broken: bool = False

    async def append(self, ticket: Ticket) -> None:
        if self.broken:
            raise PartUnavailable("disk full")
        self.kept.append(ticket)

    def replay(self) -> Iterator[Ticket]:
        yield from {t.id: t for t in self.kept}.values()


class FakeQueue(MemoryTicketQueue):
    """The in-memory queue, which can go away."""

    away = False

    async def put(self, ticket: Ticket, *, based_on: int) -> Ticket:
        if self.away:
            raise PartUnavailable("gone")
        return await super().put(ticket, based_on=based_on)


@dataclass
class FakeLine:
    clock: FakeClock
    id: CallId = CALL
    caller: str | None = "0470123456"
    called: str = "101"
    recording_fault: str | None = None
    listener: LineListener | None = None
    ticket: str = ""
    said: list[bytes] = field(default_factory=list)
    playing: bool = False
    refused: int = 0
    ended_as: str = ""
    gone: bool = False

    def answer(self, listener: LineListener, *, ticket: TicketId, recording: str) -> None:
        self.listener, self.ticket = listener, ticket
        if self.gone:
            listener.ended("remote", "cancelled")

    def refuse(self, status: int, reason: str) -> None:
        self.refused = status

    def play(self, pcm: bytes) -> float:
        self.said.append(pcm)
        return len(pcm) / 16000

    def stop_playing(self) -> None:
        self.playing = False

    def hang_up(self, reason: str) -> None:
        self.ended_as = reason
        if self.listener:
            self.listener.ended("local", reason)


@dataclass
class FakeEar:
    heard: object = None
    fed: int = 0
    last_words: Sequence[Hypothesis] = ()
    closed: bool = False

    def feed(self, pcm: bytes, at_ms: int) -> None:
        self.fed += 1

    async def finish(self, timeout_s: float) -> None:
        for hypothesis in self.last_words:
            self.heard(hypothesis)

    def close(self) -> None:
        self.closed = True


class FakeHearing:
    def __init__(self) -> None:
        self.ear = FakeEar()

    def listen(self, call, heard):
        self.ear.heard = heard
        return self.ear


class FakeUnderstanding:
    """Reads by a table from a word to the fields of a reading."""

    def __init__(self, known: dict[str, dict]) -> None:
        self.known = known
        self.broken: Exception | None = None

    async def read(self, segments: Sequence[Segment], language: str) -> Reading:
        await asyncio.sleep(0)
        if self.broken:
            raise self.broken
        words = " ".join(s.text for s in segments)
        fields = {}
        for word, found in self.known.items():
            if word in words:
                fields |= found
        return Reading(language=language, **fields)


class FakeAnnouncements:
    def text(self, key: str, language: str) -> str:
        return f"{key} ({language})"

    def audio(self, key: str, language: str) -> bytes:
        return key.encode().ljust(320, b"\0")


class CountingObserver:
    def __init__(self) -> None:
        self.seen: list[tuple] = []

    def __getattr__(self, name: str):
        return lambda *args: self.seen.append((name, *args))


async def until(holds: Callable[[], bool]) -> None:
    """Let the loop run until something holds; fails after a generous while."""
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0)


@dataclass
class Bench:
    """Everything a session works with, all fake but the ledger and the queue."""

    known: dict[str, dict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.journal = FakeJournal()
        self.queue = FakeQueue()
        self.observer = CountingObserver()
        self.ledger = Ledger(self.journal, self.queue, self.observer)
        self.hearing = FakeHearing()
        self.understanding = FakeUnderstanding(self.known)
        self.line = FakeLine(self.clock)
        rows = table()
        languages = ("nl", "fr")
        self.parts = Parts(
            zone="5339",
            node="n1",
            language="en",
            manners=Manners(languages=languages),
            table=rows,
            sentences={
                key: {
                    lang: Sentence(text=f"{key} ({lang})", cause="busy", expected_delay_minutes=120)
                    for lang in languages
                }
                for key in rows.announcement.values()
            },
            hearing=self.hearing,
            understanding=self.understanding,
            announcements=FakeAnnouncements(),
            ledger=self.ledger,
            clock=self.clock,
            observer=self.observer,
        )

    def hears(
        self, *finals: Segment, partial: Segment | None = None, language: str = "nl", decided: bool = True
    ) -> None:
        self.hearing.ear.heard(
            Hypothesis(language=language, decided=decided, segments=finals, partial=partial, heard_ms=0)
        )
