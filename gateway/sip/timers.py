"""One queue of deadlines for a whole endpoint: O(log n) to set, O(1) to read the next."""

import heapq
from collections.abc import Hashable
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT", bound=Hashable)


class Timers(Generic[KeyT]):
    """Deadlines by key, in seconds of the caller's monotonic clock. Setting a key again moves its deadline."""

    def __init__(self) -> None:
        self._deadlines: dict[KeyT, tuple[float, int]] = {}
        self._heap: list[tuple[float, int, KeyT]] = []
        self._count = 0

    def set(self, key: KeyT, at: float) -> None:
        """Let `key` fall due at `at`."""
        self._count += 1
        self._deadlines[key] = (at, self._count)
        heapq.heappush(self._heap, (at, self._count, key))

    def cancel(self, key: KeyT) -> None:
        """Forget `key`, set or not."""
        self._deadlines.pop(key, None)
        if len(self._heap) > 64 + 2 * len(self._deadlines):
            self._heap = [entry for entry in self._heap if self._stands(entry)]
            heapq.heapify(self._heap)

    def next(self) -> float | None:
        """Return the earliest deadline, None when nothing is set."""
        while self._heap and not self._stands(self._heap[0]):
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> KeyT | None:
        """Take the earliest key whose time has come, in order of deadlines; None when there is none."""
        at = self.next()
        if at is None or at > now:
            return None
        _, _, key = heapq.heappop(self._heap)
        del self._deadlines[key]
        return key

    def __len__(self) -> int:
        return len(self._deadlines)

    def _stands(self, entry: tuple[float, int, KeyT]) -> bool:
        return self._deadlines.get(entry[2]) == entry[:2]
