"""RTP packets (RFC 3550 section 5.1): bytes to values and back."""

import struct
from typing import NamedTuple

from gateway.errors import RtpError

Address = tuple[str, int]
"""An IP address in text and a UDP port."""

VERSION = 2
_HEADER = struct.Struct("!BBHII")
_EXTENSION = struct.Struct("!HH")
_RTCP_TYPES = range(192, 224)


class RtpPacket(NamedTuple):
    """One RTP packet; CSRC list and header extension are read over and not kept."""

    payload_type: int
    """0 to 127."""
    sequence: int
    """16 bits, wraps."""
    timestamp: int
    """32 bits, wraps; samples of the payload's clock."""
    ssrc: int
    """32 bits: who speaks."""
    payload: bytes
    """Without padding; may be empty."""
    marker: bool = False
    """First packet of a talkspurt, or of a telephone event."""


def parse_packet(data: bytes) -> RtpPacket:
    """Read one packet; raises RtpError on anything else."""
    if len(data) < _HEADER.size:
        raise RtpError("shorter than the fixed header")
    first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if first >> 6 != VERSION:
        raise RtpError("not RTP version 2")
    start = _payload_start(data, first)
    end = len(data) - (data[-1] if first & 0x20 else 0)
    if start > end or (first & 0x20 and not data[-1]):
        raise RtpError("padding or header longer than the packet")
    return RtpPacket(second & 0x7F, sequence, timestamp, ssrc, data[start:end], bool(second & 0x80))


def build_packet(packet: RtpPacket) -> bytes:
    """Write one packet, without CSRC, extension or padding."""
    second = packet.payload_type | (0x80 if packet.marker else 0)
    return _HEADER.pack(VERSION << 6, second, packet.sequence, packet.timestamp, packet.ssrc) + packet.payload


def is_rtcp(data: bytes) -> bool:
    """Tell RTCP from RTP when both arrive on one port (RFC 5761 section 4)."""
    return len(data) > 1 and data[1] in _RTCP_TYPES


def _payload_start(data: bytes, first: int) -> int:
    start = _HEADER.size + 4 * (first & 0x0F)
    if not first & 0x10:
        return start
    if start + _EXTENSION.size > len(data):
        raise RtpError("header extension cut short")
    return start + _EXTENSION.size + 4 * int(_EXTENSION.unpack_from(data, start)[1])
