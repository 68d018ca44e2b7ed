"""Who looked at what, for the audit log: once a session and ticket, however often a page asks again."""

import logging
from collections import OrderedDict

from gateway.errors import PartUnavailable
from gateway.web.access import Session
from gateway.web.services import AuditTrail, DeskMetrics

log = logging.getLogger(__name__)

REMEMBERED = 4096


class Consultations:
    """Notes the first look. When the log cannot be written the ticket is still shown; the fault is counted."""

    def __init__(self, audit: AuditTrail, metrics: DeskMetrics) -> None:
        self._audit = audit
        self._metrics = metrics
        self._noted: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def note(self, session: Session, ticket_id: str, reason: str) -> None:
        """Note that somebody opened a ticket, or listened to its recording."""
        key = (session.id, f"{ticket_id} {reason}")
        if key in self._noted:
            return
        if await self._record("consultation", session, ticket_id, reason):
            self._noted[key] = None
            while len(self._noted) > REMEMBERED:
                self._noted.popitem(last=False)

    async def altered(self, session: Session, ticket_id: str, reason: str) -> None:
        """Note that somebody changed a ticket."""
        await self._record("alteration", session, ticket_id, reason)

    async def _record(self, what: str, session: Session, ticket_id: str, reason: str) -> bool:
        try:
            await self._audit.record(what, who=session.who, ticket_id=ticket_id, reason=reason)
        except PartUnavailable as error:
            self._metrics.fault("audit")
            log.error("the audit log takes no entries, the desk goes on: %s", error)
            return False
        return True
