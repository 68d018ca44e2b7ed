"""Whatever comes to the RTP and RTCP ports: no exception, no growth, and the next good packets play."""

import random
import tracemalloc

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.rtp.rtcp import ReceiverReport, ReportBlock, build_compound
from tests.unit.rtp.helpers import PEER, STRANGER, kinds, run, stream, talk


def mutate(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(len(changed) + 1)] if chance.random() < 0.3 else changed)


@given(st.lists(st.binary(max_size=64), max_size=30))
@settings(max_examples=150, deadline=None)
def test_any_bytes_at_any_time(datagrams):
    media = stream()
    frames = run(media, {t: [data] for t, data in enumerate(datagrams)}, len(datagrams))
    assert all(len(frame.pcm) == 320 for frame in frames)


def test_mutated_packets_cost_nothing_and_the_next_good_ones_play():
    chance = random.Random(33)
    report = build_compound([ReceiverReport(7, (ReportBlock(1, 0, 0, 0, 0),))])
    voice = [talk(index) for index in range(50)]
    media = stream()
    tracemalloc.start()
    for tick in range(20_000):
        data = mutate(chance.choice((voice[tick % 50], report)), chance)
        media.receive_datagram(data, chance.choice((PEER, PEER, STRANGER)), tick / 50)
        media.receive_rtcp(data, PEER, tick / 50)
        assert len(media.pull(tick / 50).pcm) == 320
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 200_000
    good = {t: [talk(t, ssrc=77, sequence=5, timestamp=4_000_000)] for t in range(50)}
    assert kinds(run(media, good, 50)).endswith("r" * 40)
