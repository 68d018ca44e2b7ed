"""From the queue's stored fields to tickets, leases and changes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from gateway.domain.ids import ConsumerId, TicketId, Token
from gateway.domain.ticket import Status, Ticket
from gateway.ports import Change, Lease


class Record(NamedTuple):
    """A ticket as the store keeps it: `json` is what was put, the rest is the queue's own."""

    json: str
    version: int
    status: str
    token: int = 0
    consumer: str = ""
    lease_until_ms: int = 0

    @classmethod
    def of(cls, reply: Sequence[str | int]) -> "Record":
        """Read a script's or HMGET's reply."""
        json, version, status, token, consumer, until = (*reply, 0, "", 0)[:6]
        return cls(str(json), int(version), str(status), int(token), str(consumer), int(until))

    def ticket(self) -> Ticket:
        """Return the ticket with the queue's version and status."""
        return Ticket.from_json(self.json).model_copy(update={"version": self.version, "status": Status(self.status)})

    def lease(self) -> Lease:
        """Return the lease that this record is under."""
        until = datetime.fromtimestamp(self.lease_until_ms / 1000, UTC)
        return Lease(self.ticket(), Token(self.token), ConsumerId(self.consumer), until)


def change(position: str, entry: Mapping[str, str]) -> Change:
    """Read an entry of the change stream."""
    consumer = entry["consumer"] or None
    return Change(position, entry["kind"], TicketId(entry["id"]), int(entry["version"]), entry["status"], consumer)


def lease_ms(seconds: float) -> int:
    """Return a lease's length in whole milliseconds, at least one."""
    return max(1, round(seconds * 1000))
