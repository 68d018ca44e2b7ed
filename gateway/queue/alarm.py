"""A dead letter raises its ticket, so that a person looks."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Final

from gateway.domain.ids import TicketId
from gateway.domain.ticket import RaiseCause, Ticket
from gateway.errors import Conflict, PartUnavailable
from gateway.ports import TicketQueue

_ATTEMPTS: Final = 5


def is_raised(ticket: Ticket) -> bool:
    """Whether the ticket itself says that it is a dead letter."""
    return any(reason.cause is RaiseCause.DEAD_LETTER for reason in ticket.raised)


async def raise_dead(queue: TicketQueue, ids: Iterable[TicketId], attempts: int, now: datetime) -> None:
    """Note on each dead letter why a person must look.

    What cannot be noted now (the store went away, the ticket keeps changing) stays on the queue's list of alarms and
    comes up again at the next claim or expiry: saying it twice does no harm.
    """
    for ticket_id in ids:
        with suppress(PartUnavailable):
            await _raise(queue, ticket_id, f"{attempts} leases ran out; no consumer took it", now)


async def _raise(queue: TicketQueue, ticket_id: TicketId, detail: str, now: datetime) -> None:
    for _ in range(_ATTEMPTS):
        ticket = await queue.get(ticket_id)
        if ticket is None:
            return
        with suppress(Conflict):
            await queue.put(ticket.raise_for(RaiseCause.DEAD_LETTER, detail, now), based_on=ticket.version)
            return
