"""From a ticket's change on the queue to its arrival at desks that follow it, through a whole gateway."""

import argparse
import asyncio
import statistics
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp import ClientSession

from gateway import adapters, process
from gateway.commands.bench.figure import Figure, plain
from gateway.commands.trial import trial_gateway
from gateway.domain.call import Call, CallState
from gateway.domain.ids import CallId, TicketId
from gateway.domain.ticket import Ticket
from gateway.settings import Settings

DESKS = 10
CHANGES = 200
PACE_S = 0.02
TICKET = TicketId("0199aaaa-0000-7000-8000-000000000101")


def measure(args: argparse.Namespace, settings: Settings) -> list[Figure]:
    """Change a ticket some hundred times with some desks watching."""
    del args
    return asyncio.run(_measure(settings))


async def _measure(settings: Settings) -> list[Figure]:
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory(prefix="intake101-bench-")))
        ready = await stack.enter_async_context(trial_gateway(data))
        there = settings.model_copy(update={"queue": settings.queue.model_copy(update={"redis": ready["redis"]})})
        queue = await stack.enter_async_context(adapters.open_queue(there))
        token = (data / "desk.token").read_text(encoding="ascii").strip()
        web = await stack.enter_async_context(ClientSession(headers={"Authorization": f"Bearer {token}"}))
        arrivals: dict[int, list[float]] = {}
        async with process.background() as tasks:
            for _ in range(DESKS):
                tasks.create_task(_follow(web, f"http://{ready['web']}/api/events", arrivals))
            await asyncio.sleep(1)
            sent: dict[int, float] = {}
            ticket = _ticket(settings.site.zone)
            for version in range(1, CHANGES + 1):
                ticket = ticket.model_copy(update={"version": version, "updated_at": datetime.now(UTC)})
                sent[version] = time.monotonic()
                await queue.put(ticket, based_on=version - 1)
                await asyncio.sleep(PACE_S)
            await asyncio.sleep(2)
    delays = sorted((at - sent[v]) * 1000 for v, times in arrivals.items() if v in sent for at in times)
    seen = len({v for v in arrivals if v in sent})
    return [
        plain("desk.change_to_page_p50", statistics.median(delays), "ms"),
        plain("desk.change_to_page_p99", delays[int(len(delays) * 0.99) - 1], "ms"),
        plain("desk.versions_shown", 100 * seen / CHANGES, "%"),
    ]


async def _follow(web: ClientSession, url: str, arrivals: dict[int, list[float]]) -> None:
    """Note when each version of the ticket arrives in a page's event stream."""
    async with web.get(url, timeout=None) as reply:
        async for line in reply.content:
            if line.startswith(b"data:") and TICKET.encode() in line:
                version = line.partition(b'"version":')[2].lstrip().partition(b",")[0].rstrip(b"}\n ")
                if version.isdigit():
                    arrivals.setdefault(int(version), []).append(time.monotonic())


def _ticket(zone: str) -> Ticket:
    now = datetime.now(UTC)
    call = Call(id=CallId("bench"), caller=None, state=CallState.ACTIVE, started_at=now, node="bench")
    return Ticket(id=TICKET, created_at=now, updated_at=now, zone=zone, call=call)
