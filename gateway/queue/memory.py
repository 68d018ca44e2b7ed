"""The queue in one process: for tests, and as the specification that the Redis one is compared with.

One loop, no awaits between reading and writing: each method happens whole. Nothing is kept when the process ends.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Final

from gateway.domain.ids import ConsumerId, TicketId, Token
from gateway.domain.ticket import Status, Ticket
from gateway.errors import Conflict, StaleToken
from gateway.ports import Change, Lease, Live, TicketQueue
from gateway.queue.alarm import is_raised, raise_dead
from gateway.queue.policy import URGENT, QueuePolicy
from gateway.queue.records import Record, lease_ms

_LIVE_BACKLOG: Final = 256


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class _Entry:
    """What the queue knows of one ticket; the fields of the Redis hash and its place in the sets."""

    id: TicketId
    json: str = ""
    version: int = 0
    status: Status = Status.OPEN
    place: int | None = None
    """The priority it is queued by; None until it is first queued."""
    enqueued_ms: int | None = None
    attempts: int = 0
    token: int = 0
    consumer: str = ""
    lease_until_ms: int = 0
    dead: bool = False
    alarm: bool = False
    """Dead, and the ticket does not say so yet."""
    seen_ms: int = 0
    """When it was first put."""
    ended_ms: int = 0
    """When it died or was closed."""

    def record(self) -> Record:
        return Record(self.json, self.version, self.status, self.token, self.consumer, self.lease_until_ms)

    def take(self, ticket: Ticket) -> None:
        """Hold a new version; its place moves up, or wherever a person says."""
        self.json, self.version = ticket.to_json(), ticket.version
        if self.place is None or ticket.incident.priority.settled or ticket.priority < self.place:
            self.place = ticket.priority


class _Bell:
    """Wakes everybody who waits now."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float | None = None) -> None:
        event = self._event
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()


class MemoryTicketQueue(TicketQueue):
    """One zone's queue in memory. `now_ms` gives Unix milliseconds."""

    def __init__(self, policy: QueuePolicy | None = None, now_ms: Callable[[], int] = _wall_ms) -> None:
        self._policy = policy or QueuePolicy()
        self._now_ms = now_ms
        self._entries: dict[TicketId, _Entry] = {}
        self._log: deque[Change] = deque(maxlen=self._policy.stream_maxlen)
        self._positions = count(1)
        self._bell = _Bell()
        self._listeners: set[asyncio.Queue[Live]] = set()

    async def put(self, ticket: Ticket, *, based_on: int) -> Ticket:
        """See `TicketQueue.put`."""
        old = self._find(ticket.id)
        if old and self._is_stored(old, ticket, based_on):
            return old.record().ticket()
        if old and (old.version > based_on or old.version >= ticket.version):
            raise Conflict(old.record().ticket())
        entry = old or _Entry(ticket.id, seen_ms=self._now_ms())
        lost = old is None or old.version < based_on
        self._entries[ticket.id] = entry
        was = entry.status
        self._place(entry, ticket, closing=lost and ticket.status is Status.CLOSED)
        newly_queued = entry.status is Status.QUEUED and was is not Status.QUEUED
        self._announce(entry, "queued" if newly_queued else "updated" if old else "opened")
        return entry.record().ticket()

    async def get(self, ticket_id: TicketId) -> Ticket | None:
        """See `TicketQueue.get`."""
        entry = self._find(ticket_id)
        return entry.record().ticket() if entry else None

    async def tickets(self) -> Sequence[Ticket]:
        """See `TicketQueue.tickets`."""
        leased = sorted(self._with(Status.LEASED), key=lambda e: (e.lease_until_ms, e.id))
        unqueued = sorted(self._with(Status.OPEN), key=lambda e: (e.seen_ms, e.id))
        return [entry.record().ticket() for entry in (*self._line(), *leased, *unqueued)]

    async def claim(self, consumer: ConsumerId, seconds: float, wait: float = 0) -> Lease | None:
        """See `TicketQueue.claim`."""
        deadline = time.monotonic() + wait
        while True:
            await self.expire()
            if line := self._line():
                return self._lease(line[0], consumer, lease_ms(seconds))
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            await self._bell.wait(min(left, self._next_end_s()))

    async def renew(self, ticket_id: TicketId, token: Token, seconds: float) -> Lease:
        """See `TicketQueue.renew`."""
        entry = self._held(ticket_id, token)
        entry.lease_until_ms = self._now_ms() + lease_ms(seconds)
        self._announce(entry, "renewed")
        return entry.record().lease()

    async def ack(self, ticket_id: TicketId, token: Token) -> Ticket:
        """See `TicketQueue.ack`."""
        entry = self._find(ticket_id)
        if entry and entry.status is Status.CLOSED and entry.token == token:
            return entry.record().ticket()
        entry = self._held(ticket_id, token)
        entry.version += 1
        self._close(entry)
        self._announce(entry, "acked")
        return entry.record().ticket()

    async def release(self, ticket_id: TicketId, token: Token) -> Ticket:
        """See `TicketQueue.release`."""
        entry = self._held(ticket_id, token)
        entry.version, entry.status = entry.version + 1, Status.QUEUED
        self._announce(entry, "released")
        return entry.record().ticket()

    async def expire(self) -> Sequence[TicketId]:
        """See `TicketQueue.expire`."""
        now = self._now_ms()
        overdue = [entry for entry in self._with(Status.LEASED) if entry.lease_until_ms <= now]
        overdue.sort(key=lambda e: (e.lease_until_ms, e.id))
        for entry in overdue:
            self._lapse(entry)
        alarms = [entry.id for entry in self._entries.values() if entry.alarm]
        await raise_dead(self, alarms, self._policy.max_attempts, datetime.fromtimestamp(now / 1000, UTC))
        return [entry.id for entry in overdue]

    async def dead(self) -> Sequence[Ticket]:
        """See `TicketQueue.dead`."""
        dead = sorted((e for e in self._entries.values() if e.dead), key=lambda e: (e.ended_ms, e.id))
        return [entry.record().ticket() for entry in dead]

    async def changes(self, after: str = "$") -> AsyncIterator[Change]:
        """See `TicketQueue.changes`."""
        newest = self._log[-1].position if self._log else "0"
        seen = _number(newest if after == "$" else after)
        while True:
            for change in [change for change in self._log if _number(change.position) > seen]:
                seen = _number(change.position)
                yield change
            if not self._log or _number(self._log[-1].position) <= seen:
                await self._bell.wait()

    async def publish_live(self, live: Live) -> None:
        """See `TicketQueue.publish_live`; a listener that does not keep up misses the oldest."""
        for listener in self._listeners:
            if listener.full():
                listener.get_nowait()
            listener.put_nowait(live)

    async def live(self) -> AsyncIterator[Live]:
        """See `TicketQueue.live`."""
        listener: asyncio.Queue[Live] = asyncio.Queue(_LIVE_BACKLOG)
        self._listeners.add(listener)
        try:
            while True:
                yield await listener.get()
        finally:
            self._listeners.discard(listener)

    async def depth(self) -> dict[str, int]:
        """See `TicketQueue.depth`."""
        queued = self._with(Status.QUEUED)
        now = self._now_ms()
        return {
            "open": sum(not entry.dead for entry in self._with(Status.OPEN)),
            "queued": len(queued),
            "leased": len(self._with(Status.LEASED)),
            "dead": sum(entry.dead for entry in self._entries.values()),
            "oldest_ms": max((now - (entry.enqueued_ms or now) for entry in queued), default=0),
        }

    def _find(self, ticket_id: TicketId) -> _Entry | None:
        entry = self._entries.get(ticket_id)
        gone = entry and entry.status is Status.CLOSED
        if entry and gone and self._now_ms() >= entry.ended_ms + self._policy.closed_ttl_s * 1000:
            del self._entries[ticket_id]
            return None
        return entry

    def _with(self, status: Status) -> list[_Entry]:
        return [entry for entry in self._entries.values() if entry.status is status]

    def _line(self) -> list[_Entry]:
        return sorted(self._with(Status.QUEUED), key=self._order)

    def _order(self, entry: _Entry) -> tuple[bool, int, str]:
        place, enqueued_ms = entry.place or URGENT, entry.enqueued_ms or 0
        urgent = place == URGENT
        return not urgent, enqueued_ms if urgent else self._policy.score(place, enqueued_ms), entry.id

    def _is_stored(self, old: _Entry, ticket: Ticket, based_on: int) -> bool:
        same = old.json == ticket.to_json() or old.version == ticket.version <= based_on
        if same and is_raised(ticket):
            old.alarm = False
        return same

    def _place(self, entry: _Entry, ticket: Ticket, *, closing: bool) -> None:
        entry.alarm = entry.alarm and not is_raised(ticket)
        revived = entry.dead and not entry.alarm and not is_raised(ticket)
        goes = (ticket.queueable and not entry.dead) or revived
        if entry.status is Status.OPEN and not (goes or entry.dead):
            entry.json, entry.version = ticket.to_json(), ticket.version
        else:
            entry.take(ticket)
        if closing and entry.status is not Status.CLOSED:
            self._close(entry)
        elif entry.status is Status.OPEN and goes:
            self._enqueue(entry)

    def _enqueue(self, entry: _Entry) -> None:
        entry.status, entry.attempts, entry.dead = Status.QUEUED, 0, False
        entry.enqueued_ms = entry.enqueued_ms or self._now_ms()

    def _close(self, entry: _Entry) -> None:
        entry.status, entry.dead, entry.alarm = Status.CLOSED, False, False
        entry.ended_ms = self._now_ms()

    def _lease(self, entry: _Entry, consumer: ConsumerId, length_ms: int) -> Lease:
        now = self._now_ms()
        entry.status, entry.version = Status.LEASED, entry.version + 1
        entry.token, entry.consumer = max(entry.token + 1, now), consumer
        entry.lease_until_ms = now + length_ms
        self._announce(entry, "claimed")
        return entry.record().lease()

    def _held(self, ticket_id: TicketId, token: Token) -> _Entry:
        entry = self._find(ticket_id)
        if entry and entry.status is Status.LEASED and entry.token == token and entry.lease_until_ms > self._now_ms():
            return entry
        raise StaleToken(f"the lease of {ticket_id} with token {token} has ended or passed to somebody else")

    def _lapse(self, entry: _Entry) -> None:
        entry.attempts, entry.version = entry.attempts + 1, entry.version + 1
        entry.dead = entry.alarm = entry.attempts >= self._policy.max_attempts
        entry.status = Status.OPEN if entry.dead else Status.QUEUED
        entry.ended_ms = self._now_ms()
        self._announce(entry, "dead" if entry.dead else "expired")

    def _next_end_s(self) -> float:
        now = self._now_ms()
        return min((max(0, e.lease_until_ms - now) / 1000 for e in self._with(Status.LEASED)), default=float("inf"))

    def _announce(self, entry: _Entry, kind: str) -> None:
        position = f"{next(self._positions)}-0"
        holder = entry.consumer or None
        self._log.append(Change(position, kind, entry.id, entry.version, entry.status, holder))
        if entry.status is not Status.LEASED:
            entry.consumer = ""
        self._bell.ring()


def _number(position: str) -> int:
    return int(position.partition("-")[0])
