"""A peer made of pure functions, and a stream that is moved by hand."""

import math
import struct

from gateway.rtp.g711 import PCMA
from gateway.rtp.packet import RtpPacket, build_packet
from gateway.rtp.source import SIGNALLED, SourcePolicy
from gateway.rtp.stream import Frame, MediaStream

PEER = ("192.0.2.1", 40000)
STRANGER = ("198.51.100.9", 5555)
EVENTS = 101


def tone(samples: int, start: int = 0, frequency: float = 440.0, peak: int = 8000) -> bytes:
    values = (round(peak * math.sin(2 * math.pi * frequency * (start + n) / 8000)) for n in range(samples))
    return b"".join(struct.pack("<h", value) for value in values)


def talk(index: int, *, samples: int = 160, ssrc: int = 7, sequence: int = 0, timestamp: int = 0) -> bytes:
    """The packet number `index` of a peer that plays one unbroken tone."""
    payload = PCMA.encode(tone(samples, index * samples))
    packet = RtpPacket(8, (sequence + index) % 65536, (timestamp + index * samples) % (1 << 32), ssrc, payload)
    return build_packet(packet)


def stream(policy: SourcePolicy = SIGNALLED) -> MediaStream:
    return MediaStream(
        codec=PCMA,
        event_payload_type=EVENTS,
        ssrc=1,
        first_sequence=65534,
        first_timestamp=0xFFFFFFF0,
        remote=PEER,
        policy=policy,
        now=0.0,
    )


def run(media: MediaStream, packets: dict[int, list[bytes]], ticks: int, source: tuple[str, int] = PEER) -> list[Frame]:
    """Deliver `packets[tick]` before each tick's pull, 20 ms apart."""
    frames = []
    for tick in range(ticks):
        for data in packets.get(tick, []):
            media.receive_datagram(data, source, tick / 50)
        frames.append(media.pull(tick / 50))
    return frames


def kinds(frames: list[Frame]) -> str:
    return "".join(frame.kind[0] for frame in frames)
