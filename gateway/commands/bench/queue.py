"""The queue's scripts on an embedded Redis, beside what a plain SET costs on the same server in the same run."""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from redis.asyncio import Redis

from gateway import adapters
from gateway.commands.bench.figure import Figure, plain
from gateway.domain.call import Call, CallState
from gateway.domain.ids import CallId, ConsumerId, TicketId
from gateway.domain.ticket import RaiseCause, Ticket
from gateway.ports import TicketQueue
from gateway.queue.embedded import EmbeddedRedis
from gateway.queue.journal import FileJournal
from gateway.settings import Settings

TICKETS = 1000
CONSUMER = ConsumerId("bench")


def measure(args: argparse.Namespace, settings: Settings) -> list[Figure]:
    """Put, update, claim and acknowledge tickets one after the other, and write as many to a journal."""
    del args
    return asyncio.run(_measure(settings))


async def _measure(settings: Settings) -> list[Figure]:
    with TemporaryDirectory(prefix="intake101-bench-") as folder:
        async with EmbeddedRedis(Path(folder) / "redis") as server:
            url = server.url
            there = settings.model_copy(update={"queue": settings.queue.model_copy(update={"redis": url})})
            async with adapters.open_queue(there) as queue, Redis.from_url(url) as redis:
                rates = await _rates(queue, redis)
        async with aclosing(FileJournal(Path(folder) / "journal")) as journal:
            began = time.monotonic()
            await asyncio.gather(*(journal.append(_ticket(n)) for n in range(TICKETS)))
            journalled = TICKETS / (time.monotonic() - began)
    ratios = [plain(f"queue.{name}_of_plain_set", rates[name] / rates["set"], "") for name in ("put", "claim_ack")]
    return [
        *(plain(f"queue.{name}", rate, "1/s") for name, rate in rates.items()),
        *ratios,
        plain("queue.journal_synced", journalled, "1/s"),
    ]


async def _rates(queue: TicketQueue, redis: Redis) -> dict[str, float]:
    payload = _ticket(0).to_json()

    async def claim_and_ack(number: int) -> None:
        del number
        lease = await queue.claim(CONSUMER, 60)
        if lease:
            await queue.ack(lease.ticket.id, lease.token)

    return {
        "set": await _rate(lambda n: redis.set(f"bench:{n}", payload)),
        "put": await _rate(lambda n: queue.put(_ticket(n), based_on=0)),
        "update": await _rate(lambda n: queue.put(_ticket(n).changed(datetime.now(UTC)), based_on=1)),
        "claim_ack": await _rate(claim_and_ack),
    }


async def _rate(action: Callable[[int], Awaitable[object]]) -> float:
    began = time.monotonic()
    for number in range(TICKETS):
        await action(number)
    return TICKETS / (time.monotonic() - began)


def _ticket(number: int) -> Ticket:
    now = datetime.now(UTC)
    call = Call(id=CallId(f"c{number}"), caller=None, state=CallState.ENDED, started_at=now, node="bench")
    ticket = Ticket(id=TicketId(f"t{number}"), created_at=now, updated_at=now, zone="bench", call=call)
    return ticket.raise_for(RaiseCause.FAULT, "bench", now).model_copy(update={"version": 1})
