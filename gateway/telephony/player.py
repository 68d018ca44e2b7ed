"""What is being said to a caller: speech queued as PCM, taken out frame by frame."""

from gateway.ports import FRAME_BYTES, SAMPLE_RATE_HZ

MAX_QUEUED_S = 180
_BYTES_PER_S = 2 * SAMPLE_RATE_HZ


class Player:
    """16-bit 8 kHz mono PCM in, frames of 320 bytes out."""

    def __init__(self) -> None:
        self._queue = bytearray()

    @property
    def remaining_s(self) -> float:
        """Seconds until all will have been said."""
        return len(self._queue) / _BYTES_PER_S

    def play(self, pcm: bytes) -> float:
        """Queue speech; what would make more than three minutes is left out whole. Return `remaining_s`."""
        padded = pcm + bytes(-len(pcm) % FRAME_BYTES)
        if len(self._queue) + len(padded) <= MAX_QUEUED_S * _BYTES_PER_S:
            self._queue += padded
        return self.remaining_s

    def stop(self) -> None:
        """Fall silent."""
        self._queue.clear()

    def next_frame(self) -> bytes | None:
        """Return the next frame, None when there is nothing to say."""
        if not self._queue:
            return None
        frame = bytes(self._queue[:FRAME_BYTES])
        del self._queue[:FRAME_BYTES]
        return frame
