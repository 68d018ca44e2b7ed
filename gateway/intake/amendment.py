"""Changing a ticket from outside the call it came from: the desk's corrections, and what a restart finds."""

from collections.abc import Callable
from datetime import datetime

from gateway.domain.call import CallState, EndReason
from gateway.domain.ids import TicketId
from gateway.domain.ticket import RaiseCause, Ticket
from gateway.errors import Conflict
from gateway.ports import Journal, TicketQueue


async def amend_stored(
    queue: TicketQueue, journal: Journal, ticket_id: TicketId, change: Callable[[Ticket], Ticket]
) -> Ticket:
    """Change a stored ticket: on disk, then by compare and set, until it holds; return it as stored.

    Raises LookupError when there is no such ticket, PartUnavailable when queue or journal is away.
    """
    current = await queue.get(ticket_id)
    if current is None:
        raise LookupError(ticket_id)
    while True:
        changed = change(current)
        await journal.append(changed)
        try:
            return await queue.put(changed, based_on=current.version)
        except Conflict as conflict:
            current = stored_ticket(conflict)


def recovered(ticket: Ticket, now: datetime) -> Ticket:
    """Return what a ticket becomes when its intake process ended in mid-call: ended, and raised for a person."""
    if ticket.call.state is CallState.ENDED:
        return ticket
    call = ticket.call.model_copy(update={"state": CallState.ENDED, "end_reason": EndReason.FAILED, "ended_at": now})
    ended = ticket.model_copy(update={"call": call})
    return ended.raise_for(RaiseCause.INTAKE_RESTARTED, "intake ended while the caller was on the line: call back", now)


def stored_ticket(conflict: Conflict) -> Ticket:
    """Return the newer ticket that a Conflict carries."""
    if not isinstance(conflict.current, Ticket):
        raise TypeError("a Conflict carries the stored ticket")
    return conflict.current
