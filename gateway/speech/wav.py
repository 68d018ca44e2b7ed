"""Sound files as 16-bit 8 kHz mono samples: WAV with 16-bit PCM, A-law or mu-law, one channel, 8 or 16 kHz."""

import struct
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gateway.errors import ConfigError
from gateway.ports import SAMPLE_RATE_HZ
from gateway.rtp.g711 import PCMA, PCMU

_MAX_BYTES: Final = 512 * 1024 * 1024
_HALF_TAPS: Final = 32
_SUBFORMAT = slice(24, 26)
"""Where an extensible `fmt ` chunk names its format."""
_EXTENSIBLE: Final = 0xFFFE

_DECODERS: dict[tuple[int, int], Callable[[bytes], bytes]] = {
    (1, 16): lambda data: data[: len(data) // 2 * 2],
    (6, 8): PCMA.decode,
    (7, 8): PCMU.decode,
}
"""By format tag and bits of a sample (RFC 2361)."""


def read(path: Path) -> bytes:
    """Return a file's samples, little-endian; raises ConfigError naming the file, what is wrong and what is wanted."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ValueError("is larger than 512 MiB")
        return _samples(path.read_bytes())
    except (OSError, ValueError, struct.error) as error:
        wanted = "give a WAV file with one channel of 16-bit PCM, A-law or mu-law at 8 or 16 kHz"
        raise ConfigError(f"{path}: {error}; {wanted}") from error


def _samples(data: bytes) -> bytes:
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError("is not a WAV file")
    chunks = dict(_chunks(data))
    layout, sound = chunks.get(b"fmt "), chunks.get(b"data")
    if layout is None or sound is None:
        raise ValueError("has no sound")
    tag, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", layout)
    if tag == _EXTENSIBLE:
        (tag,) = struct.unpack("<H", layout[_SUBFORMAT])
    decode = _DECODERS.get((tag, bits))
    if decode is None or channels != 1 or rate not in (SAMPLE_RATE_HZ, 2 * SAMPLE_RATE_HZ):
        raise ValueError(f"has {channels} channel(s) of format {tag} with {bits} bits at {rate} Hz")
    pcm = decode(sound)
    return pcm if rate == SAMPLE_RATE_HZ else halve(pcm)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield a RIFF file's chunks; a length beyond the end, as streaming writers leave it, means the rest."""
    at = 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def halve(pcm: bytes) -> bytes:
    """Convert 16 kHz samples to 8 kHz, free of aliases above 4 kHz."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    if not len(samples):
        return b""
    filtered = np.convolve(np.pad(samples, _HALF_TAPS, mode="edge"), _low_pass(), mode="valid")[::2]
    return np.clip(np.round(filtered), -32768, 32767).astype("<i2").tobytes()


@cache
def _low_pass() -> NDArray[np.float64]:
    """Return a Hann-windowed sinc at 0.45 of the new rate, with unit gain."""
    distance = np.arange(-_HALF_TAPS, _HALF_TAPS + 1)
    taps = np.sinc(0.45 * distance) * np.hanning(2 * _HALF_TAPS + 3)[1:-1]
    return np.asarray(taps / taps.sum())
