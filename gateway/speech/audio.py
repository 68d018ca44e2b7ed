"""The caller's voice as a recogniser hears it: samples without gaps, and where in the call each of them was.

Positions are samples at 8 kHz since the first frame. They drift from the call's milliseconds when frames are missing: a
short gap is filled with silence, a long one with a second of it (enough to end an utterance), and the rest is left out.
"""

from bisect import bisect_right

from gateway.ports import SAMPLE_RATE_HZ

SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000
_SAMPLE_BYTES = 2
_JITTER_MS = 100
"""Frames that come at most this much late or early follow on directly."""
_SILENCE_MS = 1000


class CallAudio:
    """The part of a call's audio that may still be needed."""

    def __init__(self) -> None:
        self.begin = 0
        """First sample held."""
        self._pcm = bytearray()
        self._anchors: list[tuple[int, int]] = []
        """Where the two clocks were set: sample, milliseconds of the call; both grow."""

    @property
    def end(self) -> int:
        """One past the last sample held."""
        return self.begin + len(self._pcm) // _SAMPLE_BYTES

    def add(self, pcm: bytes, at_ms: int) -> None:
        """Append 16-bit samples that began `at_ms` into the call.

        Half a sample at the end would shift all that follow: it is left out.
        """
        if not self._anchors:
            self._anchors.append((self.end, at_ms))
        gap_ms = at_ms - self.call_ms(self.end)
        if gap_ms > _JITTER_MS:
            self._pcm += bytes(min(gap_ms, _SILENCE_MS) * SAMPLES_PER_MS * _SAMPLE_BYTES)
        if gap_ms > _SILENCE_MS:
            self._anchors.append((self.end, at_ms))
        self._pcm += pcm[: len(pcm) // _SAMPLE_BYTES * _SAMPLE_BYTES]

    def read(self, first: int, last: int) -> bytes:
        """Return the samples from `first` up to `last`, both held."""
        return bytes(self._pcm[(first - self.begin) * _SAMPLE_BYTES : (last - self.begin) * _SAMPLE_BYTES])

    def forget(self, before: int) -> None:
        """Let go of what lies before a sample."""
        if before > self.begin:
            del self._pcm[: (before - self.begin) * _SAMPLE_BYTES]
            self.begin = before
            del self._anchors[: max(0, self._anchor(before))]

    def call_ms(self, sample: int) -> int:
        """Return where in the call a sample was; 0 before anything was heard."""
        if not self._anchors:
            return 0
        at_sample, at_ms = self._anchors[max(0, self._anchor(sample))]
        return at_ms + (sample - at_sample) // SAMPLES_PER_MS

    def _anchor(self, sample: int) -> int:
        return bisect_right(self._anchors, sample, key=lambda anchor: anchor[0]) - 1
