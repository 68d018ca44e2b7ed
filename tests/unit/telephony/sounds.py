"""Small WAV files, made as they are needed."""

import struct
from pathlib import Path

import numpy as np


def tone(seconds: float, *, frequency: float = 440, rate: int = 8000, peak: int = 8000) -> bytes:
    places = np.arange(round(seconds * rate))
    return (peak * np.sin(2 * np.pi * frequency * places / rate)).astype("<i2").tobytes()


def level(pcm: bytes) -> float:
    return float(np.sqrt(np.mean(np.frombuffer(pcm, "<i2").astype(float) ** 2)))


def write(
    path: Path, data: bytes, *, rate: int = 8000, channels: int = 1, code: int = 1, bits: int = 16, extra: bytes = b""
) -> Path:
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", code, channels, rate, rate * block, block, bits)
    chunks = extra + b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks)
    return path
