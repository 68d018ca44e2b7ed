"""Concealment of lost audio: the last pitch period is repeated and fades, in the spirit of ITU-T G.711 Appendix I."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

_HISTORY = 480
"""60 ms: the longest pitch period and the stretch it is looked for in, and some."""
_MIN_LAG, _MAX_LAG = 40, 120
"""200 down to 66 Hz; higher voices fit in as multiples."""
_TEMPLATE = 160
_FULL = 80
"""10 ms at full strength, then down to nothing at 60 ms."""
FADE_END = 480
_OVERLAP = 32
"""4 ms from the concealment back into what is received."""


class Concealer:
    """Received PCM passes through and is remembered; what is missing is made from it. Any lengths, 16-bit, 8 kHz."""

    def __init__(self) -> None:
        self._history = bytes(2 * _HISTORY)
        self._cycle: Samples = np.zeros(_MIN_LAG, np.float32)
        self._gap = 0

    @property
    def faded(self) -> bool:
        """True when what is missing now is silence: the voice has faded, or there was none yet."""
        return self._gap >= FADE_END or not any(self._history)

    def receive(self, pcm: bytes) -> bytes:
        """Return the PCM itself; after a gap its first 4 ms are blended with the concealment."""
        if self._gap:
            pcm = self._blend(pcm)
            self._gap = 0
        self._remember(pcm)
        return pcm

    def conceal(self, samples: int) -> bytes:
        """Make so many samples for audio that did not come."""
        if not self._gap:
            self._cycle = pitch_cycle(np.frombuffer(self._history, "<i2").astype(np.float32))
        pcm = b"" if self.faded else _to_pcm(self._repeat(samples))
        self._gap += samples
        pcm = pcm or bytes(2 * samples)
        self._remember(pcm)
        return pcm

    def _remember(self, pcm: bytes) -> None:
        self._history = (self._history + pcm)[-2 * _HISTORY :]

    def _repeat(self, samples: int) -> Samples:
        places = np.arange(self._gap, self._gap + samples)
        gain = np.clip((FADE_END - places) / (FADE_END - _FULL), 0, 1).astype(np.float32)
        return self._cycle.take(places % len(self._cycle)) * gain

    def _blend(self, pcm: bytes) -> bytes:
        overlap = min(_OVERLAP, len(pcm) // 2)
        rise = np.linspace(0, 1, overlap, dtype=np.float32)
        received = np.frombuffer(pcm[: 2 * overlap], "<i2").astype(np.float32)
        return _to_pcm(received * rise + self._repeat(overlap) * (1 - rise)) + pcm[2 * overlap :]


def pitch_cycle(history: Samples) -> Samples:
    """Return the last pitch period of 480 samples, its end smoothed so that it follows on itself."""
    lag = _pitch_lag(history)
    cycle = history[-lag:].copy()
    quarter = lag // 4
    rise = np.linspace(0, 1, quarter, dtype=np.float32)
    cycle[-quarter:] = cycle[-quarter:] * (1 - rise) + history[-lag - quarter : -lag] * rise
    return cycle


def _pitch_lag(history: Samples) -> int:
    """Find the lag at which the last 20 ms are most like what came before (normalised cross-correlation)."""
    before = np.lib.stride_tricks.sliding_window_view(history, _TEMPLATE)
    candidates = before[len(before) - 1 - _MAX_LAG : len(before) - _MIN_LAG]
    likeness = candidates @ history[-_TEMPLATE:]
    energy = np.sqrt(np.einsum("ij,ij->i", candidates, candidates)) + 1
    return _MAX_LAG - int(np.argmax(likeness / energy))


def _to_pcm(samples: Samples) -> bytes:
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()
