"""A whole gateway with a Redis of Debian's, as its users meet it."""

import asyncio
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.commands.trial import desk_url, trial_gateway
from gateway.domain.ids import TicketId
from gateway.domain.ticket import Ticket
from gateway.ports import TicketQueue
from gateway.queue.redis_queue import connect
from tests.conftest import ROOT
from tests.interop.peers import need

ZONE = "5339"
SAMPLES = ROOT / "config" / "demo"
PATIENCE_S = 30.0


@dataclass
class RedisServer:
    """Debian's redis-server, which can be stopped and started again with what it had written."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        self.folder.mkdir(exist_ok=True)
        command = [need("redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        command += ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        async with asyncio.timeout(10), Redis.from_url(self.url) as redis:
            while True:
                try:
                    await redis.ping()
                except (OSError, RedisError):  # not listening, or still loading
                    await asyncio.sleep(0.05)
                else:
                    return

    def stop(self, how: int = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None


@dataclass
class Gateway:
    """A running gateway and its queue."""

    ready: dict[str, str]
    data: Path
    queue: TicketQueue
    redis: RedisServer
    seen: list[Ticket] = field(default_factory=list)

    @property
    def sip(self) -> str:
        return f"sip:101@{self.ready['sip']}"

    @property
    def desk(self) -> str:
        return desk_url(self.ready, self.data)

    def processes(self, word: str) -> list[psutil.Process]:
        """The gateway's processes whose command line holds a word."""
        root = psutil.Process(int(self.ready["pid"]))
        return [p for p in root.children(recursive=True) if word in " ".join(p.cmdline())]

    async def ticket(self, ticket_id: str, until: Callable[[Ticket], bool]) -> Ticket:
        """Wait until a ticket is as it should be; fails with how it was last."""
        last: Ticket | None = None
        try:
            async with asyncio.timeout(PATIENCE_S):
                async for last in self._versions(ticket_id):
                    if until(last):
                        return last
        except TimeoutError:
            pass
        raise AssertionError(f"the ticket did not become so; it is {last.to_json() if last else 'not there'}")

    async def newest(self) -> Ticket:
        """Wait for a ticket and return the newest."""
        async with asyncio.timeout(PATIENCE_S):
            while not (tickets := await self.queue.tickets()):
                await asyncio.sleep(0.1)
        return max(tickets, key=lambda t: t.created_at)

    async def _versions(self, ticket_id: str) -> AsyncIterator[Ticket]:
        while True:
            ticket = await self.queue.get(TicketId(ticket_id))
            if ticket is not None:
                yield ticket
            await asyncio.sleep(0.1)


@asynccontextmanager
async def whole_gateway(folder: Path, **environment: str) -> AsyncIterator[Gateway]:
    """Start Redis and a gateway with its data in a folder; end both."""
    redis = RedisServer(folder / "redis", _free_port())
    await redis.start()
    try:
        data = folder / "data"
        there = {"INTAKE101_QUEUE_REDIS": redis.url, **environment}
        async with trial_gateway(data, there) as ready, connect(redis.url, ZONE, timeout_s=5) as queue:
            yield Gateway(ready, data, queue, redis)
    finally:
        redis.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
