import socket

import pytest

from gateway.errors import PartUnavailable
from gateway.telephony.gaps import GapHistogram
from gateway.telephony.player import MAX_QUEUED_S, Player
from gateway.telephony.port_range import PortRange, any_pair


def free_base() -> int:
    pair = any_pair("127.0.0.1")
    port = pair.port
    pair.close()
    return port


class TestPlayer:
    def test_speech_comes_out_frame_by_frame_and_ends(self):
        player = Player()
        assert player.play(b"\1" * 330) == pytest.approx(0.04)
        assert player.next_frame() == b"\1" * 320
        assert player.next_frame() == b"\1" * 10 + bytes(310)
        assert player.next_frame() is None
        assert player.remaining_s == 0

    def test_it_follows_what_is_queued_and_can_be_stopped(self):
        player = Player()
        player.play(b"\1" * 320)
        assert player.play(b"\2" * 320) == pytest.approx(0.04)
        player.stop()
        assert player.next_frame() is None

    def test_the_queue_is_bounded(self):
        player = Player()
        minute = bytes(16000 * 60)
        assert [round(player.play(minute)) for _ in range(5)] == [60, 120, 180, 180, 180]
        assert MAX_QUEUED_S == 180


class TestPortRange:
    def test_pairs_are_even_and_come_back_last(self):
        base = free_base()
        ports = PortRange("127.0.0.1", range(base, base + 2))
        pair = ports.take()
        assert (pair.port, ports.free) == (base, 0)
        with pytest.raises(PartUnavailable):
            ports.take()
        ports.give_back(pair)
        assert ports.free == 1
        ports.give_back(ports.take())

    def test_a_port_in_use_elsewhere_is_passed_over(self):
        base = free_base()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", base + 1))
            ports = PortRange("127.0.0.1", range(base, base + 6))
            pair = ports.take()
            assert pair.port > base
            ports.give_back(pair)

    def test_a_thousand_calls_out_of_a_small_range(self):
        base = free_base()
        ports = PortRange("127.0.0.1", range(base, base + 8))
        for _ in range(1000):
            ports.give_back(ports.take())


def test_gaps_are_counted_in_milliseconds():
    gaps = GapHistogram()
    for _ in range(99):
        gaps.add(0.0202)
    gaps.add(5.0)
    stats = gaps.stats()
    assert (stats.count, stats.p50_ms, stats.p99_ms, stats.max_ms) == (100, 21.0, 21.0, 5000.0)
    assert GapHistogram().stats().p99_ms == 0
