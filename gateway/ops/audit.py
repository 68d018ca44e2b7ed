"""Who did what with which ticket, when and why: the log that article 25 of directive (EU) 2016/680 asks for.

A line is a JSON object that carries the SHA-256 of itself together with the line before, so that no entry can be
changed, added or taken out in the middle without notice. What is erased is named by its ticket only, never repeated.
"""

import asyncio
import fcntl
import hashlib
import json
import os
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.domain.value import Frozen, Timestamp
from gateway.errors import ConfigError, PartUnavailable
from gateway.ports import Clock

START = "0" * 64
"""What the first line's hash is chained to."""
READ_BYTES = 64 * 1024
"""A line is far shorter."""


class Deed(StrEnum):
    """What was done (article 25.1), and what the log itself had to do."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    REPAIR = "repair"
    """A last line that a crash had left unfinished was cut off."""


class AuditEntry(Frozen):
    """One deed."""

    at: Timestamp
    what: Deed
    who: str
    """A person, or the part of the gateway that acted by itself."""
    ticket_id: str
    reason: str


class AuditLog:
    """The log of one process, open for as long as the block lasts; one writer a file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._lock = asyncio.Lock()
        self._fd = -1
        self._hash = START

    def __enter__(self) -> Self:
        """Open the log and take up its chain; raises ConfigError when it cannot be, or another process has it."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._fd)
            raise ConfigError(f"{self._path} is being written by another process: give each its own data") from error
        except OSError as error:
            raise ConfigError(f"{self._path} cannot be opened: {error.strerror}") from error
        self._take_up()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        os.close(self._fd)

    async def record(self, what: str, *, who: str, ticket_id: str, reason: str) -> None:
        """Note a deed of now; raises PartUnavailable when it cannot be written, ValueError for a deed unknown."""
        now = self._clock.now()
        await self.append(AuditEntry(at=now, what=Deed(what), who=who, ticket_id=ticket_id, reason=reason))

    async def append(self, entry: AuditEntry) -> None:
        """Return when the entry is on disk (synced); raises PartUnavailable when it cannot be."""
        async with self._lock:
            await asyncio.to_thread(self._write, entry)

    def _write(self, entry: AuditEntry) -> None:
        line, chained = _line(entry, self._hash)
        size = os.fstat(self._fd).st_size
        try:
            written = os.write(self._fd, line)
            if written < len(line):
                raise OSError(f"only {written} of {len(line)} bytes were taken")
            os.fsync(self._fd)
        except OSError as error:
            os.ftruncate(self._fd, size)
            raise PartUnavailable(f"{self._path.name}: {error}") from error
        self._hash = chained

    def _take_up(self) -> None:
        """Go on from the last whole line; an unfinished one after it is cut off, and that is noted."""
        size = os.fstat(self._fd).st_size
        tail = os.pread(self._fd, READ_BYTES, max(0, size - READ_BYTES))
        whole, _, torn = tail.rpartition(b"\n")
        if whole:
            self._hash = _hash_in(whole.rpartition(b"\n")[2])
        if torn:
            os.ftruncate(self._fd, size - len(torn))
            self._write(_repair(self._clock.now(), len(torn)))


def verify(path: Path) -> int | None:
    """Return the number of the first line, from 1, that does not follow from the one before; None when all do."""
    previous = START
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                stored = json.loads(line)
                previous_hash = stored.pop("hash")
                entry = AuditEntry.model_validate_json(json.dumps(stored))
            except (ValueError, KeyError, TypeError, AttributeError):
                return number
            if (line, previous_hash) != (written := _line(entry, previous)):
                return number
            previous = written[1]
    return None


def _line(entry: AuditEntry, previous: str) -> tuple[bytes, str]:
    """Return an entry as a line, and its hash."""
    body = entry.model_dump_json()
    chained = hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()
    return f'{body[:-1]},"hash":"{chained}"}}\n'.encode(), chained


def _hash_in(line: bytes) -> str:
    """Return a line's hash; the start of the chain for a spoilt one, which `verify` will name."""
    try:
        return str(json.loads(line)["hash"])
    except (ValueError, KeyError, TypeError):
        return START


def _repair(now: datetime, count: int) -> AuditEntry:
    return AuditEntry(
        at=now, what=Deed.REPAIR, who="audit log", ticket_id="", reason=f"{count} bytes of an unfinished line cut off"
    )
