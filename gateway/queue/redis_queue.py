"""The priority queue of one zone on Redis 6.2 or later (`contract/ticket.md`, "The queue").

Each change is one Lua script, so it happens whole or not at all, in Redis's own time. Delivery is at least once: a
reply lost on the way may leave a lease nobody knows of, which runs out and comes back first in its class.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Final

from redis.asyncio import Redis

from gateway.domain.ids import ConsumerId, TicketId, Token
from gateway.domain.ticket import Status, Ticket
from gateway.errors import Conflict, StaleToken
from gateway.ports import Change, Lease, Live, TicketQueue
from gateway.queue import connection, feeds
from gateway.queue.alarm import is_raised, raise_dead
from gateway.queue.connection import unavailable
from gateway.queue.policy import QueuePolicy
from gateway.queue.records import Record, lease_ms
from gateway.queue.scripts import Keys, Scripts

_GRACE_S: Final = 2.0
"""How much later than its own deadline a blocking read may answer before the store counts as away."""
_SHORTEST_BLOCK_S: Final = 0.01


@asynccontextmanager
async def connect(
    url: str, zone: str, policy: QueuePolicy | None = None, *, timeout_s: float = 2.0
) -> AsyncIterator["RedisTicketQueue"]:
    """Open a zone's queue; does not wait for the server. Raises ConfigError on a malformed URL."""
    redis = connection.client(url, timeout_s=timeout_s)
    queue = RedisTicketQueue(redis, zone, policy or QueuePolicy())
    try:
        yield queue
    finally:
        await queue.aclose()
        await redis.aclose()


class RedisTicketQueue(TicketQueue):
    """One zone's queue. `redis` decodes its replies to str and stays the caller's to close."""

    def __init__(self, redis: Redis, zone: str, policy: QueuePolicy) -> None:
        self._redis = redis
        self._patient = connection.patient(redis)
        self._keys = Keys(zone)
        self._policy = policy
        self._scripts = Scripts(redis, self._keys, policy)

    async def aclose(self) -> None:
        """Close the connections of waiting claims and followed streams."""
        await self._patient.aclose()

    async def put(self, ticket: Ticket, *, based_on: int) -> Ticket:
        """See `TicketQueue.put`."""
        flags = (
            ticket.incident.priority.settled,
            ticket.queueable,
            ticket.status is Status.CLOSED,
            is_raised(ticket),
        )
        numbers = (ticket.version, based_on, ticket.priority, *map(int, flags))
        with unavailable():
            outcome, reply = await self._scripts.run("put", ticket.id, ticket.to_json(), *numbers)
        stored = Record.of(reply).ticket()
        if outcome == "conflict":
            raise Conflict(stored)
        return stored

    async def get(self, ticket_id: TicketId) -> Ticket | None:
        """See `TicketQueue.get`."""
        found = await self._read([ticket_id])
        return found[0] if found else None

    async def tickets(self) -> Sequence[Ticket]:
        """See `TicketQueue.tickets`."""
        with unavailable():
            async with self._redis.pipeline(transaction=True) as pipe:
                for name in ("urgent", "queue", "leases", "open"):
                    pipe.zrange(self._keys[name], 0, -1)
                parts = await pipe.execute()
        ids = dict.fromkeys(ticket_id for part in parts for ticket_id in part)
        return [ticket for ticket in await self._read(list(ids)) if ticket.status is not Status.CLOSED]

    async def claim(self, consumer: ConsumerId, seconds: float, wait: float = 0) -> Lease | None:
        """See `TicketQueue.claim`. While it waits it also takes what leases it knows of give back when they run out."""
        deadline = monotonic() + wait
        while True:
            lease, next_end_s = await self._claim(consumer, seconds)
            left = deadline - monotonic()
            if lease or left <= 0:
                return lease
            await self._woken(left if next_end_s is None else min(left, next_end_s))

    async def renew(self, ticket_id: TicketId, token: Token, seconds: float) -> Lease:
        """See `TicketQueue.renew`."""
        return (await self._held("renew", ticket_id, token, lease_ms(seconds))).lease()

    async def ack(self, ticket_id: TicketId, token: Token) -> Ticket:
        """See `TicketQueue.ack`; told again by the same holder, it says the same."""
        return (await self._held("ack", ticket_id, token)).ticket()

    async def release(self, ticket_id: TicketId, token: Token) -> Ticket:
        """See `TicketQueue.release`."""
        return (await self._held("release", ticket_id, token)).ticket()

    async def expire(self) -> Sequence[TicketId]:
        """See `TicketQueue.expire`. Run it every second or so; it also wakes a consumer for work nobody took."""
        with unavailable():
            ids, alarms = await self._scripts.run("expire")
        await self._raise(alarms)
        return [TicketId(ticket_id) for ticket_id in ids]

    async def dead(self) -> Sequence[Ticket]:
        """See `TicketQueue.dead`; oldest death first."""
        with unavailable():
            ids = await self._redis.zrange(self._keys["dead"], 0, -1)
        return await self._read([str(ticket_id) for ticket_id in ids])

    def changes(self, after: str = "$") -> AsyncIterator[Change]:
        """See `TicketQueue.changes`. Raises PartUnavailable when the store goes away: resume from the last position."""
        return feeds.changes(self._patient, self._keys["changes"], after)

    async def publish_live(self, live: Live) -> None:
        """See `TicketQueue.publish_live`."""
        with unavailable():
            await self._redis.publish(self._keys["live"], feeds.live_to_json(live))

    def live(self) -> AsyncIterator[Live]:
        """See `TicketQueue.live`. Raises PartUnavailable when the store goes away."""
        return feeds.live(self._patient, self._keys["live"])

    async def depth(self) -> dict[str, int]:
        """See `TicketQueue.depth`; `open` leaves out the dead letters."""
        with unavailable():
            async with self._redis.pipeline(transaction=True) as pipe:
                for name in ("open", "queued", "leases", "dead"):
                    pipe.zcard(self._keys[name])
                pipe.zrange(self._keys["queued"], 0, 0, withscores=True)
                pipe.time()
                total, queued, leased, dead, oldest, (seconds, micros) = await pipe.execute()
        oldest_ms = seconds * 1000 + micros // 1000 - int(oldest[0][1]) if oldest else 0
        counts = {"open": total - queued - leased - dead, "queued": queued, "leased": leased, "dead": dead}
        return {**counts, "oldest_ms": max(0, oldest_ms)}

    async def _read(self, ids: Sequence[str]) -> list[Ticket]:
        with unavailable():
            async with self._redis.pipeline(transaction=False) as pipe:
                for ticket_id in ids:
                    pipe.hmget(self._keys.ticket(ticket_id), "json", "version", "status")
                replies = await pipe.execute()
        return [Record.of(reply).ticket() for reply in replies if reply[0] is not None]

    async def _claim(self, consumer: ConsumerId, seconds: float) -> tuple[Lease | None, float | None]:
        """Return a lease, or when the next one of others ends, in seconds."""
        with unavailable():
            alarms, next_end_ms, *reply = await self._scripts.run("claim", consumer, lease_ms(seconds))
        await self._raise(alarms)
        lease = Record.of(reply[0]).lease() if reply else None
        return lease, None if next_end_ms < 0 else next_end_ms / 1000

    async def _woken(self, seconds: float) -> None:
        block = max(seconds, _SHORTEST_BLOCK_S)
        with unavailable():
            async with asyncio.timeout(block + _GRACE_S):
                await self._patient.blpop([self._keys["wake"]], timeout=block)

    async def _held(self, script: str, ticket_id: TicketId, token: Token, *args: int) -> Record:
        with unavailable():
            reply = await self._scripts.run(script, ticket_id, token, *args)
        if not reply:
            raise StaleToken(f"the lease of {ticket_id} with token {token} has ended or passed to somebody else")
        return Record.of(reply)

    async def _raise(self, ids: Sequence[str]) -> None:
        await raise_dead(self, map(TicketId, ids), self._policy.max_attempts, datetime.now(UTC))
