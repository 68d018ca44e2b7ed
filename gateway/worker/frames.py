"""Frames between a process and its child: a small JSON header and a binary body, over a pipe.

4 octets  length of the header, big-endian
4 octets  length of the body
header    one JSON object, UTF-8
body      octets; what they mean is the header's affair
"""

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, NamedTuple

from gateway.errors import PartUnavailable

MAX_HEADER_BYTES = 64 * 1024
MAX_BODY_BYTES = 4 * 1024 * 1024
_PREFIX = struct.Struct(">II")


class Frame(NamedTuple):
    """One message, either way."""

    header: Mapping[str, Any]
    body: bytes = b""


def encode(frame: Frame) -> bytes:
    """Return a frame's octets; raises PartUnavailable when it is larger than the other side would take."""
    header = json.dumps(frame.header, ensure_ascii=False, separators=(",", ":")).encode()
    _check(len(header), len(frame.body))
    return b"".join((_PREFIX.pack(len(header), len(frame.body)), header, frame.body))


async def receive(stream: asyncio.StreamReader) -> Frame | None:
    """Return the next frame, None at the end of the stream; raises PartUnavailable when it is none."""
    try:
        prefix = await stream.readexactly(_PREFIX.size)
        header_bytes, body_bytes = _check(*_PREFIX.unpack(prefix))
        return _frame(await stream.readexactly(header_bytes), await stream.readexactly(body_bytes))
    except asyncio.IncompleteReadError:
        return None


def read(stream: BinaryIO) -> Frame | None:
    """Return the next frame of a buffered stream, waiting for it; None at its end. Errors as `receive`."""
    prefix = stream.read(_PREFIX.size)
    if len(prefix) < _PREFIX.size:
        return None
    header_bytes, body_bytes = _check(*_PREFIX.unpack(prefix))
    header, body = stream.read(header_bytes), stream.read(body_bytes)
    return _frame(header, body) if len(header) + len(body) == header_bytes + body_bytes else None


def _check(header_bytes: int, body_bytes: int) -> tuple[int, int]:
    if header_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES:
        raise PartUnavailable(f"a frame of {header_bytes} + {body_bytes} octets is too large")
    return header_bytes, body_bytes


def _frame(header: bytes, body: bytes) -> Frame:
    try:
        fields = json.loads(header)
    except ValueError as error:
        raise PartUnavailable("a frame's header is not JSON") from error
    if not isinstance(fields, dict):
        raise PartUnavailable("a frame's header is not an object")
    return Frame(fields, body)
