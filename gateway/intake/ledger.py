"""The tickets of one intake process: on disk first, then on the queue, and there again whatever happens to Redis.

A change is made in memory at once and never waits. Two tasks follow it: one writes the newest version of every changed
ticket to the journal, the other offers what is on disk to the queue and tries again while the queue is away. Changes
that others make to our tickets (a call-taker's correction, a consumer's ack) come back through the change stream and go
to the journal too.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from gateway.domain.ids import TicketId
from gateway.domain.merge import merge
from gateway.domain.ticket import Status, Ticket
from gateway.errors import Conflict, PartUnavailable
from gateway.intake.amendment import stored_ticket
from gateway.intake.backlog import Backlog
from gateway.ports import Change, Journal, Live, Observer, TicketQueue

log = logging.getLogger(__name__)

RETRY_S = (0.1, 0.2, 0.5, 1.0)
"""Waits before the queue is tried again; the last one repeats."""
LIVE_BOUND = 256


@dataclass(slots=True)
class Entry:
    """One ticket of ours."""

    ticket: Ticket
    """As it is in memory, the newest."""
    written: Ticket
    """As it was last given to the journal."""
    stored: int = 0
    """Newest version seen on the queue."""


class Ledger:
    """Keeper of the tickets of this process."""

    def __init__(self, journal: Journal, queue: TicketQueue, observer: Observer) -> None:
        self._journal = journal
        self._queue = queue
        self._observer = observer
        self._entries: dict[TicketId, Entry] = {}
        self._changed = Backlog()
        self._unpublished = Backlog()
        self._live: asyncio.Queue[Live] = asyncio.Queue(LIVE_BOUND)

    def __getitem__(self, ticket_id: TicketId) -> Ticket:
        """Return the newest version in memory; raises KeyError."""
        return self._entries[ticket_id].ticket

    def __len__(self) -> int:
        return len(self._entries)

    async def open(self, ticket: Ticket) -> None:
        """Take a new ticket and return when it is on disk; raises PartUnavailable when that fails, and keeps it."""
        self._entries[ticket.id] = Entry(ticket, written=ticket)
        try:
            await self._append(ticket)
        finally:
            self._unpublished.add(ticket.id)

    def adopt(self, ticket: Ticket) -> None:
        """Take over a ticket that the journal kept from before a restart; it is offered as it stands."""
        self._entries[ticket.id] = Entry(ticket, written=ticket, stored=ticket.version)
        self._unpublished.add(ticket.id)

    def amend(self, ticket_id: TicketId, change: Callable[[Ticket], Ticket]) -> Ticket:
        """Change a ticket in memory at once; disk and queue follow. A change that returns its ticket is none."""
        entry = self._entries[ticket_id]
        changed = change(entry.ticket)
        if changed is not entry.ticket:
            entry.ticket = changed
            self._changed.add(ticket_id)
        return changed

    def show_live(self, live: Live) -> None:
        """Show words still being spoken to the desk; dropped when the queue is slow or away."""
        with contextlib.suppress(asyncio.QueueFull):
            self._live.put_nowait(live)

    async def run(self) -> None:
        """Write, publish and follow until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for part in (self._write, self._publish, self._follow, self._publish_live):
                tasks.create_task(part(), name=f"ledger {part.__name__.strip('_')}")

    async def settle(self, timeout_s: float) -> bool:
        """Wait until every change is on disk and on the queue; False when that took too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                while self._changed or self._unpublished:
                    await self._changed.emptied()
                    await self._unpublished.emptied()
                return True
        return False

    # -- to disk ---------------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        while True:
            batch = await self._changed.take()
            await asyncio.gather(*(self._commit(self._entries[i]) for i in batch if i in self._entries))
            self._changed.done(batch)
            for ticket_id in batch:
                self._forget_if_over(ticket_id)

    async def _commit(self, entry: Entry) -> None:
        """Give what is in memory the next version and write it; several changes since the last write become one."""
        version = max(entry.written.version, entry.stored) + 1
        entry.ticket = written = entry.ticket.model_copy(update={"version": version})
        try:
            await self._append(written)
        except PartUnavailable as error:
            self._observer.fault("journal")
            log.error("the journal takes no tickets; calls go on: %s", error)
        entry.written = written
        self._unpublished.add(written.id)

    async def _append(self, ticket: Ticket) -> None:
        began = monotonic()
        await self._journal.append(ticket)
        self._observer.journal_synced(monotonic() - began)

    # -- to the queue ----------------------------------------------------------------------------------------------

    async def _publish(self) -> None:
        attempt = 0
        while True:
            batch = await self._unpublished.take()
            try:
                for ticket_id in batch:
                    await self._offer(ticket_id)
                    self._unpublished.done([ticket_id])
                    self._forget_if_over(ticket_id)
                attempt = 0
            except PartUnavailable as error:
                self._observer.fault("queue")
                log.warning("the queue is away; tickets wait on disk: %s", error)
                self._unpublished.again()
                await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
                attempt += 1

    async def _offer(self, ticket_id: TicketId) -> None:
        entry = self._entries.get(ticket_id)
        if entry is None:
            return
        if entry.written.version < entry.stored:
            self._changed.add(ticket_id)
            return
        try:
            stored = await self._queue.put(entry.written, based_on=entry.stored)
        except Conflict as conflict:
            self._take_over(entry, stored_ticket(conflict))
            self._changed.add(ticket_id)
        else:
            entry.stored = max(entry.stored, stored.version)
            entry.ticket = entry.ticket.model_copy(update={"status": stored.status})

    async def _publish_live(self) -> None:
        while True:
            live = await self._live.get()
            with contextlib.suppress(PartUnavailable):
                await self._queue.publish_live(live)

    # -- from others -----------------------------------------------------------------------------------------------

    async def _follow(self) -> None:
        while True:
            try:
                async for change in self._queue.changes():
                    await self._learn(change)
            except PartUnavailable:
                await asyncio.sleep(RETRY_S[-1])
                self._offer_all()

    def _offer_all(self) -> None:
        """Offer everything again: the store may come back empty, or older, or changed by others meanwhile."""
        for ticket_id in self._entries:
            self._unpublished.add(ticket_id)

    async def _learn(self, change: Change) -> None:
        entry = self._entries.get(change.ticket_id)
        if entry is None or change.version <= entry.stored:
            return
        stored = await self._queue.get(change.ticket_id)
        if stored is None or stored.version <= entry.stored:
            return
        if stored.version > entry.written.version:
            self._take_over(entry, stored)
            with contextlib.suppress(PartUnavailable):
                await self._journal.append(entry.ticket)
        self._forget_if_over(change.ticket_id)

    def _take_over(self, entry: Entry, stored: Ticket) -> None:
        entry.ticket = merge(entry.ticket, stored)
        entry.stored = stored.version

    def _forget_if_over(self, ticket_id: TicketId) -> None:
        """A ticket leaves memory when its call has ended, dispatch has it, and nothing is left to write."""
        ticket = self._entries[ticket_id].ticket if ticket_id in self._entries else None
        over = ticket is not None and ticket.status is Status.CLOSED and ticket.call.state == "ended"
        if over and ticket_id not in self._changed and ticket_id not in self._unpublished:
            del self._entries[ticket_id]
