"""`intake101 serve`: the gateway. With `--role all` it keeps an intake and a desk process; each may fail alone."""

import argparse
import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from gateway import app, process
from gateway.commands.output import progress, result
from gateway.errors import PartUnavailable
from gateway.queue.embedded import EmbeddedRedis
from gateway.settings import Settings

ROLES = ("intake", "desk")
RESTART_S = 0.5
READY_S = 120.0
"""Models are loaded and tried before the first call."""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the flags."""
    parser.add_argument("--role", choices=("all", *ROLES), default="all", help="start one process only")
    parser.add_argument("--kept", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--sip", metavar="HOST:PORT", help="UDP address for SIP")
    parser.add_argument("--web", metavar="HOST:PORT", help="address of the desk")
    parser.add_argument("--redis", metavar="URL", help="the queue's Redis; without one an embedded server is started")
    parser.add_argument("--data", metavar="DIR", help="folder for journal, recordings and logs")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; 0 when everything ended in order."""
    return asyncio.run(_serve(args.role, args.config, settings, kept=args.kept))


async def _serve(role: str, config: object, settings: Settings, *, kept: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if kept:
        loop.add_reader(sys.stdin.fileno(), stop.set)  # nothing is ever written there: it tells that our keeper is gone
    if role == "all":
        return await _serve_all(config, settings, stop)
    process.configure_logging(settings)
    served = {"intake": app.intake, "desk": app.desk}[role]
    async with served(settings) as ready:
        result({"ready": True, **ready, "redis": redis_shown(settings.queue.redis), "data": str(settings.site.data)})
        await stop.wait()
    return 0


def redis_shown(url: str) -> str:
    """Return a Redis URL without its password."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


# -- both processes ----------------------------------------------------------------------------------------------------


async def _serve_all(config: object, settings: Settings, stop: asyncio.Event) -> int:
    async with AsyncExitStack() as stack:
        url, shown = settings.queue.redis, redis_shown(settings.queue.redis)
        if not url:
            progress("no Redis is configured: starting an embedded server, for a first run only, never for production")
            url = shown = (await stack.enter_async_context(EmbeddedRedis(settings.site.data / "redis"))).url
        flags = ["--config", str(config)] if config else []
        flags += ["--data", str(settings.site.data)]
        listens = {"intake": ["--sip", settings.sip.listen], "desk": ["--web", settings.desk.listen]}
        children = [Child(role, [*flags, *listens[role]], {"INTAKE101_QUEUE_REDIS": url}) for role in ROLES]
        async with asyncio.TaskGroup() as tasks:
            keepers = [tasks.create_task(child.keep(stop)) for child in children]
            ready: dict[str, object] = {}
            for child in children:
                ready |= await child.ready(stop)
            if not stop.is_set():
                result({"ready": True, **ready, "redis": shown, "data": str(settings.site.data)})
        return max(keeper.result() for keeper in keepers)


@dataclass
class Child:
    """One of our own processes, started again when it ends unasked."""

    role: str
    flags: list[str]
    environment: Mapping[str, str]
    _ready: asyncio.Future[dict[str, object]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    async def ready(self, stop: asyncio.Event) -> dict[str, object]:
        """Wait for its first ready line; raises PartUnavailable when it cannot start."""
        stopped = asyncio.create_task(stop.wait())
        waited: list[asyncio.Future[Any]] = [self._ready, stopped]
        await asyncio.wait(waited, timeout=READY_S, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if stop.is_set():
            return {}
        if not self._ready.done():
            raise PartUnavailable(f"the {self.role} process is not ready after {READY_S:.0f} s")
        return self._ready.result()

    async def keep(self, stop: asyncio.Event) -> int:
        """Run it until `stop`; return its last exit status."""
        while True:
            status = await self._run(stop)
            if stop.is_set():
                return status
            self._give_up_unless_it_ever_ran(status)
            progress(f"the {self.role} process ended with status {status}; starting it again")
            await asyncio.sleep(RESTART_S)

    async def _run(self, stop: asyncio.Event) -> int:
        """Run it once: until it ends by itself, or is told to by `stop` or by our own cancellation."""
        command = [sys.executable, "-m", "gateway.cli", "serve", "--role", self.role, "--kept", *self.flags]
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, env={**os.environ, **self.environment}
        )
        reading = asyncio.create_task(self._read(process))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({reading, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            if process.returncode is None:
                process.terminate()
        await reading
        return await process.wait()

    def _give_up_unless_it_ever_ran(self, status: int) -> None:
        if not self._ready.done():
            raise PartUnavailable(f"the {self.role} process cannot start (status {status}); its own words stand above")

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        """Read its lines; the first says where it listens, and where it must listen again after a restart."""
        assert process.stdout is not None  # noqa: S101 - it was asked for
        async for raw in process.stdout:
            row = json.loads(raw)
            where = {key: value for key, value in row.items() if key in ("sip", "web", "ops")}
            if not self._ready.done():
                self._ready.set_result(where)
                self.flags += [part for key in ("sip", "web") if key in where for part in (f"--{key}", str(where[key]))]
