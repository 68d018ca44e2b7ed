"""Recogniser processes shared by all calls of an intake process: the port Hearing.

A call stays with one process; all its languages are heard there, over the same audio. Calls of a process take turns,
one request each, so that a long backlog of one does not keep the others waiting.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path

from gateway.domain.ids import CallId
from gateway.errors import ConfigError
from gateway.ports import SAMPLE_RATE_HZ, Hypothesis, Missed
from gateway.speech.audio import SAMPLES_PER_MS
from gateway.speech.listening import Listening, Request, Rules
from gateway.worker.crew import Crew
from gateway.worker.frames import Frame
from gateway.worker.supervisor import Limits, Spec, Worker

log = logging.getLogger(__name__)

Heard = Callable[[Hypothesis | Missed], None]

_HEADER_BYTES = 1024


@dataclass(frozen=True, slots=True)
class PoolOptions:
    """What the recognisers are and how many."""

    models: Mapping[str, Path]
    """Checked model folder of each language (`gateway.speech.models`)."""
    rules: Rules
    workers: int = 1
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class PoolStatus:
    """How the pool stands, for health and metrics."""

    workers: int
    ready: int
    restarts: int
    calls: int
    backlog_ms: int
    """The longest wait of any call's audio."""


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """A request that a worker has."""

    ear: "PoolEar"
    request: Request


@dataclass(frozen=True, slots=True)
class _Desk:
    """The calls of one worker."""

    ears: dict["PoolEar", None] = field(default_factory=dict)
    """In the order they came."""
    turns: dict["PoolEar", None] = field(default_factory=dict)
    """Those with something to send, the next one first."""


class PoolEar:
    """The port Ear."""

    def __init__(self, pool: "RecogniserPool", worker: Worker, listening: Listening, heard: Heard) -> None:
        self.worker, self.listening = worker, listening
        self._pool, self._heard = pool, heard
        self._done = asyncio.Event()
        self._closed = False

    def feed(self, pcm: bytes, at_ms: int) -> None:
        """Take a frame (port Ear)."""
        self.listening.feed(pcm, at_ms)
        self.tell()
        if self.listening.due:
            self._pool.work(self)

    async def finish(self, timeout_s: float) -> None:
        """Recognise what is left (port Ear)."""
        self.listening.end()
        self._pool.work(self)
        self.tell()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    await self._done.wait()
            self.listening.give_up("not recognised in time")
            self.tell()
            await asyncio.sleep(0)  # what was told is delivered before this returns
        finally:
            self.close()

    def close(self) -> None:
        """Stop listening at once (port Ear)."""
        self._closed = True
        self._pool.forget(self)

    def tell(self) -> None:
        """Pass on what is new. A listener that fails breaks nothing here: the loop reports it."""
        for news in self.listening.news():
            asyncio.get_running_loop().call_soon(self._deliver, news)
        if self.listening.done:
            self._done.set()

    def _deliver(self, news: Hypothesis | Missed) -> None:
        if not self._closed:
            self._heard(news)


class RecogniserPool:
    """The port Hearing, by supervised processes. `run` must be running."""

    def __init__(self, options: PoolOptions) -> None:
        self._rules = options.rules
        self._chunk_bytes = options.rules.chunk_ms * SAMPLES_PER_MS * 2
        if missing := set(options.rules.languages) - set(options.models):
            raise ConfigError(f"no speech model for {', '.join(sorted(missing))}; install one or take the language out")
        models = {language: str(options.models[language]) for language in options.rules.languages}
        child = {"models": models, "sample_rate_hz": SAMPLE_RATE_HZ, "max_audio_bytes": self._chunk_bytes}
        names = (f"recogniser {number}" for number in range(options.workers))
        self.crew = Crew([Spec(name, "gateway.speech.recogniser", child, options.limits) for name in names], self)
        self._desks = {worker: _Desk() for worker in self.crew.workers}
        self._names = map(str, count())

    # -- life ----------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep the processes alive until cancelled."""
        await self.crew.run()

    async def started(self) -> None:
        """Wait until all processes can hear; raises PartUnavailable."""
        await self.crew.started()

    @property
    def status(self) -> PoolStatus:
        """How the pool stands."""
        ears = [ear for desk in self._desks.values() for ear in desk.ears]
        backlog = max((ear.listening.backlog_ms for ear in ears), default=0)
        return PoolStatus(len(self.crew.workers), self.crew.ready, self.crew.restarts, len(ears), backlog)

    # -- the port ------------------------------------------------------------------------------------------------------

    def listen(self, call: CallId, heard: Heard) -> PoolEar:
        """Start listening to a call, in the process with the fewest (port Hearing)."""
        worker = min(self.crew.workers, key=lambda worker: (not worker.ready, len(self._desks[worker].ears)))
        ear = PoolEar(self, worker, Listening(next(self._names), self._rules), heard)
        self._desks[worker].ears[ear] = None
        log.debug("call %s is heard by %s", call, worker.spec.name)
        return ear

    # -- between ears and workers --------------------------------------------------------------------------------------

    def work(self, ear: PoolEar) -> None:
        """Send what an ear has to send, when it is its turn."""
        desk = self._desks[ear.worker]
        if ear.listening.due and ear in desk.ears:
            desk.turns[ear] = None
        while desk.turns and ear.worker.has_room(self._chunk_bytes + _HEADER_BYTES):
            self._send(ear.worker, desk)

    def forget(self, ear: PoolEar) -> None:
        """Let go of an ear and its recognisers."""
        desk = self._desks[ear.worker]
        desk.turns.pop(ear, None)
        if ear in desk.ears:
            del desk.ears[ear]
            _close(ear.worker, ear.listening.key)

    def worker_ready(self, worker: Worker) -> None:
        """Let its calls be heard from where they were."""
        for ear in self._desks[worker].ears:
            self.work(ear)

    def worker_lost(self, worker: Worker, why: str, busy_with: object) -> None:
        """Tell its calls; one of them may have been the reason."""
        for ear in self._desks[worker].ears:
            guilty = busy_with.request if isinstance(busy_with, _Turn) and busy_with.ear is ear else None
            ear.listening.lost(why, guilty)
            ear.tell()

    def _send(self, worker: Worker, desk: _Desk) -> None:
        ear = next(iter(desk.turns))
        del desk.turns[ear]
        request, pcm = ear.listening.next_request()
        turn = _Turn(ear, request)
        worker.send(_frame(request, pcm), turn, partial(self._answered, turn))
        if ear.listening.due:
            desk.turns[ear] = None

    def _answered(self, turn: _Turn, reply: Frame) -> None:
        ear, listening = turn.ear, turn.ear.listening
        if "error" in reply.header:
            listening.failed(turn.request, f"failed ({reply.header['error']})")
        else:
            self._take(turn, reply.body)
        ear.tell()
        self.work(ear)
        if listening.done:
            self.forget(ear)

    def _take(self, turn: _Turn, body: bytes) -> None:
        try:
            turn.ear.listening.take(turn.request, json.loads(body))
        except (KeyError, TypeError, ValueError) as error:
            turn.ear.listening.failed(turn.request, f"gave a result that is none ({type(error).__name__})")
            _close(turn.ear.worker, turn.request.key)


def _close(worker: Worker, key: str) -> None:
    """Free a call's recognisers."""
    if worker.ready:
        worker.send(Frame({"do": "close", "key": key}), None, lambda _: None)


def _frame(request: Request, pcm: bytes) -> Frame:
    header = {
        "do": "listen",
        "key": request.key,
        "languages": request.languages,
        "open": request.opens,
        "scores": request.scores,
        "last": request.last,
    }
    return Frame(header, pcm)
