"""A WAV file that may still be growing: its header is sent with the sizes of the bytes that are there now."""

import struct
from dataclasses import dataclass
from pathlib import Path

HEADER_LIMIT = 4096
MOST_BYTES = 0xFFFFFFFF - 8


class NotAWav(LookupError):
    """The file does not start as RIFF WAVE with a data chunk."""


@dataclass(frozen=True, slots=True)
class Wav:
    """A recording as it stood when it was opened."""

    path: Path
    header: bytes
    """Everything before the samples, with sizes that match `size`."""
    size: int
    """Bytes of header and samples."""

    def read(self, start: int, count: int) -> bytes:
        """Read `count` bytes from `start`, header first."""
        count = min(count, self.size - start)
        head = self.header[start : start + count]
        if len(head) == count:
            return head
        with self.path.open("rb") as file:
            file.seek(start + len(head))
            return head + file.read(count - len(head))


def open_wav(path: Path) -> Wav:
    """Look at a recording as it is now; raises NotAWav, FileNotFoundError."""
    size = min(path.stat().st_size, MOST_BYTES)
    with path.open("rb") as file:
        head = file.read(HEADER_LIMIT)
    start, block = _data_start(head)
    size -= (size - start) % block
    header = bytearray(head[:start])
    struct.pack_into("<I", header, 4, size - 8)
    struct.pack_into("<I", header, start - 4, size - start)
    return Wav(path, bytes(header), size)


def _data_start(head: bytes) -> tuple[int, int]:
    """Return where the samples start and the bytes of one sample of all channels."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        raise NotAWav("no RIFF WAVE header")
    at, block = 12, 1
    while at + 8 <= len(head):
        kind, length = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        if kind == b"data":
            return at + 8, max(1, block)
        if kind == b"fmt " and at + 22 <= len(head):
            block = int.from_bytes(head[at + 20 : at + 22], "little")
        at += 8 + length + length % 2
    raise NotAWav("no data chunk")
