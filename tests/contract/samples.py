"""Tickets to queue."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

from gateway.domain.call import Call, CallState
from gateway.domain.ids import CallId, TicketId, uuid7
from gateway.domain.ticket import Incident, Ticket
from gateway.domain.value import Source, Value

START = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
_numbers: Iterator[int] = count(1)


def new_ticket(priority: int | None = 3, *, queueable: bool = True, zone: str = "BRU") -> Ticket:
    """A first version; `queueable` gives it a type."""
    number = next(_numbers)
    ticket_id = TicketId(uuid7(1_767_614_400_000 + number, number.to_bytes(10, "big")))
    call = Call(id=CallId(f"call-{number}"), caller=None, state=CallState.ACTIVE, started_at=START, node="test")
    incident = Incident(
        type=Value(value="burglary_in_progress" if queueable else None, confidence=0.9, source=Source.SPEECH),
        priority=Value(value=priority, confidence=0.9, source=Source.SPEECH),
    )
    return Ticket(id=ticket_id, created_at=START, updated_at=START, zone=zone, call=call, incident=incident)


def with_priority(ticket: Ticket, priority: int, source: Source = Source.SPEECH) -> Ticket:
    """The next version, in another class."""
    value = Value[int](value=priority, confidence=1.0, source=source)
    return ticket.changed(START, incident=ticket.incident.model_copy(update={"priority": value}))


def with_type(ticket: Ticket, kind: str = "fight") -> Ticket:
    """The next version, with another type."""
    value = Value[str](value=kind, confidence=0.8, source=Source.SPEECH)
    return ticket.changed(START, incident=ticket.incident.model_copy(update={"type": value}))
