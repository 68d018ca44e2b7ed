"""What one call's media costs: a frame of 20 ms received, decoded, queued, played out, and one encoded and sent."""

import argparse
import time

from gateway.commands.bench.figure import Figure, plain
from gateway.ports import FRAME_BYTES
from gateway.rtp.g711 import PCMA
from gateway.rtp.source import SIGNALLED
from gateway.rtp.stream import MediaStream
from gateway.settings import Settings

FRAMES = 50_000
PEER = ("127.0.0.1", 40000)


def measure(args: argparse.Namespace, settings: Settings) -> list[Figure]:
    """Shuttle packets between two streams in memory."""
    del args, settings
    near, far = _stream(1), _stream(2)
    voice = bytes(range(256)) + bytes(FRAME_BYTES - 256)
    now = 0.0
    began = time.process_time()
    for _ in range(FRAMES):
        near.receive_datagram(far.push(voice), PEER, now)
        near.pull(now)
        now += 0.02
    cost_us = (time.process_time() - began) / FRAMES * 1e6
    return [
        plain("media.frame_both_ways", cost_us, "us"),
        plain("media.calls_per_core", 20_000 / cost_us, "calls"),
    ]


def _stream(ssrc: int) -> MediaStream:
    return MediaStream(
        codec=PCMA,
        event_payload_type=101,
        ssrc=ssrc,
        first_sequence=0,
        first_timestamp=0,
        remote=PEER,
        policy=SIGNALLED,
        now=0.0,
    )
