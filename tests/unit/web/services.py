"""A desk's services for tests: the queue in memory, and what the desk noted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from gateway.domain.ids import TicketId
from gateway.domain.ticket import Ticket
from gateway.errors import Conflict, PartUnavailable
from gateway.ports import Change, Live, TicketQueue
from gateway.queue.memory import MemoryTicketQueue
from gateway.web.access import Access
from gateway.web.services import DeskServices
from tests.unit.web.samples import types

TOKEN = "a-token-of-the-tests"


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@dataclass
class Counted:
    """What the desk counted."""

    clients: int = 0
    faults: list[str] = field(default_factory=list)

    def desk_clients(self, count: int) -> None:
        self.clients = count

    def fault(self, part: str) -> None:
        self.faults.append(part)

    def exposition(self) -> tuple[bytes, str]:
        return b"intake101_desk_clients 0\n", "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Noted:
    """What the desk noted in the audit log."""

    entries: list[tuple[str, str, str]] = field(default_factory=list)
    broken: bool = False

    async def record(self, what: str, *, who: str, ticket_id: str, reason: str) -> None:
        if self.broken:
            raise PartUnavailable("disk full")
        self.entries.append((what, ticket_id, reason))


@dataclass(frozen=True)
class Part:
    ok: bool
    detail: str = ""


@dataclass(frozen=True)
class Report:
    live: bool = True
    ready: bool = True
    parts: dict[str, Part] = field(default_factory=lambda: {"queue": Part(ok=True)})


class Store(MemoryTicketQueue):
    """The queue in memory, which can go away and come back."""

    def __init__(self) -> None:
        super().__init__()
        self.away = False

    def _answer(self) -> None:
        if self.away:
            raise PartUnavailable("the store does not answer")

    async def get(self, ticket_id: TicketId) -> Ticket | None:
        self._answer()
        return await super().get(ticket_id)

    async def tickets(self):
        self._answer()
        return await super().tickets()

    async def put(self, ticket: Ticket, *, based_on: int) -> Ticket:
        self._answer()
        return await super().put(ticket, based_on=based_on)

    async def changes(self, after: str = "$"):
        async for change in super().changes(after):
            self._answer()
            yield change

    async def go_away(self) -> None:
        """Stop answering, and let those who follow notice."""
        self.away = True
        self._log.append(Change(f"{next(self._positions)}-0", "updated", TicketId("none"), 0, "closed", None))
        self._bell.ring()

    async def change(self, ticket: Ticket) -> Ticket:
        """Store a ticket as intake does, whatever version stands there."""
        stored = await super().get(ticket.id)
        based_on = stored.version if stored else 0
        return await self.put(ticket.model_copy(update={"version": based_on + 1}), based_on=based_on)

    async def say(self, live: Live) -> None:
        await self.publish_live(live)


def amend_in(queue: TicketQueue):
    """Compare and set until it holds, as the gateway does."""

    async def amend(ticket_id: TicketId, change: Callable[[Ticket], Ticket]) -> Ticket:
        current = await queue.get(ticket_id)
        if current is None:
            raise LookupError(ticket_id)
        while True:
            try:
                return await queue.put(change(current), based_on=current.version)
            except Conflict as conflict:
                current = Ticket.model_validate(conflict.current)

    return amend


def services(recordings: Path, queue: TicketQueue | None = None, **more: object) -> DeskServices:
    """Everything a desk needs."""
    store = queue or Store()
    given = {
        "queue": store,
        "amend": amend_in(store),
        "recordings": recordings,
        "types": types(),
        "access": Access(token=TOKEN),
        "metrics": Counted(),
        "audit": Noted(),
        "clock": SystemClock(),
        "health": Report,
        "zone": "BRU",
    }
    return DeskServices(**(given | more))
