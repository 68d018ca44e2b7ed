"""A dispatch system in a process of its own, to be killed: claims one ticket, prints `ID TOKEN`, keeps it."""

import asyncio
import sys

from gateway.domain.ids import ConsumerId
from gateway.queue.redis_queue import connect


async def consume(url: str, zone: str, seconds: float) -> None:
    async with connect(url, zone) as queue:
        lease = await queue.claim(ConsumerId("doomed"), seconds, wait=20)
        assert lease is not None
        print(lease.ticket.id, lease.token, flush=True)  # noqa: T201  # how the test learns of it
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(consume(sys.argv[1], sys.argv[2], float(sys.argv[3])))
