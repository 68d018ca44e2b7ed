"""The desk over a real Redis that goes away and comes back."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from gateway.domain.ticket import Ticket
from gateway.ports import TicketQueue
from gateway.queue.policy import QueuePolicy
from gateway.queue.redis_queue import connect
from gateway.web.app import create_app
from tests.e2e.gateway import RedisServer, _free_port
from tests.unit.web import samples
from tests.unit.web.services import TOKEN, services

ZONE = "5339"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[RedisServer]:
    server = RedisServer(tmp_path / "redis", _free_port())
    await server.start()
    yield server
    server.stop()


async def _put(queue: TicketQueue, ticket: Ticket) -> Ticket:
    return await queue.put(ticket.model_copy(update={"version": 1}), based_on=0)


async def test_page_shows_what_changed_while_the_store_was_away(redis: RedisServer, tmp_path: Path) -> None:
    async with connect(redis.url, ZONE, QueuePolicy(), timeout_s=1.0) as queue:
        runner = web.AppRunner(create_app(services(tmp_path, queue)), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}/api/events"
        try:
            async with asyncio.timeout(40), ClientSession(headers=BEARER) as session, session.get(address) as stream:
                events = (json.loads(line[6:]) async for line in stream.content if line.startswith(b"data: "))
                before = await _put(queue, samples.burglary(samples.blank()))
                await _until(events, lambda data: before.id in _ids(data))
                redis.stop()
                await _until(events, lambda data: not data["store"]["ok"])
                await redis.start()
                after = await _put(queue, samples.noise(samples.blank()))
                await _until(events, lambda data: data["store"]["ok"] and after.id in _ids(data))
        finally:
            await runner.cleanup()


def _ids(data: dict[str, object]) -> list[str]:
    return [row["id"] for row in data["rows"]]


async def _until(events, holds) -> None:
    """Read on until it holds; what is new may come in more than one event."""
    rows: list[object] = []
    async for data in events:
        rows += data["rows"]
        if holds(data | {"rows": rows}):
            return
