"""How evenly audio goes out: the gaps between packets of one stream, over all streams."""

from dataclasses import dataclass

_BUCKETS = 1000
"""One for each millisecond; the last takes what is longer."""


@dataclass(frozen=True, slots=True)
class GapStats:
    """Gaps between packets sent, milliseconds; wanted is 20."""

    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float


class GapHistogram:
    """Counts gaps in steps of a millisecond; never grows."""

    def __init__(self) -> None:
        self._buckets = [0] * _BUCKETS
        self._longest_s = 0.0

    def add(self, gap_s: float) -> None:
        """Count one gap, seconds."""
        self._buckets[min(int(gap_s * 1000), _BUCKETS - 1)] += 1
        self._longest_s = max(self._longest_s, gap_s)

    def stats(self) -> GapStats:
        """Return the figures since the beginning; a percentile is its bucket's upper edge."""
        return GapStats(sum(self._buckets), self._percentile(0.50), self._percentile(0.99), self._longest_s * 1000)

    def _percentile(self, share: float) -> float:
        wanted, seen = share * sum(self._buckets), 0
        for upper_ms, count in enumerate(self._buckets, start=1):
            seen += count
            if count and seen >= wanted:
                return float(upper_ms)
        return 0.0
