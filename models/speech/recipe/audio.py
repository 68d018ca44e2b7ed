"""Sample-rate conversion and 16-bit WAV files. Samples are float32 on the int16 scale unless said otherwise."""

import wave
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000
Samples = NDArray[np.float32]
_HALF_WIDTH = 16
"""Zero crossings of the windowed sinc on each side."""


@cache
def _kernel(up: int, down: int) -> NDArray[np.float32]:
    """Return the polyphase filter, [phase, tap]: Hann-windowed sinc, cut at the lower of the two Nyquist rates."""
    cutoff = min(1.0, up / down)
    reach = int(np.ceil(_HALF_WIDTH / cutoff))
    distance = np.arange(-reach, reach + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.cos(np.clip(distance / (reach + 1), -1, 1) * np.pi / 2) ** 2
    return np.asarray(cutoff * np.sinc(cutoff * distance) * window, np.float32)


def resample(samples: Samples, up: int, down: int) -> Samples:
    """Change the rate by up/down (lowest terms make it fast)."""
    kernel = _kernel(up, down)
    reach = kernel.shape[1] // 2
    padded = np.pad(samples.astype(np.float32), reach)
    result = np.empty(len(samples) * up // down, np.float32)
    for first in range(up):  # outputs `first`, first+up, ... share one phase of the filter
        count = len(result[first::up])
        start, phase = divmod(first * down, up)
        windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[1])
        result[first::up] = windows[start::down][:count] @ kernel[phase]
    return result


def to_8k(samples: NDArray[np.int16]) -> Samples:
    """Convert espeak-ng's 22,050 Hz to 8,000 Hz."""
    return resample(samples.astype(np.float32), 160, 441)


def write_wav(path: Path, samples: Samples) -> None:
    """Write 8 kHz 16-bit mono."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(np.clip(np.round(samples), -32768, 32767).astype("<i2").tobytes())
