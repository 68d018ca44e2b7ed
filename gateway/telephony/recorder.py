"""Recordings: the caller on the left, the gateway on the right, 16-bit 8 kHz WAV, growing on disk while the call lives.

Frames are gathered for a second on the loop and written by one thread for all calls. The header is brought up to date
with every second, so a recording can be played while its call lives and after a crash. A disk that is full, slow or
gone costs the recording, never the call: the fault is kept for the ticket.
"""

import errno
import logging
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import Full, Queue
from threading import Thread

import numpy as np

from gateway.ports import SAMPLE_RATE_HZ

_log = logging.getLogger(__name__)

_CHANNELS = 2
_BLOCK = 2 * _CHANNELS
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_FRAMES_PER_WRITE = 50
_MAX_WRITES = 4096
"""At most so many seconds of all calls together wait for the disk."""

_Task = Callable[[], None]


def header(data_bytes: int) -> bytes:
    """Return the 44-byte header of a stereo recording with so much sound in it."""
    rate = SAMPLE_RATE_HZ
    form = (b"fmt ", 16, 1, _CHANNELS, rate, rate * _BLOCK, _BLOCK, 16)
    return _HEADER.pack(b"RIFF", min(36 + data_bytes, 0xFFFFFFFF), b"WAVE", *form, b"data", min(data_bytes, 0xFFFFFFFF))


def repair(path: Path) -> bool:
    """Make a header fit its file after a crash; tell whether it had to be changed. Raises OSError."""
    with path.open("r+b") as file:
        size = max(0, path.stat().st_size - _HEADER.size)
        right = header(size - size % _BLOCK)
        if file.read(_HEADER.size) == right:
            return False
        file.seek(0)
        file.write(right)
        return True


class Recorder:
    """The thread that writes all recordings of this process, in the order of the frames."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._tasks: Queue[_Task | None] = Queue(maxsize=_MAX_WRITES)
        self._thread = Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    def record(self, name: str) -> "Recording":
        """Begin a recording under `name` in the directory."""
        return Recording(self._directory / name, self._offer)

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what waits, then end the thread."""
        with suppress(Full):
            self._tasks.put(None, timeout=timeout_s)
            self._thread.join(timeout_s)

    def _offer(self, task: _Task) -> bool:
        try:
            self._tasks.put_nowait(task)
        except Full:
            return False
        return True

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                task()
            except Exception:  # noqa: BLE001 - the thread's edge: one recording's fault costs no other's
                _log.exception("a recording failed")


class Recording:
    """One call's recording. `add` and `close` are called on the loop and never wait."""

    def __init__(self, path: Path, offer: Callable[[_Task], bool]) -> None:
        self._offer = offer
        self._file = _GrowingWav(path)
        self._left: list[bytes] = []
        self._right: list[bytes] = []
        self._overrun = False

    @property
    def fault(self) -> str | None:
        """Why the recording is incomplete; None while it is whole."""
        return "the disk is too slow" if self._overrun else self._file.fault

    def add(self, caller: bytes, gateway: bytes) -> None:
        """Take 20 ms of both sides."""
        self._left.append(caller)
        self._right.append(gateway)
        if len(self._left) >= _FRAMES_PER_WRITE:
            self._flush()

    def close(self) -> None:
        """Write the rest and close the file."""
        self._flush()
        self._overrun |= not self._offer(self._file.close)

    def _flush(self) -> None:
        left, right = b"".join(self._left), b"".join(self._right)
        self._left.clear()
        self._right.clear()
        self._overrun |= not self._offer(lambda: self._file.append(interleave(left, right)))


def interleave(left: bytes, right: bytes) -> bytes:
    """Join two mono sounds of one length into a stereo one."""
    both = np.stack((np.frombuffer(left, "<i2"), np.frombuffer(right, "<i2")), axis=1)
    return both.tobytes()


class _GrowingWav:
    """A WAV file whose header is right after every write. Used by the recorder's thread only; keeps its first fault."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._bytes = 0
        self.fault: str | None = None

    def append(self, sound: bytes) -> None:
        if self.fault is None:
            self._try(lambda: self._write(sound))

    def close(self) -> None:
        if self._descriptor is not None:
            self._try(self._finish)

    def _write(self, sound: bytes) -> None:
        descriptor = self._open()
        if os.pwrite(descriptor, sound, _HEADER.size + self._bytes) < len(sound):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._bytes += len(sound)
        os.pwrite(descriptor, header(self._bytes), 0)

    def _open(self) -> int:
        if self._descriptor is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_TRUNC, 0o600)
        return self._descriptor

    def _finish(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        try:
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)

    def _try(self, action: _Task) -> None:
        try:
            action()
        except OSError as error:
            self.fault = self.fault or f"{error.strerror}"
