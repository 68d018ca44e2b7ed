"""Composition root: the only place that chooses who stands behind the ports.

`intake` and `desk` are the two processes of a gateway. Both are context managers: the block runs while they serve, and
leaving it drains them. A fault in a part's background task ends the process; whoever keeps it starts it again, and the
journal brings the tickets back.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import partial

from gateway import adapters
from gateway.domain.ids import TicketId
from gateway.domain.proposal import reweigh
from gateway.domain.ticket import Ticket
from gateway.errors import ConfigError, PartUnavailable
from gateway.intake.amendment import amend_stored
from gateway.intake.ledger import Ledger
from gateway.intake.parts import Parts
from gateway.intake.supervisor import Supervisor, recover
from gateway.language.reader import ReaderPool
from gateway.ops.audit import AuditLog
from gateway.ops.health import Health, PartState
from gateway.ops.listener import create_listener
from gateway.ops.metrics import Metrics
from gateway.ports import Journal, TicketQueue
from gateway.process import WATCH_S, SystemClock, background, served, watch
from gateway.queue.journal import FileJournal
from gateway.settings import Settings
from gateway.speech.pool import RecogniserPool
from gateway.telephony.recorder import repair
from gateway.telephony.trunk import Trunk
from gateway.web.access import Access
from gateway.web.app import create_app
from gateway.web.services import DeskServices

# -- intake ------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def intake(settings: Settings) -> AsyncIterator[dict[str, str]]:
    """Run the intake process; yields its addresses once calls can be taken. Raises ConfigError on what to mend."""
    table = adapters.triage_table(settings)
    announcements = adapters.announcements_of(settings, table)
    hearing = await adapters.hearing_of(settings)
    understanding = ReaderPool(adapters.reader_options(settings))
    observer = Metrics()
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(aclosing(FileJournal(settings.site.data / "journal" / "intake")))
        queue = await stack.enter_async_context(adapters.open_queue(settings))
        ledger = Ledger(journal, queue, observer)
        parts = Parts(
            zone=settings.site.zone,
            node=settings.site.name,
            language=settings.site.desk_language,
            manners=adapters.manners(settings),
            table=table,
            sentences=announcements.sentences,
            hearing=hearing,
            understanding=understanding,
            announcements=announcements,
            ledger=ledger,
            clock=SystemClock(),
            observer=observer,
        )
        supervisor = Supervisor(parts, max_calls=settings.sip.capacity)
        trunk = Trunk(adapters.trunk_config(settings), supervisor.take)
        running = await stack.enter_async_context(background())
        for work in (hearing.run(), understanding.run(), ledger.run(), watch(queue, observer)):
            running.create_task(work)
        await hearing.started()
        await understanding.started()
        for cut_off in recover(parts, journal):
            repair_recording(settings, cut_off)
        health = partial(intake_health, hearing, understanding)
        ops = await stack.enter_async_context(served(create_listener(observer, health), settings.ops.listen))
        sip = await opened(trunk, settings)
        running.create_task(observe(trunk, hearing, understanding, observer))
        try:
            yield {"sip": sip, "ops": ops}
        finally:
            trunk.set_ready(False)
            await supervisor.drain(settings.sip.drain_s)
            await trunk.close()


async def opened(trunk: Trunk, settings: Settings) -> str:
    """Open the trunk; return its HOST:PORT. Raises ConfigError when that cannot be bound."""
    try:
        return "{}:{}".format(*await trunk.open())
    except OSError as error:
        raise ConfigError(
            f"sip.listen {settings.sip.listen} cannot be bound: {error.strerror}; choose another"
        ) from error


def repair_recording(settings: Settings, ticket: Ticket) -> None:
    """Make the recording of a call that a crash cut off playable to its last second."""
    path = settings.site.data / "recordings" / (ticket.call.recording or "")
    if path.is_file():
        with contextlib.suppress(OSError):
            repair(path)


async def observe(trunk: Trunk, hearing: RecogniserPool, understanding: ReaderPool, metrics: Metrics) -> None:
    """Carry the parts' own counters into the metrics."""
    while True:
        metrics.media(trunk.stats)
        metrics.recognition(hearing.status)
        metrics.readers(understanding.crew.ready, understanding.crew.restarts)
        await asyncio.sleep(WATCH_S)


def intake_health(hearing: RecogniserPool, understanding: ReaderPool) -> Health:
    """Tell how the intake process is. It takes calls without either part too; tickets then say what was missed."""
    crews = {"recognition": hearing.crew, "understanding": understanding.crew}
    parts = {
        name: PartState(ok=crew.ready > 0, detail=f"{crew.ready} of {len(crew.workers)} processes")
        for name, crew in crews.items()
    }
    return Health(live=True, ready=True, parts=parts)


# -- desk --------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def desk(settings: Settings) -> AsyncIterator[dict[str, str]]:
    """Run the desk process; yields its address."""
    table = adapters.triage_table(settings)
    metrics, clock = Metrics(), SystemClock()
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(aclosing(FileJournal(settings.site.data / "journal" / "desk")))
        queue = await stack.enter_async_context(adapters.open_queue(settings))
        audit = stack.enter_context(AuditLog(settings.site.data / "audit" / "desk.log", clock))
        running = await stack.enter_async_context(background())
        running.create_task(watch(queue, metrics))
        running.create_task(bring_back(queue, journal))
        state = QueueState(queue)
        running.create_task(state.follow())
        services = DeskServices(
            queue=queue,
            amend=partial(amend, queue, journal, partial(reweigh, table=table, language=settings.site.desk_language)),
            recordings=settings.site.data / "recordings",
            types=table.types,
            access=Access(adapters.desk_token(settings), open_metrics=settings.desk.open_metrics),
            metrics=metrics,
            audit=audit,
            clock=clock,
            health=state.health,
            zone=settings.site.zone,
        )
        yield {"web": await stack.enter_async_context(served(create_app(services), settings.desk.listen))}


async def amend(
    queue: TicketQueue,
    journal: Journal,
    weigh: Callable[[Ticket], Ticket],
    ticket_id: TicketId,
    change: Callable[[Ticket], Ticket],
) -> Ticket:
    """Let a person change a ticket, and weigh it again: see `amend_stored`."""
    return await amend_stored(queue, journal, ticket_id, lambda ticket: weigh(change(ticket)))


async def bring_back(queue: TicketQueue, journal: Journal) -> None:
    """Offer the store what persons decided at this desk, should it have lost that."""
    for ticket in journal.replay():
        with contextlib.suppress(PartUnavailable, LookupError):
            stored = await queue.get(ticket.id)
            if stored is not None and stored.version < ticket.version:
                await queue.put(ticket, based_on=stored.version)


class QueueState:
    """Whether the queue answers, looked at once a second."""

    def __init__(self, queue: TicketQueue) -> None:
        self._queue = queue
        self._fault: str | None = "not asked yet"

    async def follow(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self._queue.depth()
                self._fault = None
            except PartUnavailable as error:
                self._fault = str(error)
            await asyncio.sleep(WATCH_S)

    def health(self) -> Health:
        """Tell how the desk is."""
        queue = PartState(ok=self._fault is None, detail=self._fault or "answers")
        return Health(live=True, ready=queue.ok, parts={"queue": queue})
