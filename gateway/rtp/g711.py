"""ITU-T G.711: A-law and mu-law to and from 16-bit linear PCM, exactly as the reference coder of ITU-T G.191 does it.

Linear samples are signed 16-bit little-endian. One octet is one sample of 8 kHz audio. Both ways are one table look-up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.generic]
Whole = NDArray[np.int64]

_SIGN = np.array((-1, 1), np.int64)
_MU_BIAS = 33
_MU_CLIP = 0x1FFF


def _bit_length(values: Whole) -> Whole:
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def _magnitude(linear: Whole) -> Whole:
    """One's complement of the negative: the step of G.711 nearest to zero has two codes."""
    magnitude: Whole = linear ^ (linear >> 63)
    return magnitude


def _positive(linear: Whole) -> Whole:
    """Bit 7 of the code: set for zero and above."""
    bit: Whole = ~(linear >> 63) & 0x80
    return bit


def _a_law_expand(code: Whole) -> Whole:
    toggled = (code ^ 0x55) & 0x7F
    segment, mantissa = toggled >> 4, toggled & 0x0F
    step = (mantissa + 16 * (segment > 0)) * 16 + 8
    linear: Whole = (step << np.maximum(segment - 1, 0)) * _SIGN[code >> 7]
    return linear


def _a_law_compress(linear: Whole) -> Whole:
    magnitude = _magnitude(linear) >> 4
    segment = np.maximum(_bit_length(magnitude) - 4, 0)
    mantissa = (magnitude >> np.maximum(segment - 1, 0)) & 0x0F
    code: Whole = (segment << 4 | mantissa | _positive(linear)) ^ 0x55
    return code


def _mu_law_expand(code: Whole) -> Whole:
    inverted = ~code
    segment, mantissa = (inverted >> 4) & 0x07, inverted & 0x0F
    magnitude = ((mantissa * 2 + _MU_BIAS) << (segment + 2)) - _MU_BIAS * 4
    linear: Whole = magnitude * _SIGN[code >> 7]
    return linear


def _mu_law_compress(linear: Whole) -> Whole:
    magnitude = np.minimum((_magnitude(linear) >> 2) + _MU_BIAS, _MU_CLIP)
    segment = _bit_length(magnitude) - 5
    mantissa = 0x0F - ((magnitude >> segment) & 0x0F)
    code: Whole = (8 - segment) << 4 | mantissa | _positive(linear)
    return code


_CODES = np.arange(256)
_LINEAR = np.arange(65536).astype(np.uint16).view(np.int16).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Codec:
    """One law of G.711, with its static payload type of RFC 3551 and its name in SDP."""

    name: str
    payload_type: int
    _expand: Table
    _compress: Table

    def decode(self, payload: bytes) -> bytes:
        """Return the linear PCM of a payload: two octets for each octet."""
        return self._expand.take(np.frombuffer(payload, np.uint8)).tobytes()

    def encode(self, pcm: bytes) -> bytes:
        """Return the payload of linear PCM: one octet for each two. Raises ValueError on half a sample."""
        return self._compress.take(np.frombuffer(pcm, "<u2")).tobytes()


PCMA = Codec("PCMA", 8, _a_law_expand(_CODES).astype("<i2"), _a_law_compress(_LINEAR).astype(np.uint8))
PCMU = Codec("PCMU", 0, _mu_law_expand(_CODES).astype("<i2"), _mu_law_compress(_LINEAR).astype(np.uint8))

CODECS = {codec.payload_type: codec for codec in (PCMA, PCMU)}
"""By static payload type: a peer may change between the two laws without notice."""
