"""What readers follow on Redis: the stream of changes and the channel of live words.

Neither reconnects by itself. Both raise PartUnavailable; the reader of changes comes back with the last position it
saw and misses nothing that the stream still keeps, the reader of live words comes back and hears the next ones.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from gateway.ports import Change, Live
from gateway.queue.connection import unavailable
from gateway.queue.records import change

_BLOCK_MS: Final = 5_000
_GRACE_S: Final = 2.0
_BATCH: Final = 100
_LIVE: Final = TypeAdapter(Live)


def live_to_json(live: Live) -> bytes:
    """Write live words for the channel."""
    return _LIVE.dump_json(live)


async def changes(redis: Redis, stream: str, after: str) -> AsyncIterator[Change]:
    """Yield the entries after a position; `$` is the moment of the first read."""
    position = await _newest(redis, stream) if after == "$" else after
    while True:
        for name, entry in await _read(redis, stream, position):
            position = name
            yield change(name, entry)


async def live(redis: Redis, channel: str) -> AsyncIterator[Live]:
    """Yield what is published from the first read on. A silent server is asked whether it is still there."""
    async with redis.pubsub() as subscription:
        with unavailable():
            async with asyncio.timeout(_GRACE_S):
                await subscription.subscribe(channel)
        while True:
            with unavailable():
                message = await _next_message(subscription)
            if message and message["type"] == "message":
                yield _LIVE.validate_json(message["data"])


async def _newest(redis: Redis, stream: str) -> str:
    with unavailable():
        async with asyncio.timeout(_GRACE_S):
            entries = await redis.xrevrange(stream, count=1)
    return str(entries[0][0]) if entries else "0"


async def _read(redis: Redis, stream: str, position: str) -> list[tuple[str, dict[str, str]]]:
    with unavailable():
        async with asyncio.timeout(_BLOCK_MS / 1000 + _GRACE_S):
            reply: Any = await redis.xread({stream: position}, count=_BATCH, block=_BLOCK_MS)
    return reply[0][1] if reply else []


async def _next_message(subscription: PubSub) -> dict[str, Any] | None:
    message: dict[str, Any] | None = await subscription.get_message(timeout=_BLOCK_MS / 1000)
    if message is None:
        async with asyncio.timeout(_GRACE_S):
            await subscription.ping()
            message = await subscription.get_message(timeout=_GRACE_S)
    return message
