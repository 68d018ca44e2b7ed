"""What every process of ours does besides its work: run tasks, watch the queue, serve HTTP, log, tell the time."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from aiohttp import web

from gateway.errors import ConfigError, PartUnavailable
from gateway.ops import logs
from gateway.ops.metrics import Metrics
from gateway.ports import TicketQueue
from gateway.settings import Settings, address
from gateway.worker.ending import end

WATCH_S = 1.0
"""How often leases are looked after and gauges brought up to date."""


class SystemClock:
    """The port Clock, by the machine's own."""

    def now(self) -> datetime:
        """Return the time of day to the millisecond."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return monotonic()


def configure_logging(settings: Settings) -> None:
    """Log JSON lines to standard error, redacted."""
    logs.configure(settings.log.level, sys.stderr)


@asynccontextmanager
async def background() -> AsyncIterator[asyncio.TaskGroup]:
    """Run tasks for as long as the block lasts; one that fails ends the block with its exception."""
    async with asyncio.TaskGroup() as tasks:
        group = _Cancelling(tasks)
        try:
            yield group  # type: ignore[misc]  # only create_task is used
        finally:
            await end(*group.tasks)


class _Cancelling:
    """A task group that remembers its tasks, to end them when the work is over."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._group = tasks
        self.tasks: list[asyncio.Task[None]] = []

    def create_task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._group.create_task(work)
        self.tasks.append(task)
        return task


async def watch(queue: TicketQueue, metrics: Metrics) -> None:
    """Put back what overdue leases held, so that waiting consumers hear of it, and count what stands on the queue."""
    while True:
        with contextlib.suppress(PartUnavailable):
            await queue.expire()
            metrics.queue_depth(await queue.depth())
        await asyncio.sleep(WATCH_S)


@asynccontextmanager
async def served(application: web.Application, listen: str) -> AsyncIterator[str]:
    """Serve an aiohttp application; yields the bound HOST:PORT. Raises ConfigError when the port is taken."""
    host, port = address(listen, "setting desk.listen or ops.listen")
    runner = web.AppRunner(application, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigError(f"{listen} cannot be listened on: {error.strerror}; choose another port") from error
        bound = runner.addresses[0]
        yield f"{bound[0]}:{bound[1]}"
    finally:
        await runner.cleanup()
