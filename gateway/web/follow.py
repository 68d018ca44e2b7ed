"""Keeps the view up to date from the queue's change stream; whenever the store was away it reads everything anew."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gateway.domain.ids import TicketId
from gateway.domain.ticket import Status
from gateway.errors import PartUnavailable
from gateway.ports import Change
from gateway.web.services import DeskServices
from gateway.web.view import Seen, View

log = logging.getLogger(__name__)

RETRY_S = (0.2, 0.5, 1.0, 2.0)
"""Waits before the store is tried again; the last one repeats."""


async def follow(services: DeskServices, view: View) -> None:
    """Run until cancelled."""
    changes = _Changes(services, view)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_persistently(changes.run, changes.away), name="desk changes")
        tasks.create_task(_persistently(_Words(services, view).run, lambda: None), name="desk live words")


async def _persistently(run: Callable[[Callable[[], None]], Awaitable[None]], away: Callable[[], None]) -> None:
    """Run again whenever the store comes back; `run` is given what to call once it works."""
    attempt = 0

    def works() -> None:
        nonlocal attempt
        attempt = 0

    while True:
        try:
            await run(works)
        except PartUnavailable as error:
            log.warning("the queue is away from the desk: %s", error)
            away()
        await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
        attempt += 1


class _Changes:
    """The stream of changes, read from its kept beginning so that nothing falls between it and the first load."""

    def __init__(self, services: DeskServices, view: View) -> None:
        self._services = services
        self._view = view
        self._position = "0"

    async def run(self, works: Callable[[], None]) -> None:
        """Read all tickets, then follow; raises PartUnavailable when the store goes away."""
        await self._load()
        works()
        self._view.store(ok=True, at=self._services.clock.now())
        async for change in self._services.queue.changes(self._position):
            await self._take(change)
            self._position = change.position
            self._view.store(ok=True, at=self._services.clock.now())

    def away(self) -> None:
        """Note that the store does not answer."""
        self._services.metrics.fault("queue")
        self._view.store(ok=False, at=self._services.clock.now())

    async def _load(self) -> None:
        gone = {seen.ticket.id for seen in self._view.open()}
        for ticket in await self._services.queue.tickets():
            self._view.put(ticket)
            gone.discard(ticket.id)
        for ticket_id in gone:
            await self._refresh(ticket_id, None)

    async def _take(self, change: Change) -> None:
        seen = self._view.get(change.ticket_id)
        if seen is None and change.status == Status.CLOSED:
            return
        known = seen is not None and _has(seen, change)
        if not known:
            await self._refresh(change.ticket_id, change.consumer)

    async def _refresh(self, ticket_id: TicketId, holder: str | None) -> None:
        ticket = await self._services.queue.get(ticket_id)
        if ticket is not None:
            self._view.put(ticket, holder if ticket.status is Status.LEASED else None)


def _has(seen: Seen, change: Change) -> bool:
    ticket = seen.ticket
    if ticket.version != change.version:
        return ticket.version > change.version
    return (ticket.status, seen.holder) == (change.status, change.consumer)


class _Words:
    """The words still being spoken."""

    def __init__(self, services: DeskServices, view: View) -> None:
        self._services = services
        self._view = view

    async def run(self, works: Callable[[], None]) -> None:
        """Follow; raises PartUnavailable when the store goes away."""
        async for live in self._services.queue.live():
            works()
            self._view.say(live.ticket_id, live.partial)
