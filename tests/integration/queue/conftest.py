"""Real servers for the queue's tests."""

from collections.abc import AsyncIterator, Iterator

import pytest

from gateway.queue.redis_queue import RedisTicketQueue, connect
from tests.contract import redis_server

ZONE = "BRU"


@pytest.fixture(params=["redis-system", "redis-embedded"])
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh server of each kind."""
    binaries = redis_server.binaries()
    if request.param not in binaries:
        pytest.skip(f"no {request.param} server on this machine")
    with redis_server.running(binaries[request.param]) as url:
        yield url


@pytest.fixture
async def queue(redis_url: str) -> AsyncIterator[RedisTicketQueue]:
    async with connect(redis_url, ZONE, timeout_s=5) as queue:
        yield queue
