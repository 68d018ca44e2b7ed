"""All calls of one intake process: takes them from trunks, lets each live in a task of its own, drains at the end."""

import asyncio
import contextlib
import logging

from gateway.domain.call import CallState
from gateway.domain.ticket import Status, Ticket
from gateway.intake.amendment import recovered
from gateway.intake.parts import Parts
from gateway.intake.session import Session
from gateway.ports import Journal, Line

log = logging.getLogger(__name__)

SETTLE_S = 5.0
"""How long the last tickets may take to disk and queue when draining."""


class Supervisor:
    """Keeper of the sessions. `take` is the trunks' line handler."""

    def __init__(self, parts: Parts, *, max_calls: int) -> None:
        self._parts = parts
        self._max_calls = max_calls
        self._sessions: dict[asyncio.Task[None], Session] = {}
        self._empty = asyncio.Event()
        self._empty.set()
        self._draining = False

    @property
    def active(self) -> int:
        """How many calls are up."""
        return len(self._sessions)

    def take(self, line: Line) -> None:
        """Start a conversation on a new line; refuse with 503 when draining or full: the peer tries the next one."""
        if self._draining or self.active >= self._max_calls:
            line.refuse(503, "Service Unavailable")
            self._parts.observer.call_ended("refused")
            return
        self._empty.clear()
        session = Session(line, self._parts)
        task = asyncio.get_running_loop().create_task(self._live(session), name="call")
        self._sessions[task] = session
        task.add_done_callback(self._gone)

    async def _live(self, session: Session) -> None:
        """Edge of one call's task: a fault in it ends neither the process nor another call."""
        try:
            await session.run()
        except Exception:
            log.exception("a call's session failed")
            session.fail("the call's session failed: call back")

    def _gone(self, task: asyncio.Task[None]) -> None:
        del self._sessions[task]
        if not self._sessions:
            self._empty.set()

    async def drain(self, timeout_s: float) -> bool:
        """Take no new call and wait for the running ones and their tickets; False when that took too long."""
        self._draining = True
        if not await self._emptied(timeout_s):
            for session in self._sessions.values():
                session.hang_up("the gateway is going down")
        ended = await self._emptied(SETTLE_S)
        return await self._parts.ledger.settle(SETTLE_S) and ended

    async def _emptied(self, timeout_s: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._empty.wait()
        return not self._sessions


def recover(parts: Parts, journal: Journal) -> list[Ticket]:
    """Offer again every ticket that the journal keeps from before a restart; return those whose calls were cut off."""
    cut_off = []
    for ticket in journal.replay():
        if ticket.status is Status.CLOSED and ticket.call.state is CallState.ENDED:
            continue
        parts.ledger.adopt(ticket)
        if ticket.call.state is not CallState.ENDED:
            cut_off.append(ticket)
            parts.observer.fault("intake")
            parts.ledger.amend(ticket.id, lambda t: recovered(t, parts.clock.now()))
    return cut_off
