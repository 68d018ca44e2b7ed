"""The peer's side of a stream: packets of the accepted source into the jitter buffer and the key detector."""

from collections import Counter, deque

from gateway.rtp.concealment import Concealer
from gateway.rtp.frame import Frame, FrameKind, MediaEvent, SourceChanged, SourceResumed, SourceSilent
from gateway.rtp.g711 import CODECS, Codec
from gateway.rtp.jitterbuffer import FRAME_MS, FRAME_SAMPLES, JitterBuffer, Span, Verdict
from gateway.rtp.packet import Address, RtpPacket
from gateway.rtp.reception import Reception
from gateway.rtp.source import SourceLatch
from gateway.rtp.telephone_event import EventDetector

_SILENT_AFTER_S = 5.0
_MAX_PAYLOAD = 10 * FRAME_SAMPLES
_MAX_EVENTS = 32


class Receiver:
    """Plays one peer's packets as a steady stream of frames; memory is bounded."""

    def __init__(self, latch: SourceLatch, event_payload_type: int | None, now: float) -> None:
        self.counts: Counter[str] = Counter()
        """By the names of `StreamStats`."""
        self.events: deque[MediaEvent] = deque(maxlen=_MAX_EVENTS)
        self.buffer = JitterBuffer()
        self.reception: Reception | None = None
        """Of the SSRC that is playing."""
        self._latch = latch
        self._event_payload_type = event_payload_type
        self._concealer = Concealer()
        self._detector = EventDetector()
        self._candidate: RtpPacket | None = None
        self._last_heard = now
        self._silent = False
        self._position_ms = 0

    def receive(self, packet: RtpPacket, source: Address, now: float) -> None:
        """Take a packet from anywhere."""
        before = self._latch.remote
        admitted = self._latch.admit(packet, source)
        if not admitted:
            self.counts["foreign"] += 1
        if self._latch.remote != before:
            self.events.append(SourceChanged(self._latch.remote))
        for each in admitted:
            self._dispatch(each, now)

    def pull(self, now: float) -> Frame:
        """Return the next 20 ms."""
        self._watch_silence(now)
        self.events.extend(self._detector.expire(now))
        spans = self.buffer.pull()
        kind = self._kind(spans)
        if kind != "received":
            self.counts["silent_frames" if kind == "silence" else "concealed_frames"] += 1
        frame = Frame(b"".join(map(self._play, spans)), kind, self._position_ms)
        self._position_ms += FRAME_MS
        return frame

    def _dispatch(self, packet: RtpPacket, now: float) -> None:
        codec = CODECS.get(packet.payload_type)
        if packet.payload_type == self._event_payload_type:
            self._receive_event(packet, now)
        elif codec and 0 < len(packet.payload) <= _MAX_PAYLOAD:
            self._receive_audio(packet, codec, now)
        else:
            self.counts["ignored"] += 1

    def _receive_event(self, packet: RtpPacket, now: float) -> None:
        self._heard(now)
        if not self._detector.is_key(packet):
            self.counts["ignored"] += 1
            return
        if self.reception and packet.ssrc == self.reception.ssrc:
            self.reception.count_event(packet)
        self.events.extend(self._detector.receive(packet, self._position_ms, now))

    def _receive_audio(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        self._heard(now)
        self.counts["received"] += 1
        if self.reception is None:
            self.reception = Reception(packet)
        verdict = self._insert(packet, codec) if packet.ssrc == self.reception.ssrc else Verdict.BEYOND
        if verdict is Verdict.BEYOND:
            self._propose(packet, codec, now)
            return
        self._candidate = None
        self.reception.count(packet, now)
        if verdict is not Verdict.BUFFERED:
            self.counts[verdict.value] += 1

    def _propose(self, packet: RtpPacket, codec: Codec, now: float) -> None:
        """Believe a new SSRC or timestamp origin when a second packet follows on the first (RFC 3550 A.1)."""
        first, self._candidate = self._candidate, packet
        if first is None or not _follows(first, packet):
            self.counts["overflow"] += 1
            return
        self.counts["restarts"] += 1
        self.counts["lost"] += max(0, self.reception.lost) if self.reception else 0
        self._candidate, self.reception = None, Reception(first)
        self.buffer.start(first.timestamp)
        for each in (first, packet):
            self._insert(each, codec)
            self.reception.count(each, now)

    def _insert(self, packet: RtpPacket, codec: Codec) -> Verdict:
        return self.buffer.insert(packet.timestamp, codec.decode(packet.payload))

    def _kind(self, spans: tuple[Span, ...]) -> FrameKind:
        if all(isinstance(span, bytes) for span in spans):
            return "received"
        nothing = spans == (FRAME_SAMPLES,) and (self.reception is None or self._concealer.faded)
        return "silence" if nothing else "concealed"

    def _play(self, span: Span) -> bytes:
        return self._concealer.conceal(span) if isinstance(span, int) else self._concealer.receive(span)

    def _heard(self, now: float) -> None:
        self._last_heard = now
        if self._silent:
            self._silent = False
            self.events.append(SourceResumed(self._position_ms))

    def _watch_silence(self, now: float) -> None:
        if not self._silent and now - self._last_heard >= _SILENT_AFTER_S:
            self._silent = True
            self._latch.relearn()
            self.events.append(SourceSilent(self._position_ms))


def _follows(first: RtpPacket, second: RtpPacket) -> bool:
    near = (second.timestamp - first.timestamp) & 0xFFFFFFFF <= _MAX_PAYLOAD
    return second.ssrc == first.ssrc and (second.sequence - first.sequence) & 0xFFFF == 1 and near
