"""RTCP of one stream: our reports when they are due, and what the peer's say (RFC 3550 section 6)."""

from gateway.rtp.reception import Reception
from gateway.rtp.rtcp import (
    Goodbye,
    ReceiverReport,
    ReportBlock,
    RtcpPacket,
    SenderReport,
    SourceDescription,
    build_compound,
    parse_compound,
)

INTERVAL_S = 5.0
"""The recommended minimum (section 6.2)."""

_UNITS = 65536
_WORD = 0xFFFFFFFF


class Reporter:
    """Counts what is sent, and keeps what the peer last reported."""

    def __init__(self, ssrc: int, now: float) -> None:
        self._ssrc = ssrc
        self._next = now + INTERVAL_S / 2  # the first one sooner (section 6.2)
        self._last_sr: tuple[int, float] | None = None
        self.packets = 0
        self.octets = 0
        self.round_trip_ms: float | None = None
        self.peer_fraction_lost: float | None = None

    def sent(self, octets: int) -> None:
        """Count a packet of ours by its payload."""
        self.packets += 1
        self.octets += octets

    def receive(self, data: bytes, now: float) -> None:
        """Take the peer's compound packet; raises RtpError where it is broken."""
        for packet in parse_compound(data):
            if isinstance(packet, SenderReport):
                self._last_sr = ((packet.ntp_time >> 16) & _WORD, now)
            if isinstance(packet, SenderReport | ReceiverReport):
                self._read_blocks(packet.blocks, now)

    def due(self, now: float, timestamp: int, reception: Reception | None) -> bytes | None:
        """Return a report, every five seconds."""
        if now < self._next:
            return None
        self._next = now + INTERVAL_S
        return build_compound(self._report(now, timestamp, reception))

    def goodbye(self, now: float, timestamp: int, reception: Reception | None) -> bytes:
        """Return a last report with BYE."""
        return build_compound([*self._report(now, timestamp, reception), Goodbye((self._ssrc,))])

    def _report(self, now: float, timestamp: int, reception: Reception | None) -> list[RtcpPacket]:
        blocks = (self._block(reception, now),) if reception else ()
        report: RtcpPacket = (
            SenderReport(self._ssrc, _ntp(now), timestamp, self.packets, self.octets, blocks)
            if self.packets
            else ReceiverReport(self._ssrc, blocks)
        )
        return [report, SourceDescription(self._ssrc, f"{self._ssrc:08x}@intake101")]

    def _block(self, reception: Reception, now: float) -> ReportBlock:
        if self._last_sr is None:
            return reception.report(0, 0)
        middle, at = self._last_sr
        return reception.report(middle, max(0, min(int((now - at) * _UNITS), _WORD)))

    def _read_blocks(self, blocks: tuple[ReportBlock, ...], now: float) -> None:
        for block in blocks:
            if block.ssrc == self._ssrc:
                self.peer_fraction_lost = block.fraction_lost / 256
                self.round_trip_ms = _round_trip_ms(block, now) if block.last_sr else self.round_trip_ms


def _round_trip_ms(block: ReportBlock, now: float) -> float:
    """Section 6.4.1, figure 2."""
    units = ((_ntp(now) >> 16) - block.last_sr - block.delay_since_last_sr) & _WORD
    return units * 1000 / _UNITS


def _ntp(now: float) -> int:
    """NTP format of our monotonic clock; its origin need not be 1900 (section 4)."""
    return int(now * (1 << 32)) & 0xFFFFFFFFFFFFFFFF
