"""WAV files as telephone speech: read and made 16-bit 8 kHz mono."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gateway.errors import UsageError
from gateway.ports import SAMPLE_RATE_HZ
from gateway.rtp.g711 import PCMA, PCMU

_PCM, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 6, 7, 0xFFFE
_DECODERS: dict[tuple[int, int], Callable[[bytes], bytes]] = {
    (_PCM, 16): bytes,
    (_A_LAW, 8): PCMA.decode,
    (_MU_LAW, 8): PCMU.decode,
}
_FORMAT = struct.Struct("<HHIIHH")
_TAPS = 63


def read_wav(path: Path) -> bytes:
    """Return a file's sound as 16-bit 8 kHz mono PCM.

    Takes 8 and 16 kHz, 16-bit PCM, A-law and mu-law, any number of channels. Raises UsageError for anything else.
    """
    try:
        chunks = dict(_chunks(path.read_bytes()))
        code, channels, rate, _, _, bits = _FORMAT.unpack_from(chunks[b"fmt "])
        kind = struct.unpack_from("<H", chunks[b"fmt "], 24)[0] if code == _EXTENSIBLE else code
        decode = _DECODERS[kind, bits]
        pcm = decode(chunks[b"data"])
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    except (KeyError, struct.error) as error:
        raise UsageError(f"{path}: not a WAV file of 16-bit PCM, A-law or mu-law") from error
    return _telephone(path, pcm, channels, rate)


def halve_rate(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Resample by one half, through a windowed-sinc low pass at 3.6 kHz of a 16 kHz signal."""
    places = np.arange(_TAPS) - _TAPS // 2
    low_pass = np.sinc(0.45 * places) * np.hamming(_TAPS)
    return np.convolve(samples, low_pass / low_pass.sum(), mode="same")[::2]


def _telephone(path: Path, pcm: bytes, channels: int, rate: int) -> bytes:
    if rate not in (SAMPLE_RATE_HZ, 2 * SAMPLE_RATE_HZ) or not channels:
        raise UsageError(f"{path}: {rate} Hz; 8000 and 16000 are taken")
    whole = len(pcm) // (2 * channels) * 2 * channels
    samples = np.frombuffer(pcm[:whole], "<i2").reshape(-1, channels).mean(axis=1)
    samples = samples if rate == SAMPLE_RATE_HZ or not len(samples) else halve_rate(samples)
    return np.clip(np.rint(samples), -32768, 32767).astype("<i2").tobytes()


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the chunks of a RIFF file; a length beyond the file's end, as streams have, means up to the end."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        return
    offset = 12
    while offset + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, offset)
        yield name, data[offset + 8 : offset + 8 + size]
        offset += 8 + size + size % 2
