"""Keeps the view up to date from the queue's change stream.

Everything is also read anew at the start, whenever the store was away, and now and then for safety's sake.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from gateway.domain.ids import TicketId
from gateway.domain.ticket import Status, Ticket
from gateway.errors import PartUnavailable
from gateway.ports import Change
from gateway.web.services import DeskServices
from gateway.web.view import Seen, View

log = logging.getLogger(__name__)

RETRY_S = (0.2, 0.5, 1.0, 2.0)
"""Waits before the store is tried again; the last one repeats."""
RELOAD_S = (1.0, 30.0)
"""Waits before everything is read again; the first closes the gap between first reading and stream."""


async def follow(services: DeskServices, view: View) -> None:
    """Run until cancelled."""
    follower = _Follower(services, view)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_persistently(follower.tickets, follower.away), name="desk tickets")
        tasks.create_task(_persistently(follower.words, lambda: None), name="desk live words")


async def _persistently(run: Callable[[Callable[[], None]], Awaitable[None]], away: Callable[[], None]) -> None:
    """Run again whenever the store comes back; `run` is given what to call once it works."""
    attempt = 0

    def works() -> None:
        nonlocal attempt
        attempt = 0

    while True:
        try:
            await run(works)
        except* PartUnavailable as errors:
            log.warning("the queue is away from the desk: %s", errors.exceptions[0])
            away()
        await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
        attempt += 1


class _Follower:
    """What comes from the queue, into the view."""

    def __init__(self, services: DeskServices, view: View) -> None:
        self._services = services
        self._queue = services.queue
        self._view = view
        self._position = "$"

    async def tickets(self, works: Callable[[], None]) -> None:
        """Read all tickets and follow their changes; raises PartUnavailable, in a group, when the store goes away."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._changes(), name="desk changes")
            tasks.create_task(self._reload(works), name="desk reload")

    async def words(self, works: Callable[[], None]) -> None:
        """Follow the words still being spoken; raises PartUnavailable when the store goes away."""
        async for live in self._queue.live():
            works()
            self._view.say(live.ticket_id, live.partial)

    def away(self) -> None:
        """Note that the store does not answer."""
        self._services.metrics.fault("queue")
        self._view.store(ok=False, at=self._services.clock.now())

    async def _changes(self) -> None:
        async for change in self._queue.changes(self._position):
            seen = self._view.get(change.ticket_id)
            if not _is_known(seen, change):
                await self._refresh(change.ticket_id, change.consumer)
            self._position = change.position
            self._view.store(ok=True, at=self._services.clock.now())

    async def _reload(self, works: Callable[[], None]) -> None:
        attempt = 0
        while True:
            await self._load()
            works()
            self._view.store(ok=True, at=self._services.clock.now())
            await asyncio.sleep(RELOAD_S[min(attempt, len(RELOAD_S) - 1)])
            attempt += 1

    async def _load(self) -> None:
        left = {seen.ticket.id for seen in self._view.open()}
        for ticket in await self._queue.tickets():
            seen = self._view.get(ticket.id)
            self._put(ticket, seen.holder if seen else None)
            left.discard(ticket.id)
        for ticket_id in left:
            await self._refresh(ticket_id, None)

    async def _refresh(self, ticket_id: TicketId, holder: str | None) -> None:
        ticket = await self._queue.get(ticket_id)
        if ticket is not None:
            self._put(ticket, holder)

    def _put(self, ticket: Ticket, holder: str | None) -> None:
        self._view.put(ticket, holder if ticket.status is Status.LEASED else None)


def _is_known(seen: Seen | None, change: Change) -> bool:
    """Whether the view has this change already; tickets that are over and unknown are not fetched."""
    if seen is None:
        return change.status == Status.CLOSED
    if seen.ticket.version != change.version:
        return seen.ticket.version > change.version
    return (seen.ticket.status, seen.holder) == (change.status, change.consumer)
