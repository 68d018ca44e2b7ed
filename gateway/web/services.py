"""What the desk needs from outside; `app.py` puts it together."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gateway.domain.ids import TicketId
from gateway.domain.ticket import Ticket
from gateway.domain.triage import IncidentType
from gateway.ports import Clock, TicketQueue
from gateway.web.access import Access

Amend = Callable[[TicketId, Callable[[Ticket], Ticket]], Awaitable[Ticket]]
"""Change a ticket as it stands; the change is called again when somebody was faster.

Raises LookupError when there is no such ticket, PartUnavailable when it cannot be kept, and whatever the change raises.
"""


class PartReport(Protocol):
    """How one part of the gateway is."""

    @property
    def ok(self) -> bool:
        """Whether it works."""

    @property
    def detail(self) -> str:
        """In words, for a person."""


class HealthReport(Protocol):
    """Whether the process lives, and whether it can take calls."""

    @property
    def live(self) -> bool:
        """False: restart the process."""

    @property
    def ready(self) -> bool:
        """False: send calls elsewhere."""

    @property
    def parts(self) -> Mapping[str, PartReport]:
        """Each part by its name."""


class DeskMetrics(Protocol):
    """What the desk counts, and the page that Prometheus reads."""

    def desk_clients(self, count: int) -> None:
        """Set the number of pages that follow the tickets."""

    def fault(self, part: str) -> None:
        """Count a part that was missing or late."""

    def exposition(self) -> tuple[bytes, str]:
        """Return all figures and their content type."""


class AuditTrail(Protocol):
    """The log of article 25 of directive 2016/680."""

    async def record(self, what: str, *, who: str, ticket_id: str, reason: str) -> None:
        """Note a `consultation` or `alteration`; raises PartUnavailable when it cannot be written."""


@dataclass(frozen=True, slots=True)
class DeskServices:
    """Everything a desk works with."""

    queue: TicketQueue
    amend: Amend
    recordings: Path
    """Folder of the site's recordings, WAV."""
    types: Mapping[str, IncidentType]
    access: Access
    metrics: DeskMetrics
    audit: AuditTrail
    clock: Clock
    health: Callable[[], HealthReport]
    zone: str
