"""What was heard of one source: loss and jitter as RFC 3550 counts them (appendix A.1, A.3, A.8)."""

from gateway.rtp.packet import RtpPacket
from gateway.rtp.rtcp import ReportBlock

CLOCK_RATE = 8000
_WRAP = 1 << 16
_HALF = 1 << 15
_MAX_LOST = 0x7FFFFF


class Reception:
    """The counters of one SSRC, from its first packet on."""

    def __init__(self, first: RtpPacket) -> None:
        self.ssrc = first.ssrc
        self._first = first.sequence
        self._highest = first.sequence
        self._received = 0
        self._jitter = 0.0
        self._transit: float | None = None
        self._at_last_report = (0, 0)

    def count(self, packet: RtpPacket, now: float) -> None:
        """Take a packet that arrived at `now`, seconds."""
        self._received += 1
        self._advance(packet.sequence)
        transit = now * CLOCK_RATE - packet.timestamp
        if self._transit is not None:
            self._smooth(abs(transit - self._transit))
        self._transit = transit

    def count_event(self, packet: RtpPacket) -> None:
        """Take a telephone event: its timestamp is its beginning's, so it says nothing of jitter."""
        self._received += 1
        self._advance(packet.sequence)

    def _advance(self, sequence: int) -> None:
        step = (sequence - self._highest) % _WRAP
        if step < _HALF:
            self._highest += step

    def _smooth(self, difference: float) -> None:
        if difference < CLOCK_RATE:  # the timestamp jumped or wrapped: that is no jitter
            self._jitter += (difference - self._jitter) / 16

    @property
    def expected(self) -> int:
        """Packets the source sent, judged by its sequence numbers."""
        return self._highest - self._first + 1

    @property
    def lost(self) -> int:
        """Packets that never came; negative when some came twice."""
        return self.expected - self._received

    @property
    def jitter_ms(self) -> float:
        """Interarrival jitter, milliseconds."""
        return self._jitter * 1000 / CLOCK_RATE

    def report(self, last_sr: int, delay_since_last_sr: int) -> ReportBlock:
        """Return the report block since the last call of this method."""
        expected, received = self.expected - self._at_last_report[0], self._received - self._at_last_report[1]
        self._at_last_report = (self.expected, self._received)
        fraction = max(0, expected - received) * 256 // expected if expected > 0 else 0
        return ReportBlock(
            ssrc=self.ssrc,
            fraction_lost=min(fraction, 255),
            cumulative_lost=max(-_MAX_LOST, min(self.lost, _MAX_LOST)),
            highest_sequence=self._highest & 0xFFFFFFFF,
            jitter=int(self._jitter),
            last_sr=last_sr,
            delay_since_last_sr=delay_since_last_sr,
        )
