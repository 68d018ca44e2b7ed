"""How a ticket lies in the journal: one line, `LENGTH CRC JSON`, both numbers eight hexadecimal digits.

LENGTH counts the JSON's bytes, CRC is their CRC-32. The JSON has no line break in it, so a reader that meets damage
goes on at the next line; the length lets it read on even where only the line break is damaged.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

_HEADER: Final = re.compile(rb"([0-9a-f]{8}) ([0-9a-f]{8}) ")
_HEADER_BYTES: Final = 18


class Span(NamedTuple):
    """Bytes of a segment."""

    start: int
    end: int
    whole: bool
    """Whether they are one whole record; False for damage."""


def encode(payload: bytes) -> bytes:
    """Return the record of a ticket's JSON."""
    return b"%08x %08x %b\n" % (len(payload), zlib.crc32(payload), payload)


def payload(record: bytes) -> bytes | None:
    """Return the JSON of one record; None when it is damaged."""
    span = _record(record, 0)
    return record[_HEADER_BYTES : span.end - 1] if span else None


def scan(data: bytes) -> Iterator[Span]:
    """Yield the whole records and the damaged stretches of a segment, without gap or overlap."""
    position = damage = 0
    while position < len(data):
        span = _record(data, position)
        if span is None:
            position = _next_line(data, position)
            continue
        if damage < position:
            yield Span(damage, position, whole=False)
        yield span
        position = damage = span.end
    if damage < len(data):
        yield Span(damage, len(data), whole=False)


def _record(data: bytes, start: int) -> Span | None:
    header = _HEADER.match(data, start)
    if header is None:
        return None
    first = start + _HEADER_BYTES
    last = first + int(header[1], 16)
    if last >= len(data) or zlib.crc32(memoryview(data)[first:last]) != int(header[2], 16):
        return None
    return Span(start, last + 1, whole=True)


def _next_line(data: bytes, position: int) -> int:
    found = data.find(b"\n", position)
    return len(data) if found < 0 else found + 1
