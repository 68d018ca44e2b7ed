"""Our side of a stream: numbered packets of audio, and key presses in their place."""

from collections.abc import Iterator

from gateway.errors import RtpError
from gateway.rtp.g711 import Codec
from gateway.rtp.jitterbuffer import FRAME_SAMPLES
from gateway.rtp.packet import RtpPacket
from gateway.rtp.telephone_event import press


class Sender:
    """One packet for each 20 ms. The first numbers are to be random (RFC 3550 section 5.1)."""

    def __init__(
        self, *, codec: Codec, event_payload_type: int | None, ssrc: int, first_sequence: int, first_timestamp: int
    ) -> None:
        self.codec = codec
        self._event_payload_type = event_payload_type
        self._ssrc = ssrc
        self._sequence = first_sequence & 0xFFFF
        self.timestamp = first_timestamp & 0xFFFFFFFF
        """Of the next packet."""
        self._marker = True
        self._presses: Iterator[RtpPacket] = iter(())

    def next_packet(self, pcm: bytes) -> RtpPacket:
        """Return the packet for 320 bytes of PCM, or the key press that goes in its place."""
        packet = next(self._presses, None) or self._audio(pcm)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.timestamp = (self.timestamp + FRAME_SAMPLES) & 0xFFFFFFFF
        return packet

    def press(self, digit: str, duration_ms: int) -> None:
        """Send a key press from the next packet on. Raises RtpError when the peer has not offered events."""
        if self._event_payload_type is None:
            raise RtpError("the peer takes no telephone events")
        self._presses = self._press_packets(self._event_payload_type, self.timestamp, digit, duration_ms)

    def _audio(self, pcm: bytes) -> RtpPacket:
        marker, self._marker = self._marker, False
        payload = self.codec.encode(pcm)
        return RtpPacket(self.codec.payload_type, self._sequence, self.timestamp, self._ssrc, payload, marker)

    def _press_packets(self, payload_type: int, timestamp: int, digit: str, duration_ms: int) -> Iterator[RtpPacket]:
        for index, payload in enumerate(press(digit, duration_ms)):
            yield RtpPacket(payload_type, self._sequence, timestamp, self._ssrc, payload, marker=index == 0)
        self._marker = True
