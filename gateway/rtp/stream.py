"""One call's media, both ways, without a socket or a clock: datagrams and `now` in, frames, packets and events out."""

from dataclasses import replace

from gateway.errors import RtpError
from gateway.rtp.frame import Frame, MediaEvent, StreamStats
from gateway.rtp.g711 import Codec
from gateway.rtp.jitterbuffer import FRAME_BYTES
from gateway.rtp.packet import Address, build_packet, is_rtcp, parse_packet
from gateway.rtp.receiver import Receiver
from gateway.rtp.reporting import Reporter
from gateway.rtp.sender import Sender
from gateway.rtp.source import SourceLatch, SourcePolicy

SILENCE = bytes(FRAME_BYTES)
"""One frame of nothing: sent when there is nothing to say, so that the peer and the NATs on the way stay awake."""


class MediaStream:
    """A steady stream of frames from one peer, and packets to it. Nothing a peer sends makes it raise or grow."""

    def __init__(
        self,
        *,
        codec: Codec,
        event_payload_type: int | None,
        ssrc: int,
        first_sequence: int,
        first_timestamp: int,
        remote: Address,
        policy: SourcePolicy,
        now: float,
    ) -> None:
        self._latch = SourceLatch(remote, policy)
        self._receiver = Receiver(self._latch, event_payload_type, now)
        self._reporter = Reporter(ssrc, now)
        self._sender = Sender(
            codec=codec,
            event_payload_type=event_payload_type,
            ssrc=ssrc,
            first_sequence=first_sequence,
            first_timestamp=first_timestamp,
        )

    @property
    def remote(self) -> Address:
        """Where packets are to be sent."""
        return self._latch.remote

    def relearn(self, remote: Address | None = None, codec: Codec | None = None) -> None:
        """After a re-INVITE: the peer may have moved, and may want another codec."""
        self._latch.relearn(remote)
        self._sender.codec = codec or self._sender.codec

    def receive_datagram(self, data: bytes, source: Address, now: float) -> None:
        """Take what came to the RTP port. Never raises: what is no packet of the peer's is counted and forgotten."""
        if is_rtcp(data):
            self.receive_rtcp(data, source, now)
            return
        try:
            packet = parse_packet(data)
        except RtpError:
            self._receiver.counts["malformed"] += 1
            return
        self._receiver.receive(packet, source, now)

    def receive_rtcp(self, data: bytes, source: Address, now: float) -> None:
        """Take what came to the RTCP port. Never raises."""
        if source[0] != self.remote[0]:
            self._receiver.counts["foreign"] += 1
            return
        try:
            self._reporter.receive(data, now)
        except RtpError:
            self._receiver.counts["malformed"] += 1

    def pull(self, now: float) -> Frame:
        """Return the next 20 ms of the peer's audio; to be called every 20 ms, whatever came."""
        return self._receiver.pull(now)

    def push(self, pcm: bytes) -> bytes:
        """Return the packet for our next 20 ms, 320 bytes of PCM, to be sent to `remote`. The caller keeps the pace."""
        packet = self._sender.next_packet(pcm)
        self._reporter.sent(len(packet.payload))
        return build_packet(packet)

    def press(self, digit: str, duration_ms: int = 100) -> None:
        """Send a key press in place of the next frames. Raises RtpError when the peer has not offered events."""
        self._sender.press(digit, duration_ms)

    def rtcp_report(self, now: float) -> bytes | None:
        """Return the compound packet to send to the peer's RTCP port, when one is due."""
        return self._reporter.due(now, self._sender.timestamp, self._receiver.reception)

    def goodbye(self, now: float) -> bytes:
        """Return the compound packet that ends this stream."""
        return self._reporter.goodbye(now, self._sender.timestamp, self._receiver.reception)

    def next_event(self) -> MediaEvent | None:
        """Return what happened, in order; at most 32 wait, the oldest are given up."""
        events = self._receiver.events
        return events.popleft() if events else None

    @property
    def stats(self) -> StreamStats:
        """The counters as they stand."""
        receiver, heard = self._receiver, self._receiver.reception
        return replace(
            StreamStats(**receiver.counts),
            lost=receiver.counts["lost"] + (max(0, heard.lost) if heard else 0),
            jitter_ms=heard.jitter_ms if heard else 0.0,
            delay_ms=receiver.buffer.delay_ms,
            dropped_frames=receiver.buffer.dropped_frames,
            sent=self._reporter.packets,
            round_trip_ms=self._reporter.round_trip_ms,
            peer_fraction_lost=self._reporter.peer_fraction_lost,
        )
