"""ITU-T G.711 as a round trip through either law, as tables over all 16-bit samples."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.speech.recipe.audio import Samples

_SAMPLES = np.arange(-32768, 32768)


@cache
def alaw_table() -> NDArray[np.int16]:
    """Return decode(encode(x)) for x = -32768..32767 under A-law (13-bit input, 8 segments of 16 steps)."""
    magnitude = np.where(_SAMPLES >= 0, _SAMPLES, ~_SAMPLES) >> 3  # 12 bits
    segment = np.maximum(np.floor(np.log2(np.maximum(magnitude, 1))).astype(int) - 4, 0)
    shift = np.maximum(segment, 1)
    middle = ((magnitude >> shift) << shift) + (1 << (shift - 1))
    return np.asarray(np.where(_SAMPLES >= 0, middle * 8, -middle * 8), np.int16)


@cache
def ulaw_table() -> NDArray[np.int16]:
    """Return decode(encode(x)) for x = -32768..32767 under mu-law (14-bit input, bias 33)."""
    magnitude = np.minimum((np.where(_SAMPLES >= 0, _SAMPLES, ~_SAMPLES) >> 2) + 33, 0x1FFF)
    segment = np.floor(np.log2(magnitude)).astype(int) - 5
    step = segment + 1
    middle = ((magnitude >> step) << step) + (1 << (step - 1))
    return np.asarray(np.where(_SAMPLES >= 0, 1, -1) * (middle - 33) * 4, np.int16)


def round_trip(samples: Samples, table: NDArray[np.int16]) -> Samples:
    """Encode and decode samples on the int16 scale; louder ones are clipped."""
    return np.asarray(table[np.clip(np.round(samples), -32768, 32767).astype(int) + 32768], np.float32)
