"""Tickets on this host's disk: what returns from `append` survives the end of this process and of Redis.

A writer thread takes what has come in since it last synced, writes it and syncs once for all of it (group commit), so
many calls share one sync. Files and compaction are in `journal_segments`.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import queue
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path
from threading import Thread
from typing import Final, NamedTuple

from pydantic import ValidationError

from gateway.domain.ticket import Ticket
from gateway.errors import ConfigError, PartUnavailable
from gateway.ports import Journal
from gateway.queue.journal_segments import Damage, Head, Segments

_log = logging.getLogger(__name__)
_BATCH: Final = 256


class _Entry(NamedTuple):
    head: Head
    json: bytes
    done: asyncio.Future[None]
    loop: asyncio.AbstractEventLoop

    def settle(self, error: OSError | None) -> None:
        """Tell the waiting task, from the writer thread; it may have gone, and its loop too."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(_settle, self.done, error)


class FileJournal(Journal):
    """The journal of one process in one folder; a second process there is refused with ConfigError.

    Segments are compacted at `rotate_bytes` or when half of them is superseded, whichever is more; a closed ticket is
    dropped then once it has not changed for `keep_closed`. At most `max_pending` versions wait for the disk, each for
    at most `timeout_s`.
    """

    def __init__(
        self,
        directory: Path,
        *,
        rotate_bytes: int = 16 * 2**20,
        keep_closed: timedelta = timedelta(hours=24),
        max_pending: int = 1024,
        timeout_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._lock = _lock(directory)
        try:
            self._segments = Segments(directory, rotate_bytes=rotate_bytes, keep_closed=keep_closed)
        except OSError as error:
            self._lock.close()
            raise ConfigError(f"the journal in {directory} cannot be read: {error}; mend the folder") from error
        self._timeout_s = timeout_s
        self._now = now
        self._pending: queue.Queue[_Entry | None] = queue.Queue(max_pending)
        self._writer = Thread(target=self._write, name="journal", daemon=True)
        self._writer.start()

    @property
    def damage(self) -> Sequence[Damage]:
        """What was found damaged when the journal was opened."""
        return tuple(self._segments.damage)

    async def append(self, ticket: Ticket) -> None:
        """See `Journal.append`. Cancelled or late, the version may be on disk all the same."""
        loop = asyncio.get_running_loop()
        entry = _Entry(_head(ticket), ticket.to_json().encode(), loop.create_future(), loop)
        try:
            self._pending.put_nowait(entry)
            async with asyncio.timeout(self._timeout_s):
                await entry.done
        except queue.Full:
            raise PartUnavailable("the journal: too many versions wait for the disk") from None
        except TimeoutError:
            raise PartUnavailable(f"the journal: the disk did not answer in {self._timeout_s} s") from None
        except OSError as error:
            raise PartUnavailable(f"the journal: {error}") from error

    def replay(self) -> Iterator[Ticket]:
        """See `Journal.replay`. What is damaged or is no ticket is passed over and logged."""
        for place in self._segments.newest():
            try:
                yield Ticket.from_json(self._segments.read(place.head.id) or b"")
            except (OSError, ValidationError) as error:
                _log.error("journal: ticket %s cannot be read back: %s", place.head.id, type(error).__name__)

    async def aclose(self) -> None:
        """Write what waits, then let go of the folder."""
        await asyncio.to_thread(self.close)

    def close(self) -> None:
        """As `aclose`, blocking."""
        if self._writer.is_alive():
            self._pending.put(None)
            self._writer.join()
        self._segments.close()
        self._lock.close()

    def _write(self) -> None:
        while batch := self._next_batch():
            entries = [entry for entry in batch if entry]
            error = self._commit(entries) if entries else None
            for entry in entries:
                entry.settle(error)
            if None in batch:
                return

    def _next_batch(self) -> list[_Entry | None]:
        batch = [self._pending.get()]
        while len(batch) < _BATCH and batch[-1]:
            try:
                batch.append(self._pending.get_nowait())
            except queue.Empty:
                break
        return batch

    def _commit(self, entries: Sequence[_Entry]) -> OSError | None:
        try:
            self._segments.write([(entry.head, entry.json) for entry in entries], self._now())
        except OSError as error:
            _log.error("journal: %d versions not written: %s", len(entries), error)
            return error
        return None


def _head(ticket: Ticket) -> Head:
    return Head(
        id=ticket.id,
        version=ticket.version,
        status=ticket.status,
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
    )


def _settle(done: asyncio.Future[None], error: OSError | None) -> None:
    if done.done():
        return
    if error:
        done.set_exception(error)
    else:
        done.set_result(None)


def _lock(directory: Path) -> TextIOWrapper:
    """Take the folder for this process until the file is closed; raises ConfigError naming the holder."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (directory / "lock").open("a+", encoding="ascii")
    except OSError as error:
        raise ConfigError(
            f"the journal's folder {directory} is no use: {error}; give a writable data folder"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise ConfigError(
            f"the journal in {directory} is in use by process {holder}; give each intake process its own data folder"
        ) from None
    with contextlib.suppress(OSError):
        os.truncate(file.fileno(), 0)
        file.write(str(os.getpid()))
        file.flush()
    return file
