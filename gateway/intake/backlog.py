"""Tickets waiting for a task, each once, in the order they came."""

import asyncio
from collections.abc import Iterable

from gateway.domain.ids import TicketId


class Backlog:
    """Bounded by the number of tickets. What was taken counts as waiting until it is done."""

    def __init__(self) -> None:
        self._waiting: dict[TicketId, None] = {}
        self._taken: dict[TicketId, None] = {}
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()

    def add(self, ticket_id: TicketId) -> None:
        """Let a ticket wait; it keeps its place when it waits already."""
        self._waiting[ticket_id] = None
        self._some.set()
        self._none.clear()

    async def take(self) -> list[TicketId]:
        """Wait for some and take them all."""
        await self._some.wait()
        self._some.clear()
        self._taken |= self._waiting
        self._waiting = {}
        return list(self._taken)

    def done(self, ticket_ids: Iterable[TicketId]) -> None:
        """Tick off what was taken."""
        for ticket_id in ticket_ids:
            self._taken.pop(ticket_id, None)
        if not self:
            self._none.set()

    def again(self) -> None:
        """Put back what was taken and not done."""
        self._waiting = self._taken | self._waiting
        self._taken = {}
        self._some.set()

    async def emptied(self) -> None:
        """Wait until nothing waits."""
        await self._none.wait()

    def __len__(self) -> int:
        return len(self._waiting) + len(self._taken)

    def __contains__(self, ticket_id: object) -> bool:
        return ticket_id in self._waiting or ticket_id in self._taken
