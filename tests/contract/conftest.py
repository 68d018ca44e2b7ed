"""Every queue that must keep the contract."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, ExitStack
from itertools import count
from typing import Protocol

import pytest

from gateway.ports import TicketQueue
from gateway.queue.memory import MemoryTicketQueue
from gateway.queue.policy import QueuePolicy
from gateway.queue.redis_queue import connect
from tests.contract import redis_server

MEMORY = "memory"
_zones = count(1)


class OpenQueue(Protocol):
    async def __call__(self, policy: QueuePolicy | None = None) -> TicketQueue: ...


@pytest.fixture(scope="session")
def redis_urls() -> Iterator[dict[str, str]]:
    """The URL of each running server, by name."""
    with ExitStack() as servers:
        yield {name: servers.enter_context(redis_server.running(b)) for name, b in redis_server.binaries().items()}


@pytest.fixture(params=["redis-system", "redis-embedded"])
def redis_url(request: pytest.FixtureRequest, redis_urls: dict[str, str]) -> str:
    if request.param not in redis_urls:
        pytest.skip(f"no {request.param} server on this machine")
    return redis_urls[request.param]


@pytest.fixture(params=[MEMORY, "redis-system", "redis-embedded"])
async def open_queue(request: pytest.FixtureRequest, redis_urls: dict[str, str]) -> AsyncIterator[OpenQueue]:
    """Opens queues, each of a zone of its own."""
    if request.param != MEMORY and request.param not in redis_urls:
        pytest.skip(f"no {request.param} server on this machine")
    async with AsyncExitStack() as stack:

        async def open_one(policy: QueuePolicy | None = None) -> TicketQueue:
            if request.param == MEMORY:
                return MemoryTicketQueue(policy)
            zone = f"T{next(_zones)}"
            return await stack.enter_async_context(connect(redis_urls[request.param], zone, policy, timeout_s=5))

        yield open_one


@pytest.fixture
async def queue(open_queue: OpenQueue) -> TicketQueue:
    return await open_queue()
