"""A desk over the queue in memory, and clients in front of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.web.app import create_app
from tests.unit.web.services import TOKEN, Store, services

Connect = Callable[..., Awaitable[TestClient]]


@pytest.fixture
def queue() -> Store:
    return Store()


@pytest.fixture
async def connect(queue: Store, tmp_path: Path) -> AsyncIterator[Connect]:
    """Start a desk and return a client; `headers` and any service may be given."""
    clients: list[TestClient] = []

    async def start(headers: dict[str, str] | None = None, **more: object) -> TestClient:
        app = create_app(services(tmp_path, queue, **more))
        client = TestClient(TestServer(app), headers=headers)
        await client.start_server()
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def api(connect: Connect) -> TestClient:
    """A program with the token."""
    return await connect(headers={"Authorization": f"Bearer {TOKEN}"})


@pytest.fixture
async def anyone(connect: Connect) -> TestClient:
    """Somebody without."""
    return await connect()
