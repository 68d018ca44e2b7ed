"""RTCP packets (RFC 3550 section 6): sender and receiver reports, source description, goodbye."""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gateway.errors import RtpError
from gateway.rtp.packet import VERSION

_HEADER = struct.Struct("!BBH")
_SENDER = struct.Struct("!QIII")
_BLOCK = struct.Struct("!IIIIII")
_WORD = struct.Struct("!I")
_SR, _RR, _SDES, _BYE = 200, 201, 202, 203
_CNAME = 1
_MAX_COUNT = 31
_LOST_MASK = 0xFFFFFF


@dataclass(frozen=True, slots=True)
class ReportBlock:
    """What one receiver heard of one source (section 6.4.1)."""

    ssrc: int
    """The source reported on."""
    fraction_lost: int
    """Of 256, since the last report."""
    cumulative_lost: int
    """Packets since the beginning; negative when there were duplicates."""
    highest_sequence: int
    """Extended with the count of wraps."""
    jitter: int
    """Interarrival jitter in timestamp units."""
    last_sr: int = 0
    """Middle 32 bits of the last SR's NTP time, or 0."""
    delay_since_last_sr: int = 0
    """In 1/65536 s."""


@dataclass(frozen=True, slots=True)
class SenderReport:
    """SR: what the sender sent so far, and what it heard."""

    ssrc: int
    ntp_time: int
    """64-bit NTP format; of any origin."""
    rtp_timestamp: int
    packets: int
    octets: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    """RR: what a participant heard that sends nothing itself."""

    ssrc: int
    blocks: tuple[ReportBlock, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """SDES with the one item that is mandatory."""

    ssrc: int
    cname: str


@dataclass(frozen=True, slots=True)
class Goodbye:
    """BYE: these sources leave."""

    ssrcs: tuple[int, ...]


RtcpPacket = SenderReport | ReceiverReport | SourceDescription | Goodbye


def parse_compound(data: bytes) -> tuple[RtcpPacket, ...]:
    """Read a compound packet; other packet types in it are passed over. Raises RtpError where its framing is broken."""
    return tuple(packet for kind, count, body in _split(data) if (packet := _parse_one(kind, count, body)))


def build_compound(packets: Sequence[RtcpPacket]) -> bytes:
    """Write a compound packet."""
    return b"".join(_build_one(packet) for packet in packets)


def _split(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    offset = 0
    while offset < len(data):
        if offset + _HEADER.size > len(data):
            raise RtpError("RTCP header cut short")
        first, kind, words = _HEADER.unpack_from(data, offset)
        end = offset + 4 * (words + 1)
        if first >> 6 != VERSION or end > len(data):
            raise RtpError("RTCP version or length is wrong")
        yield kind, first & 0x1F, data[offset + _HEADER.size : end]
        offset = end


def _parse_one(kind: int, count: int, body: bytes) -> RtcpPacket | None:
    try:
        return _PARSERS[kind](count, body) if kind in _PARSERS else None
    except struct.error as error:
        raise RtpError("RTCP body cut short") from error


def _parse_sender_report(count: int, body: bytes) -> SenderReport:
    ssrc = int(_WORD.unpack_from(body)[0])
    ntp, timestamp, packets, octets = _SENDER.unpack_from(body, 4)
    return SenderReport(ssrc, ntp, timestamp, packets, octets, _parse_blocks(count, body, 4 + _SENDER.size))


def _parse_receiver_report(count: int, body: bytes) -> ReceiverReport:
    return ReceiverReport(int(_WORD.unpack_from(body)[0]), _parse_blocks(count, body, 4))


def _parse_blocks(count: int, body: bytes, offset: int) -> tuple[ReportBlock, ...]:
    return tuple(_parse_block(body, offset + _BLOCK.size * index) for index in range(count))


def _parse_block(body: bytes, offset: int) -> ReportBlock:
    ssrc, lost, highest, jitter, last_sr, delay = _BLOCK.unpack_from(body, offset)
    cumulative = lost & _LOST_MASK
    signed = cumulative - (1 << 24) if cumulative >> 23 else cumulative
    return ReportBlock(ssrc, lost >> 24, signed, highest, jitter, last_sr, delay)


def _parse_description(_count: int, body: bytes) -> SourceDescription | None:
    if len(body) < 6 or body[4] != _CNAME:
        return None
    return SourceDescription(int(_WORD.unpack_from(body)[0]), body[6 : 6 + body[5]].decode("utf-8", "replace"))


def _parse_goodbye(count: int, body: bytes) -> Goodbye:
    return Goodbye(struct.unpack_from(f"!{count}I", body))


_PARSERS: dict[int, Callable[[int, bytes], RtcpPacket | None]] = {
    _SR: _parse_sender_report,
    _RR: _parse_receiver_report,
    _SDES: _parse_description,
    _BYE: _parse_goodbye,
}


def _build_one(packet: RtcpPacket) -> bytes:
    kind, count, body = _body(packet)
    return _HEADER.pack(VERSION << 6 | count, kind, len(body) // 4) + body


def _body(packet: RtcpPacket) -> tuple[int, int, bytes]:
    match packet:
        case SenderReport(ssrc, ntp, timestamp, packets, octets, blocks):
            words = 0xFFFFFFFF
            sender = _SENDER.pack(ntp, timestamp, packets & words, octets & words)
            return _SR, len(blocks), _WORD.pack(ssrc) + sender + _pack_blocks(blocks)
        case ReceiverReport(ssrc, blocks):
            return _RR, len(blocks), _WORD.pack(ssrc) + _pack_blocks(blocks)
        case SourceDescription(ssrc, cname):
            return _SDES, 1, _WORD.pack(ssrc) + _pack_cname(cname.encode()[:255])
        case Goodbye(ssrcs):
            return _BYE, len(ssrcs), b"".join(map(_WORD.pack, ssrcs))


def _pack_blocks(blocks: tuple[ReportBlock, ...]) -> bytes:
    if len(blocks) > _MAX_COUNT:
        raise RtpError("more report blocks than one packet holds")
    return b"".join(
        _BLOCK.pack(
            b.ssrc,
            b.fraction_lost << 24 | (b.cumulative_lost & _LOST_MASK),
            b.highest_sequence,
            b.jitter,
            b.last_sr,
            b.delay_since_last_sr,
        )
        for b in blocks
    )


def _pack_cname(cname: bytes) -> bytes:
    """One item, then at least one null octet up to the next word (section 6.5)."""
    item = bytes((_CNAME, len(cname))) + cname
    return item + bytes(4 - len(item) % 4)
