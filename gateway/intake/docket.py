"""One call's ticket, and how the parts of that call write on it."""

import secrets
from collections.abc import Callable
from datetime import datetime

from gateway.domain.ids import TicketId, uuid7
from gateway.domain.ticket import RaiseCause, Ticket
from gateway.intake.parts import Parts


class Docket:
    """The ticket of one call in the ledger, with the call's own clock."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._answered: float | None = None
        self.id = TicketId(uuid7(int(self.time().timestamp() * 1000), secrets.token_bytes(10)))

    @property
    def ticket(self) -> Ticket:
        """The ticket as it stands."""
        return self._parts.ledger[self.id]

    def amend(self, change: Callable[[Ticket], Ticket]) -> None:
        """Change the ticket; disk and queue follow."""
        self._parts.ledger.amend(self.id, change)

    def amend_call(self, **fields: object) -> None:
        """Change fields of the ticket's call."""
        self.amend(lambda t: t.changed(self.time(), call=t.call.model_copy(update=fields)))

    def raise_for(self, cause: RaiseCause, detail: str) -> None:
        """Ask for a person to look."""
        self.amend(lambda t: t.raise_for(cause, detail, self.time()))

    def raised_for(self, cause: RaiseCause) -> bool:
        """Whether the ticket was raised for this."""
        return any(r.cause is cause for r in self.ticket.raised)

    # -- time ------------------------------------------------------------------------------------------------------

    def answered(self) -> None:
        """Start counting milliseconds of the call."""
        self._answered = self.now()

    def now(self) -> float:
        """Seconds that only grow."""
        return self._parts.clock.monotonic()

    def time(self) -> datetime:
        """Time of day."""
        return self._parts.clock.now()

    def position_ms(self) -> int:
        """Milliseconds since the answer; 0 before it."""
        return 0 if self._answered is None else int((self.now() - self._answered) * 1000)
