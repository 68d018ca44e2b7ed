"""One child process, kept alive: fed within a bound, watched, and replaced when it dies or hangs.

A worker takes requests and gives one reply for each, in order. At most `in_flight_bytes` are on their way at any time;
who wants to send more keeps it. When the child dies, the requests on their way are lost: the owner is told why, and
which of them the child was busy with, so that what kills a child is not sent for ever.
"""

import asyncio
import logging
import os
import sys
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol

from gateway.errors import PartUnavailable
from gateway.worker import frames
from gateway.worker.backoff import Backoff
from gateway.worker.frames import Frame
from gateway.worker.stderr import drain

log = logging.getLogger(__name__)

_KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "HOME", "TMPDIR", "TZ")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_END_S = 1.0
"""How long a child that closed its pipe may take to end by itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one child."""

    start_s: float = 60.0
    """Until it has loaded what it needs."""
    hang_s: float = 5.0
    """Without a reply while one is owed; then it is killed."""
    in_flight_bytes: int = 256 * 1024
    """Requests sent and not yet answered."""
    nice: int = 5
    """Lower priority than the process that carries the calls."""
    memory_mb: int | None = 4096
    """Address space (RLIMIT_AS); None sets no limit."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What to run."""

    name: str
    """For the log."""
    module: str
    """Run as `python -m`; calls `gateway.worker.child.serve`."""
    options: Mapping[str, Any]
    """JSON values for the child's `Make`."""
    limits: Limits = field(default_factory=Limits)


class Owner(Protocol):
    """Who uses a worker. Called on the event loop."""

    def worker_ready(self, worker: "Worker") -> None:
        """A new child is ready; it knows nothing of the requests that the one before it had."""

    def worker_lost(self, worker: "Worker", why: str, busy_with: object) -> None:
        """The child is gone with all unanswered requests; it was busy with the one sent as `busy_with`, if any."""


@dataclass(frozen=True, slots=True)
class _Owed:
    about: object
    size: int
    answered: Callable[[Frame], None]


class Worker:
    """A supervised child process."""

    def __init__(self, spec: Spec, owner: Owner) -> None:
        self.spec = spec
        self.starts = 0
        """How often a child was started; more than one means it was replaced."""
        self.ready = False
        self._tried = asyncio.Event()
        self._never_ready: str | None = None
        self._owner = owner
        self._owed: deque[_Owed] = deque()
        self._in_flight = 0
        self._child: asyncio.subprocess.Process | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._why: str | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id, None between two children."""
        return self._child.pid if self._child else None

    @property
    def waiting(self) -> int:
        """Requests not yet answered."""
        return len(self._owed)

    def has_room(self, size: int) -> bool:
        """Whether a request of `size` octets may be sent now."""
        return self.ready and (not self._owed or self._in_flight + size <= self.spec.limits.in_flight_bytes)

    def send(self, request: Frame, about: object, answered: Callable[[Frame], None]) -> None:
        """Send a request for which there is room; `answered` gets its reply unless the child is lost first."""
        if not self.ready:
            raise PartUnavailable(f"{self.spec.name} is not ready")
        self._send(request, about, answered)

    async def started(self) -> None:
        """Wait for the first child; raises PartUnavailable when it cannot start."""
        await self._tried.wait()
        if self._never_ready:
            raise PartUnavailable(f"{self.spec.name} {self._never_ready}")

    async def run(self) -> None:
        """Keep a child alive until cancelled."""
        backoff = Backoff()
        while True:
            began = asyncio.get_running_loop().time()
            why, busy_with = await self._one_life()
            log.warning("%s %s", self.spec.name, why)
            self._fail_start(why)
            self._owner.worker_lost(self, why, busy_with)
            await asyncio.sleep(backoff.after(asyncio.get_running_loop().time() - began))

    async def _one_life(self) -> tuple[str, object]:
        """Start a child and serve with it until it ends; return why it ended and what it was busy with."""
        self._why, self.starts = None, self.starts + 1
        try:
            self._child = child = await self._start()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(drain(_stream(child.stderr), self.spec.name))
                self._load()
                await self._receive(_stream(child.stdout))
                await self._end(child)
            return self._why or _cause(child.returncode), self._owed[0].about if self._owed else None
        except OSError as error:
            return f"could not be started: {error}", None
        finally:
            await self._bury()

    async def _start(self) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", self.spec.module),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=kept | _ONE_THREAD,
        )

    def _fail_start(self, why: str) -> None:
        if not self._tried.is_set():
            self._never_ready = why
            self._tried.set()

    def _load(self) -> None:
        limits = self.spec.limits
        header = {"nice": limits.nice, "memory_mb": limits.memory_mb, "options": self.spec.options}
        self._send(Frame(header), None, self._loaded)

    def _loaded(self, reply: Frame) -> None:
        if "error" in reply.header:
            self._kill(f"could not start: {reply.header['error']}")
        else:
            self.ready, self._never_ready = True, None
            self._tried.set()
            self._owner.worker_ready(self)

    def _send(self, request: Frame, about: object, answered: Callable[[Frame], None]) -> None:
        data = frames.encode(request)
        if self._child and self._child.stdin:
            self._child.stdin.write(data)
        self._owed.append(_Owed(about, len(data), answered))
        self._in_flight += len(data)
        if len(self._owed) == 1:
            self._set_watch()

    async def _receive(self, replies: asyncio.StreamReader) -> None:
        """Hand replies to those who wait for them until the child ends or breaks the rules."""
        try:
            while (reply := await frames.receive(replies)) is not None:
                if not self._owed:
                    raise PartUnavailable("an answer that nobody asked for")
                owed = self._owed.popleft()
                self._in_flight -= owed.size
                self._set_watch()
                owed.answered(reply)
        except PartUnavailable as error:
            self._kill(f"sent nonsense: {error}")

    def _set_watch(self) -> None:
        if self._watch:
            self._watch.cancel()
        limits, self._watch = self.spec.limits, None
        if self._owed:
            patience = limits.hang_s if self.ready else limits.start_s
            self._watch = asyncio.get_running_loop().call_later(
                patience, self._kill, f"gave no answer for {patience:g} s"
            )

    def _kill(self, why: str) -> None:
        """End the child now; the first reason given is the one told."""
        if self._child is None:
            return
        if self._child.returncode is None:
            self._why = self._why or why
            self._child.kill()

    async def _end(self, child: asyncio.subprocess.Process) -> None:
        """See to it that a child without a pipe is gone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_S):
                await child.wait()
        self._kill("closed its pipe")

    async def _bury(self) -> None:
        """Wait for the child's end and forget what it owed."""
        self.ready = False
        if self._child:
            self._kill("is no longer needed")
            if self._child.stdin:
                self._child.stdin.close()
            status = await self._child.wait()
            log.info("%s ended with status %d", self.spec.name, status)
        self._child = None
        self._owed.clear()
        self._in_flight = 0
        self._set_watch()


def _cause(status: int | None) -> str:
    if status is not None and status < 0:
        return f"was killed by signal {-status}"
    return f"ended with status {status}"


def _stream(stream: asyncio.StreamReader | None) -> asyncio.StreamReader:
    if stream is None:
        raise PartUnavailable("a child without pipes")
    return stream
