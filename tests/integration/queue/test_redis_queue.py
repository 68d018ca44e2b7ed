"""What only a real server and real processes show."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable

import pytest
from redis.asyncio import Redis

from gateway.domain.ids import ConsumerId, TicketId, Token
from gateway.domain.ticket import RaiseCause, Status
from gateway.errors import ConfigError, PartUnavailable, StaleToken
from gateway.queue import feeds
from gateway.queue.connection import client
from gateway.queue.policy import QueuePolicy
from gateway.queue.redis_queue import RedisTicketQueue, connect
from tests.contract import redis_server
from tests.contract.samples import new_ticket, with_type
from tests.integration.queue.conftest import ZONE

BERT = ConsumerId("bert")


async def test_a_killed_consumer_loses_its_ticket_to_the_next(redis_url: str, queue: RedisTicketQueue) -> None:
    held, other, routine = new_ticket(2), new_ticket(2), new_ticket(5)
    await queue.put(held, based_on=0)
    command = (sys.executable, "-m", "tests.integration.queue.consumer", redis_url, ZONE, "1.5")
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(30):
        ticket_id, token = (await process.stdout.readline()).decode().split()
    process.kill()
    await process.wait()
    for ticket in (other, routine):
        await queue.put(ticket, based_on=0)
    first = await queue.claim(BERT, 60)
    assert first is not None
    assert first.ticket.id == other.id
    await queue.release(other.id, first.token)
    async with asyncio.timeout(10):
        while held.id not in await queue.expire():  # the server's clock alone says when
            await asyncio.sleep(0.02)
    again = await queue.claim(BERT, 60)
    assert again is not None
    assert (again.ticket.id, TicketId(ticket_id)) == (held.id, held.id)
    with pytest.raises(StaleToken):
        await queue.ack(held.id, Token(int(token)))
    assert (await queue.ack(held.id, again.token)).status is Status.CLOSED


async def test_waiting_sends_no_commands(redis_url: str, queue: RedisTicketQueue) -> None:
    probe = client(redis_url, timeout_s=5)
    await probe.config_resetstat()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(queue.claim(ConsumerId(f"c{n}"), 60, wait=15)) for n in range(4)]
        await asyncio.sleep(1)
        calls = await _calls(probe)
        for _ in waiting:
            await queue.put(new_ticket(), based_on=0)
    assert all(task.result() for task in waiting)
    # Each waiting consumer asked once, then blocked; the script may have been loaded once by each of them.
    assert calls["blpop"] == 4
    assert calls["evalsha"] <= 8
    assert (await _calls(probe))["evalsha"] <= 8 + 3 * 4 + 8
    await probe.aclose()


async def test_scripts_are_loaded_again_when_the_server_forgets_them(redis_url: str, queue: RedisTicketQueue) -> None:
    await queue.put(new_ticket(), based_on=0)
    probe = client(redis_url, timeout_s=5)
    await probe.script_flush()
    await probe.aclose()
    assert await queue.claim(BERT, 60) is not None


async def test_a_token_grows_even_when_the_store_lost_the_ticket(redis_url: str, queue: RedisTicketQueue) -> None:
    await queue.put(new_ticket(), based_on=0)
    before = await queue.claim(BERT, 60)
    assert before is not None
    probe = client(redis_url, timeout_s=5)
    await probe.flushall()
    await probe.aclose()
    await queue.put(before.ticket, based_on=before.ticket.version)
    await asyncio.sleep(0.002)
    after = await queue.claim(ConsumerId("carl"), 60)
    assert after is not None
    assert after.token > before.token
    with pytest.raises(StaleToken):
        await queue.ack(before.ticket.id, before.token)


async def test_a_dead_letter_whose_alarm_is_still_to_be_raised_is_not_revived_by_an_update(redis_url: str) -> None:
    """The process that found it dead ended before it could note that on the ticket; the next one does."""
    async with connect(redis_url, ZONE, QueuePolicy(max_attempts=1), timeout_s=5) as queue:
        ticket = new_ticket()
        await queue.put(ticket, based_on=0)
        lease = await queue.claim(BERT, 0.001)
        assert lease is not None
        async with asyncio.timeout(5):
            while not (await queue._scripts.run("expire"))[0]:
                await asyncio.sleep(0.001)
        (dead,) = await queue.dead()
        assert dead.raised == ()
        updated = await queue.put(with_type(dead), based_on=dead.version)
        assert updated.status is Status.OPEN
        await queue.expire()
        (raised,) = await queue.dead()
        assert [reason.cause for reason in raised.raised] == [RaiseCause.DEAD_LETTER]


async def test_a_closed_ticket_is_forgotten_in_time(redis_url: str, queue: RedisTicketQueue) -> None:
    await queue.put(new_ticket(), based_on=0)
    lease = await queue.claim(BERT, 60)
    assert lease is not None
    await queue.ack(lease.ticket.id, lease.token)
    probe = client(redis_url, timeout_s=5)
    keys = [key async for key in probe.scan_iter()]
    lives = [await probe.ttl(key) for key in keys if ":ticket:" in key]
    await probe.aclose()
    assert all(key.startswith("intake101:{BRU}:") for key in keys)
    assert len(lives) == 1
    assert 0 < lives[0] <= 7 * 86_400


def _attempts(queue: RedisTicketQueue) -> list[Callable[[], Awaitable[object]]]:
    ticket = new_ticket()
    return [
        lambda: queue.put(ticket, based_on=0),
        lambda: queue.get(ticket.id),
        queue.tickets,
        lambda: queue.claim(BERT, 60),
        lambda: queue.renew(ticket.id, Token(1), 60),
        lambda: queue.ack(ticket.id, Token(1)),
        lambda: queue.release(ticket.id, Token(1)),
        queue.expire,
        queue.dead,
        queue.depth,
        lambda: anext(aiter(queue.changes("0"))),
        lambda: anext(aiter(queue.live())),
    ]


async def test_a_missing_server_is_part_unavailable() -> None:
    async with connect("unix:///nonexistent/redis.sock", ZONE, timeout_s=1) as queue:
        for attempt in _attempts(queue):
            with pytest.raises(PartUnavailable):
                await attempt()


async def test_a_server_that_goes_away_ends_what_waits() -> None:
    binary = next(iter(redis_server.binaries().values()))
    with redis_server.running(binary) as url:
        async with connect(url, ZONE, timeout_s=1) as queue, asyncio.timeout(20):
            waiting = [
                asyncio.ensure_future(queue.claim(BERT, 60, wait=30)),
                asyncio.ensure_future(anext(aiter(queue.changes()))),
                asyncio.ensure_future(anext(aiter(queue.live()))),
            ]
            await asyncio.sleep(0.2)
            await _shut_down(url)
            results = await asyncio.gather(*waiting, return_exceptions=True)
            assert [type(result) for result in results] == [PartUnavailable] * 3
            with pytest.raises(PartUnavailable):
                await queue.put(new_ticket(), based_on=0)


async def test_a_silent_server_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that accepts and never answers."""
    monkeypatch.setattr(feeds, "_BLOCK_MS", 200)
    monkeypatch.setattr(feeds, "_GRACE_S", 0.2)

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with asyncio.timeout(20), server, connect(f"redis://127.0.0.1:{port}/0", ZONE, timeout_s=0.2) as queue:
        for attempt in _attempts(queue):
            with pytest.raises(PartUnavailable):
                await attempt()


async def test_a_malformed_url_is_a_config_error() -> None:
    with pytest.raises(ConfigError, match="redis://HOST"):
        async with connect("localhost:6379", ZONE):
            pass


async def _shut_down(url: str) -> None:
    probe = client(url, timeout_s=1)
    await probe.shutdown(nosave=True)
    await probe.aclose()


async def _calls(redis: Redis) -> dict[str, int]:
    stats = await redis.info("commandstats")
    return {name.removeprefix("cmdstat_"): entry["calls"] for name, entry in stats.items()}
