"""Composition root: the only place that chooses who stands behind the ports.

`intake` and `desk` are the two processes of a gateway. Both are context managers: the block runs while they serve, and
leaving it drains them. A fault in a part's background task ends the process; whoever keeps it starts it again, and the
journal brings the tickets back.
"""

import asyncio
import contextlib
import secrets
import sys
import tomllib
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from gateway.domain.ids import TicketId
from gateway.domain.proposal import reweigh
from gateway.domain.ticket import Ticket
from gateway.domain.triage import TriageTable
from gateway.errors import ConfigError, PartUnavailable
from gateway.intake.amendment import amend_stored
from gateway.intake.conversation import Manners
from gateway.intake.ledger import Ledger
from gateway.intake.parts import Parts
from gateway.intake.supervisor import Supervisor, recover
from gateway.language.reader import ReaderOptions, ReaderPool
from gateway.ops import logs
from gateway.ops.audit import AuditLog
from gateway.ops.health import Health, PartState
from gateway.ops.listener import create_listener
from gateway.ops.metrics import Metrics
from gateway.ports import Journal, TicketQueue
from gateway.queue.journal import FileJournal
from gateway.queue.policy import QueuePolicy
from gateway.queue.redis_queue import connect
from gateway.rtp.source import SIGNALLED, SourcePolicy
from gateway.settings import Settings, address
from gateway.speech import models as speech_models
from gateway.speech.announcements import PreparedSpeech
from gateway.speech.listening import Rules
from gateway.speech.pool import PoolOptions, RecogniserPool
from gateway.telephony.recorder import repair
from gateway.telephony.trunk import Trunk, TrunkConfig
from gateway.web.access import Access
from gateway.web.app import create_app
from gateway.web.services import DeskServices
from gateway.worker.supervisor import Limits

WATCH_S = 1.0
"""How often leases are looked after and gauges brought up to date."""


class SystemClock:
    """The port Clock, by the machine's own."""

    def now(self) -> datetime:
        """Return the time of day to the millisecond."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return monotonic()


def configure_logging(settings: Settings) -> None:
    """Log JSON lines to standard error, redacted."""
    logs.configure(settings.log.level, sys.stderr)


# -- intake ------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def intake(settings: Settings) -> AsyncIterator[dict[str, str]]:
    """Run the intake process; yields its addresses once calls can be taken. Raises ConfigError on what to mend."""
    table = triage_table(settings)
    announcements = announcements_of(settings, table)
    models = await checked_models(settings)
    observer = Metrics()
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(aclosing(FileJournal(settings.site.data / "journal" / "intake")))
        queue = await stack.enter_async_context(open_queue(settings))
        ledger = Ledger(journal, queue, observer)
        hearing = RecogniserPool(
            PoolOptions(
                models=models,
                rules=Rules(settings.site.languages),
                workers=settings.speech.processes,
                limits=Limits(hang_s=settings.speech.hang_s),
            )
        )
        understanding = ReaderPool(reader_options(settings))
        parts = Parts(
            zone=settings.site.zone,
            node=settings.site.name,
            language=settings.site.desk_language,
            manners=manners(settings),
            table=table,
            sentences=announcements.sentences,
            hearing=hearing,
            understanding=understanding,
            announcements=announcements,
            ledger=ledger,
            clock=SystemClock(),
            observer=observer,
        )
        supervisor = Supervisor(parts, max_calls=settings.sip.max_calls)
        trunk = Trunk(trunk_config(settings), supervisor.take)
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


def trunk_config(settings: Settings) -> TrunkConfig:
    """Translate [sip]."""
    recordings = settings.site.data / "recordings"
    recordings.mkdir(mode=0o700, parents=True, exist_ok=True)
    return TrunkConfig(
        sip=address(settings.sip.listen, "setting sip.listen"),
        recordings=recordings,
        node=settings.site.name,
        advertised_host=settings.sip.advertise or None,
        rtp_ports=settings.sip.rtp_ports,
        source_policy=source_policy(settings),
        max_calls=settings.sip.max_calls,
    )


def source_policy(settings: Settings) -> SourcePolicy | None:
    """Translate [sip] media_source."""
    return {"peer": None, "signalled": SIGNALLED, "latch": SourcePolicy(True, settings.sip.media_networks)}[
        settings.sip.media_source
    ]


def manners(settings: Settings) -> Manners:
    """Translate [conversation]."""
    given = settings.conversation.model_dump(exclude={"announcements"})
    return Manners(languages=settings.site.languages, **given)


def reader_options(settings: Settings) -> ReaderOptions:
    """Translate [language]."""
    return ReaderOptions(
        languages=settings.site.languages,
        models=settings.path(settings.language.models),
        gazetteer=settings.path(settings.language.gazetteer),
        workers=settings.language.workers,
        deadline_s=settings.language.deadline_s,
    )


def model_folders(settings: Settings) -> dict[str, Path]:
    """Return the speech model's folder of each language of the site."""
    return {language: settings.path(settings.speech.models) / language for language in settings.site.languages}


async def checked_models(settings: Settings) -> Mapping[str, Path]:
    """Check every speech model and try it in a child process; raises ConfigError naming the file and the remedy."""
    folders = model_folders(settings)
    production = settings.site.profile == "production"
    await asyncio.gather(
        *(speech_models.check(folder, language, production=production) for language, folder in folders.items())
    )
    return folders


def triage_table(settings: Settings) -> TriageTable:
    """Read the incident types and the triage rules; raises ConfigError."""
    types = settings.path(settings.triage.types)
    rules = settings.path(settings.triage.rules)
    tree = {"types": _toml(types), **_toml(rules)}
    tree["rules"] = tree.pop("rule", ())
    try:
        return TriageTable.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{types.name} or {rules.name}: {where}: {first['msg']}") from error


def announcements_of(settings: Settings, table: TriageTable) -> PreparedSpeech:
    """Read what is said to callers; raises ConfigError when an answer of the triage table has no sentence."""
    prepared = PreparedSpeech(settings.path(settings.conversation.announcements), settings.site.languages)
    missing = [key for key in table.announcement.values() if key not in prepared.sentences]
    if missing:
        raise ConfigError(f"{settings.triage.rules} tells {missing[0]!r}, which announcements.toml lacks: add it")
    return prepared


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
    table = triage_table(settings)
    metrics, clock = Metrics(), SystemClock()
    async with AsyncExitStack() as stack:
        journal = await stack.enter_async_context(aclosing(FileJournal(settings.site.data / "journal" / "desk")))
        queue = await stack.enter_async_context(open_queue(settings))
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
            access=Access(desk_token(settings), open_metrics=settings.desk.open_metrics),
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


def desk_token(settings: Settings) -> str:
    """Return the desk's shared secret: the setting, or one made once and kept in the data folder."""
    if settings.desk.token:
        return settings.desk.token
    path = settings.site.data / "desk.token"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


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


# -- both --------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_queue(settings: Settings) -> AsyncIterator[TicketQueue]:
    """Open the zone's queue; raises ConfigError when no Redis is named."""
    if not settings.queue.redis:
        raise ConfigError("setting queue.redis is empty: name a Redis server, such as redis://127.0.0.1:6379/0")
    policy = QueuePolicy(max_attempts=settings.queue.max_attempts, closed_ttl_s=settings.queue.closed_ttl_s)
    async with connect(settings.queue.redis, settings.site.zone, policy, timeout_s=settings.queue.timeout_s) as queue:
        yield queue


@asynccontextmanager
async def background() -> AsyncIterator[asyncio.TaskGroup]:
    """Run tasks for as long as the block lasts; one that fails ends the block with its exception."""
    async with asyncio.TaskGroup() as tasks:
        group = _Cancelling(tasks)
        try:
            yield group  # type: ignore[misc]  # only create_task is used
        finally:
            group.cancel()


class _Cancelling:
    """A task group that can be told that its work is over."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        self._group = tasks
        self._tasks: list[asyncio.Task[None]] = []

    def create_task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self._group.create_task(work)
        self._tasks.append(task)
        return task

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()


async def watch(queue: TicketQueue, metrics: Metrics) -> None:
    """Put back what overdue leases held, so that waiting consumers hear of it, and count what stands on the queue."""
    while True:
        with contextlib.suppress(PartUnavailable):
            await queue.expire()
            metrics.queue_depth(await queue.depth())
        await asyncio.sleep(WATCH_S)


async def observe(trunk: Trunk, hearing: RecogniserPool, understanding: ReaderPool, metrics: Metrics) -> None:
    """Carry the parts' own counters into the metrics."""
    while True:
        metrics.media(trunk.stats)
        metrics.recognition(hearing.status)
        metrics.readers(understanding.crew.ready, understanding.crew.restarts)
        await asyncio.sleep(WATCH_S)


@asynccontextmanager
async def served(application: web.Application, listen: str) -> AsyncIterator[str]:
    """Serve an aiohttp application; yields the bound HOST:PORT. Raises ConfigError when the port is taken."""
    host, port = address(listen, "setting desk.listen or ops.listen")
    runner = web.AppRunner(application, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigError(f"{listen} cannot be listened on: {error.strerror}; choose another port") from error
        bound = runner.addresses[0]
        yield f"{bound[0]}:{bound[1]}"
    finally:
        await runner.cleanup()


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from error
