"""The journal's files: numbered segments in one folder, an index of the newest version of each ticket, and compaction.

Blocking and for one thread at a time, save `newest` and `read`. A crash at any moment leaves either the old segments or
the old and the new ones; the newest version of a ticket wins, so reading both is harmless.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import FileIO
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

from pydantic import BaseModel, ValidationError

from gateway.domain.ids import TicketId
from gateway.domain.ticket import Status
from gateway.queue import journal_record

_log = logging.getLogger(__name__)
_SUFFIX: Final = ".journal"
_UNFINISHED: Final = ".unfinished"


class Head(BaseModel):
    """What the index needs of a ticket."""

    id: TicketId
    version: int
    status: Status
    created_at: datetime
    updated_at: datetime


class Place(NamedTuple):
    """Where the newest version of a ticket lies."""

    head: Head
    segment: Path
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that hold no whole record, and so were passed over."""

    segment: str
    start: int
    length: int
    what: str
    """torn: the end of a segment, as a crash leaves it; corrupt: in the midst; unreadable: whole, but not a ticket."""


class Segments:
    """The segments of one folder; raises OSError as the disk does."""

    def __init__(self, folder: Path, *, rotate_bytes: int, keep_closed: timedelta) -> None:
        self._folder = folder
        self._rotate_bytes = rotate_bytes
        self._keep_closed = keep_closed
        self._index: dict[TicketId, Place] = {}
        self._swap = Lock()
        """Held while the index and the files it points to change together."""
        self._file: FileIO | None = None
        self._path = folder
        self._good = 0
        """Bytes of the current segment that are written and synced."""
        self.damage: list[Damage] = []
        for leftover in folder.glob(f"*{_UNFINISHED}"):
            leftover.unlink()
        for path in self._paths():
            self._load(path)
        self._size = sum(path.stat().st_size for path in self._paths())
        self._limit = self._next_limit()

    def newest(self) -> list[Place]:
        """Return where the newest version of every ticket lies, oldest ticket first."""
        return sorted(self._index.values(), key=lambda place: (place.head.created_at, place.head.id))

    def write(self, records: Iterable[tuple[Head, bytes]], now: datetime) -> None:
        """Append records and sync them; all are kept when it returns, and none is promised when it raises."""
        try:
            file = self._current()
            places = self._append(file, records)
        except OSError:
            self._forget_unsynced()
            raise
        self._size += sum(place.length for place in places)
        self._remember(places)
        if self._size >= self._limit:
            self._rotate(now)

    def read(self, ticket_id: TicketId) -> bytes | None:
        """Return the JSON of the newest version; None when it is not kept, or damaged since."""
        with self._swap:
            place = self._index.get(ticket_id)
            return _read(place) if place else None

    def close(self) -> None:
        """Close the current segment."""
        if self._file:
            self._file.close()
            self._file = None

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_SUFFIX}"))

    def _next_path(self) -> Path:
        numbers = [int(path.stem) for path in self._paths()]
        return self._folder / f"{max(numbers, default=0) + 1:010d}{_SUFFIX}"

    def _next_limit(self) -> int:
        """Rotate when half is superseded and `rotate_bytes` are reached: copying stays in proportion to writing."""
        return max(self._rotate_bytes, 2 * sum(place.length for place in self._index.values()))

    def _load(self, path: Path) -> None:
        data = path.read_bytes()
        for span in journal_record.scan(data):
            if span.whole:
                self._load_record(path, span, data)
            else:
                self._report(path, span, "torn" if span.end == len(data) else "corrupt")

    def _load_record(self, path: Path, span: journal_record.Span, data: bytes) -> None:
        try:
            head = Head.model_validate_json(journal_record.payload(data[span.start : span.end]) or b"")
        except ValidationError:
            self._report(path, span, "unreadable")
        else:
            self._remember([Place(head, path, span.start, span.end - span.start)])

    def _report(self, path: Path, span: journal_record.Span, what: str) -> None:
        damage = Damage(path.name, span.start, span.end - span.start, what)
        self.damage.append(damage)
        _log.warning("journal: %s at byte %d of %s: %d bytes passed over", what, span.start, path.name, damage.length)

    def _remember(self, places: Iterable[Place]) -> None:
        for place in places:
            known = self._index.get(place.head.id)
            if known is None or known.head.version <= place.head.version:
                self._index[place.head.id] = place

    def _current(self) -> FileIO:
        if self._file is None:
            self._path = self._next_path()
            self._file = _create(self._path)
            self._good = 0
            _sync_folder(self._folder)
        return self._file

    def _append(self, file: FileIO, records: Iterable[tuple[Head, bytes]]) -> list[Place]:
        start, places, lines = self._good, [], []
        for head, json in records:
            line = journal_record.encode(json)
            places.append(Place(head, self._path, start, len(line)))
            lines.append(line)
            start += len(line)
        _write_all(file, b"".join(lines))
        os.fsync(file.fileno())
        self._good = start
        return places

    def _forget_unsynced(self) -> None:
        """Go on in a new segment: after a failed sync nobody knows what of this one is on disk."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.truncate(self._good)
            if self._good == 0:
                self._path.unlink()
        except OSError as error:
            _log.warning("journal: %s could not be cut back to its last whole record: %s", self._path.name, error)
        finally:
            _close(file)

    def _rotate(self, now: datetime) -> None:
        try:
            self._compact(now)
        except OSError as error:
            _log.warning("journal: not compacted, tried again later: %s", error)
            self._limit = self._size + self._rotate_bytes
        else:
            self._limit = self._next_limit()

    def _compact(self, now: datetime) -> None:
        """Carry the newest version of what is kept over to a new segment, and delete the others."""
        old = self._paths()
        path = self._next_path()
        unfinished = path.with_suffix(_UNFINISHED)
        kept = [place for place in self._index.values() if self._is_kept(place.head, now)]
        file = _create(unfinished)
        try:
            places = _copy(kept, file, path)
            os.fsync(file.fileno())
            unfinished.rename(path)
            _sync_folder(self._folder)
        except OSError:
            _close(file)
            unfinished.unlink(missing_ok=True)
            raise
        with self._swap:
            self.close()
            self._file, self._path = file, path
            self._good = self._size = sum(place.length for place in places)
            self._index = {place.head.id: place for place in places}
            for each in old:
                each.unlink()

    def _is_kept(self, head: Head, now: datetime) -> bool:
        return head.status is not Status.CLOSED or now - head.updated_at < self._keep_closed


def _copy(places: Iterable[Place], file: FileIO, path: Path) -> list[Place]:
    copied, start = [], 0
    for place, json in _readable(places):
        line = journal_record.encode(json)
        _write_all(file, line)
        copied.append(Place(place.head, path, start, len(line)))
        start += len(line)
    return copied


def _readable(places: Iterable[Place]) -> Iterator[tuple[Place, bytes]]:
    for place in places:
        json = _read(place)
        if json is None:
            _log.error("journal: a record of %s is damaged since it was written", place.segment.name)
        else:
            yield place, json


def _read(place: Place) -> bytes | None:
    with place.segment.open("rb") as file:
        file.seek(place.start)
        return journal_record.payload(file.read(place.length))


def _create(path: Path) -> FileIO:
    """Make a file that only this user reads: it holds what callers said."""
    return FileIO(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600))


def _write_all(file: FileIO, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[file.write(view) :]


def _close(file: FileIO) -> None:
    try:
        file.close()
    except OSError as error:
        _log.warning("journal: a segment did not close: %s", error)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
