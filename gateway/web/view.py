"""The tickets as the desk sees them now, and what changed since a page last looked.

A page holds a cursor, not a queue: it asks for everything newer than what it has, so a slow browser gets the newest
state of each ticket once, costs no memory and slows nobody. A cursor of another life of this process, or older than
what is remembered of closed tickets, is answered with everything.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.call import Segment
from gateway.domain.ids import TicketId
from gateway.domain.ticket import Status, Ticket
from gateway.web.fields import FIELDS, value_of

CLOSED_KEPT = 256
"""Closed tickets remembered for pages that still show them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket in the view."""

    ticket: Ticket
    holder: str | None
    """Who holds its lease, when known."""
    at: int
    """Sequence number of its last change."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a page has seen: written `life-at` as the id of an event."""

    life: str
    at: int

    def __str__(self) -> str:
        return f"{self.life}-{self.at}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """Read what `str` wrote; None for anything else."""
        life, _, at = text.rpartition("-")
        return cls(life, int(at)) if life and at.isdecimal() and len(at) < 20 else None


@dataclass(frozen=True, slots=True)
class News:
    """What a page must be told to be up to date."""

    cursor: Cursor
    everything: bool
    """Whether `changed` replaces all the page has."""
    changed: tuple[Seen, ...]
    """Oldest change first; closed ones among them."""


def rank(seen: Seen) -> tuple[bool, int, datetime, str]:
    """Order of the list: what dispatch has last; then by priority, and the one who waits longest first."""
    ticket = seen.ticket
    return ticket.status is Status.LEASED, ticket.priority, ticket.created_at, ticket.id


class View:
    """All open tickets and the last closed ones, in memory."""

    def __init__(self, life: str) -> None:
        self._life = life
        self._at = 0
        self._seen: OrderedDict[TicketId, Seen] = OrderedDict()
        self._forgotten_at = 0
        self._live: dict[TicketId, tuple[int, Segment | None]] = {}
        self._decided: dict[tuple[TicketId, str], int] = {}
        self._news = asyncio.Event()
        self.store_ok = False
        """Whether the queue answered last time."""
        self.store_at: datetime | None = None
        """When it last did."""
        self.closing = False
        self.pages = 0
        """Pages that follow."""

    # -- what comes in -------------------------------------------------------------------------------------------------

    def put(self, ticket: Ticket, holder: str | None = None) -> None:
        """Take a version of a ticket; an older one than the view has is ignored."""
        known = self._seen.get(ticket.id)
        if known is not None and ticket.version < known.ticket.version:
            return
        if known is not None and (known.ticket, known.holder) == (ticket, holder):
            return
        self._note_decisions(known.ticket if known else None, ticket)
        self._seen[ticket.id] = Seen(ticket, holder, self._tick())
        self._seen.move_to_end(ticket.id)
        if ticket.status is Status.CLOSED:
            self._live.pop(ticket.id, None)
            self._forget_closed()

    def put_changed(self, ticket: Ticket) -> None:
        """Take a version made at this desk, without waiting for the change stream; who holds the ticket stays."""
        known = self._seen.get(ticket.id)
        if known is not None:
            self.put(ticket, known.holder)

    def say(self, ticket_id: TicketId, partial: Segment | None) -> None:
        """Take words still being spoken; of tickets the view does not know they are dropped."""
        if ticket_id in self._seen:
            self._live[ticket_id] = (self._tick(), partial)

    def store(self, *, ok: bool, at: datetime) -> None:
        """Take whether the queue answers."""
        if ok:
            self.store_at = at
        if ok != self.store_ok:
            self.store_ok = ok
            self._tick()

    def close(self) -> None:
        """Send every page away: the process ends."""
        self.closing = True
        self._tick()

    # -- what is asked -------------------------------------------------------------------------------------------------

    def __getitem__(self, ticket_id: TicketId) -> Seen:
        return self._seen[ticket_id]

    def get(self, ticket_id: TicketId) -> Seen | None:
        """Return a ticket, if the view has it."""
        return self._seen.get(ticket_id)

    @property
    def cursor(self) -> Cursor:
        """Now."""
        return Cursor(self._life, self._at)

    def open(self) -> Sequence[Seen]:
        """Return all tickets not closed, in the order of the list."""
        return sorted((s for s in self._seen.values() if s.ticket.status is not Status.CLOSED), key=rank)

    def live(self, ticket_id: TicketId) -> tuple[int, Segment | None]:
        """Return the words still being spoken and the sequence number of their last change."""
        return self._live.get(ticket_id, (0, None))

    def since(self, cursor: Cursor | None) -> News:
        """Return what is newer than `cursor`; everything when that cannot be told."""
        if cursor is None or cursor.life != self._life or not self._forgotten_at <= cursor.at <= self._at:
            return News(self.cursor, everything=True, changed=tuple(self.open()))
        return News(self.cursor, everything=False, changed=tuple(self._newer(cursor.at)))

    def decided_at(self, ticket_id: TicketId, field: str) -> int:
        """Return the version in which a person last set a field; 0 for never."""
        return self._decided.get((ticket_id, field), 0)

    async def wait(self, cursor: Cursor, timeout_s: float) -> bool:
        """Wait until there is something newer than `cursor`; False when `timeout_s` passed without."""
        try:
            async with asyncio.timeout(timeout_s):
                while self._at <= cursor.at:
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    # -- inside --------------------------------------------------------------------------------------------------------

    def _tick(self) -> int:
        self._at += 1
        news, self._news = self._news, asyncio.Event()
        news.set()
        return self._at

    def _newer(self, at: int) -> Iterable[Seen]:
        newest_first = []
        for seen in reversed(self._seen.values()):
            if seen.at <= at:
                break
            newest_first.append(seen)
        return reversed(newest_first)

    def _note_decisions(self, old: Ticket | None, new: Ticket) -> None:
        for field in FIELDS:
            value = value_of(new, field)
            if value.settled and (old is None or value_of(old, field) != value):
                self._decided[new.id, field.id] = new.version

    def _forget_closed(self) -> None:
        closed = [s for s in self._seen.values() if s.ticket.status is Status.CLOSED]
        for seen in closed[: max(0, len(closed) - CLOSED_KEPT)]:
            del self._seen[seen.ticket.id]
            self._forgotten_at = max(self._forgotten_at, seen.at)
            for field in FIELDS:
                self._decided.pop((seen.ticket.id, field.id), None)
