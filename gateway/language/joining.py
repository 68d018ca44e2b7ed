"""A caller's segments as one text, and the way back from its characters to milliseconds of the call."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gateway.domain.call import Segment, Speaker

PAUSE_MS = 700
"""A silence so long is written as a comma: the pipelines end a clause there."""
_PAUSE, _NO_PAUSE = ", ", " "


@dataclass(frozen=True, slots=True)
class Joined:
    """One text and where it came from."""

    text: str
    starts: tuple[int, ...]
    """The character each segment begins at."""
    segments: tuple[Segment, ...]

    def times(self, start: int, end: int) -> tuple[int, int]:
        """Return the milliseconds from the first to the last word of which a stretch of characters holds something."""
        words = [word for index in self._touched(start, end) for word in self._words(index)]
        told = [(first, last) for begin, stop, first, last in words if begin < end and stop > start]
        if told:
            return told[0][0], told[-1][1]
        nearest = self.segments[max(0, bisect_right(self.starts, start) - 1)] if self.segments else None
        return (nearest.start_ms, nearest.end_ms) if nearest else (0, 0)

    def _touched(self, start: int, end: int) -> range:
        return range(max(0, bisect_right(self.starts, start) - 1), bisect_right(self.starts, max(start, end - 1)))

    def _words(self, index: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield first character, end character, first and last millisecond of each word of a segment."""
        segment, at = self.segments[index], self.starts[index]
        if not segment.words:
            yield at, at + len(segment.text), segment.start_ms, segment.end_ms
        for word in segment.words:
            yield at, at + len(word.text), word.start_ms, word.end_ms
            at += len(word.text) + 1


def join(segments: Sequence[Segment]) -> Joined:
    """Join what the caller said; what others said is left out."""
    said = tuple(segment for segment in segments if segment.speaker is Speaker.CALLER and segment.text)
    pieces, starts, length = [], [], 0
    for before, segment in zip((None, *said), said, strict=False):
        between = _between(before, segment)
        starts.append(length + len(between))
        pieces += [between, _text(segment)]
        length = starts[-1] + len(pieces[-1])
    return Joined("".join(pieces), tuple(starts), said)


def _between(before: Segment | None, segment: Segment) -> str:
    if before is None:
        return ""
    return _PAUSE if segment.start_ms - before.end_ms >= PAUSE_MS else _NO_PAUSE


def _text(segment: Segment) -> str:
    return " ".join(word.text for word in segment.words) or segment.text
