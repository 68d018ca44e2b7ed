import random
import tracemalloc
from ipaddress import ip_network

import numpy as np
import pytest

from gateway.rtp.frame import SourceChanged, SourceResumed, SourceSilent
from gateway.rtp.g711 import PCMA, PCMU
from gateway.rtp.packet import RtpPacket, build_packet, parse_packet
from gateway.rtp.source import LATCH, SourcePolicy
from gateway.rtp.stream import SILENCE
from tests.unit.rtp.helpers import PEER, STRANGER, kinds, run, stream, talk, tone


def level(pcm: bytes) -> float:
    return float(np.sqrt(np.mean(np.frombuffer(pcm, "<i2").astype(float) ** 2)))


def test_a_tone_comes_out_whole_after_forty_milliseconds():
    media = stream()
    frames = run(media, {t: [talk(t)] for t in range(50)}, 50)
    assert kinds(frames) == "ss" + "r" * 48
    heard, said = b"".join(frame.pcm for frame in frames[2:]), PCMA.decode(PCMA.encode(tone(48 * 160)))
    assert heard[64:] == said[64:]  # the first 4 ms rise from silence
    assert [frame.position_ms for frame in frames] == list(range(0, 1000, 20))
    assert media.stats.lost == media.stats.late == 0


@pytest.mark.parametrize("samples", [80, 240, 320, 480])
def test_other_packet_lengths_play(samples):
    media = stream()
    due = {tick: [i for i in range(200) if i * samples // 160 == tick] for tick in range(100)}
    frames = run(media, {tick: [talk(i, samples=samples) for i in due[tick]] for tick in due}, 100)
    assert set(kinds(frames)[10:]) == {"r"}
    assert media.stats.lost == 0


def test_sequence_and_timestamp_wrap():
    media = stream()
    frames = run(media, {t: [talk(t, sequence=65530, timestamp=2**32 - 800)] for t in range(50)}, 50)
    assert kinds(frames)[2:] == "r" * 48
    assert media.stats.lost == 0


def test_a_call_of_more_packets_than_sequence_numbers():
    media = stream()
    for tick in range(66_000):
        packet = RtpPacket(8, tick % 65536, tick * 160, 7, b"\xd5" * 160)
        media.receive_datagram(build_packet(packet), PEER, tick / 50)
        media.pull(tick / 50)
    assert (media.stats.lost, media.stats.malformed, media.stats.received) == (0, 0, 66_000)


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x00", b"\x80\xc8", b"x" * 1500])
def test_junk_is_counted_and_the_call_is_not_deaf(data):
    media = stream()
    frames = run(media, {t: [data, talk(t)] for t in range(20)}, 20)
    assert kinds(frames)[2:] == "r" * 18
    assert media.stats.malformed == 20


def test_a_stranger_is_not_heard():
    media = stream()
    run(media, {t: [talk(t, ssrc=9)] for t in range(80)}, 80, source=STRANGER)
    assert (media.stats.foreign, media.stats.received) == (80, 0)
    assert media.remote == PEER


def test_order_does_not_matter_and_repeats_are_dropped():
    media = stream()
    frames = run(media, {t: [talk(t + 1), talk(t), talk(t)] for t in range(0, 50, 2)}, 50)
    assert kinds(frames)[4:] == "r" * 46
    assert media.stats.duplicate == 25


def test_a_gap_is_concealed_then_silent_then_over():
    media = stream()
    frames = run(media, {t: [talk(t)] for t in range(60) if not 20 <= t < 30}, 60)
    assert kinds(frames) == "ss" + "r" * 20 + "ccc" + "s" * 7 + "r" * 28
    assert level(frames[22].pcm) > 0.5 * level(frames[21].pcm)
    assert level(frames[26].pcm) == 0
    assert media.stats.lost == 10
    assert (media.stats.concealed_frames, media.stats.silent_frames) == (3, 9)


def test_concealment_goes_on_at_the_same_pitch():
    media = stream()
    frames = run(media, {t: [talk(t)] for t in range(40) if t != 20}, 40)
    made, original = (np.frombuffer(pcm, "<i2").astype(float) for pcm in (frames[22].pcm, tone(160, 20 * 160)))
    assert np.corrcoef(made, original)[0, 1] > 0.9


def test_late_packets_lengthen_the_delay_and_quiet_shortens_it_again():
    media = stream()
    late = {t: [talk(t - 5)] for t in range(60, 100)}
    frames = run(media, {t: [talk(t)] for t in range(50)} | late, 100)
    assert media.stats.late > 0
    assert kinds(frames)[-20:] == "r" * 20
    assert 40 <= media.stats.delay_ms <= 200
    quiet = {t: [build_packet(RtpPacket(8, t, t * 160, 7, b"\xd5" * 160))] for t in range(100, 700)}
    for tick, packets in quiet.items():
        media.receive_datagram(packets[0], PEER, tick / 50)
        media.pull(tick / 50)
    assert media.stats.dropped_frames > 0
    assert media.stats.delay_ms == 40


def test_random_jitter_within_the_bound_loses_nothing_after_the_first_second():
    chance = random.Random(101)
    arrivals: dict[int, list[bytes]] = {}
    for index in range(500):
        arrivals.setdefault(index + chance.randrange(5), []).append(talk(index))
    frames = run(stream(), arrivals, 500)
    assert kinds(frames)[100:].count("r") >= 398


def test_a_far_timestamp_costs_nothing_and_a_second_one_is_not_believed():
    media = stream()
    run(media, {t: [talk(t)] for t in range(20)}, 20)
    tracemalloc.start()
    for far in (600_000_000, 1_800_000_000, 5_000_000):
        media.receive_datagram(talk(20, timestamp=far), PEER, 0.4)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    frames = [media.pull(0.4), media.pull(0.4)]
    assert kinds(frames) == "rr"
    assert size < 20_000
    assert media.stats.overflow == 3


def test_a_new_ssrc_with_another_timestamp_plays_on_without_false_audio():
    media = stream()
    old = {t: [talk(t)] for t in range(50)}
    new = {t: [talk(t, ssrc=8, sequence=900, timestamp=1_000_000)] for t in range(50, 100)}
    frames = run(media, old | new, 100)
    assert kinds(frames)[2:].count("r") >= 96
    assert media.stats.restarts == 1
    assert len(frames) == 100


def test_a_sender_whose_clock_stood_still_is_followed():
    media = stream()
    paused = {t: [talk(t - 60)] for t in range(80, 140)}
    frames = run(media, {t: [talk(t)] for t in range(20)} | paused, 140)
    assert kinds(frames)[-40:] == "r" * 40


def test_both_laws_are_heard():
    media = stream()
    packets = {t: [build_packet(RtpPacket(0, t, t * 160, 7, PCMU.encode(tone(160, t * 160))))] for t in range(20)}
    frames = run(media, packets, 20)
    assert frames[10].pcm == PCMU.decode(PCMU.encode(tone(160, 8 * 160)))


def test_three_packets_in_a_row_teach_a_new_source_and_lose_nothing():
    media = stream(LATCH)
    frames = run(media, {t: [talk(t)] for t in range(20)}, 20, source=STRANGER)
    assert media.next_event() == SourceChanged(STRANGER)
    assert media.remote == STRANGER
    assert media.stats.received == 20
    assert "r" * 15 in kinds(frames)


def test_a_learnt_source_holds_until_a_re_invite():
    media = stream(LATCH)
    run(media, {t: [talk(t)] for t in range(5)}, 5, source=STRANGER)
    run(media, {t: [talk(t, ssrc=66)] for t in range(10)}, 10)
    assert media.stats.foreign == 2 + 10
    media.relearn(PEER, PCMU)
    run(media, {t: [talk(t, ssrc=66)] for t in range(10, 20)}, 20)
    assert media.remote == PEER
    assert parse_packet(media.push(SILENCE)).payload_type == 0


def test_the_signalled_source_is_never_pushed_aside():
    media = stream(LATCH)
    run(media, {0: [talk(0)]}, 1)
    run(media, {t: [talk(t, ssrc=66)] for t in range(20)}, 20, source=STRANGER)
    assert media.remote == PEER


def test_a_source_is_learnt_within_the_trunks_networks_only():
    media = stream(SourcePolicy(latch=True, networks=(ip_network("10.0.0.0/8"),)))
    run(media, {t: [talk(t)] for t in range(5)}, 5, source=STRANGER)
    assert media.remote == PEER
    run(media, {t: [talk(t)] for t in range(5)}, 5, source=("10.1.2.3", 4000))
    assert media.remote == ("10.1.2.3", 4000)


def test_a_silent_peer_is_told_and_its_return():
    media = stream()
    run(media, {0: [talk(0)]} | {t: [talk(t)] for t in range(300, 310)}, 310)
    assert [media.next_event(), media.next_event()] == [SourceSilent(5000), SourceResumed(6000)]


def test_what_we_send_is_numbered_and_wraps():
    media = stream()
    sent = [parse_packet(media.push(tone(160))) for _ in range(4)]
    assert [packet.sequence for packet in sent] == [65534, 65535, 0, 1]
    assert [packet.timestamp for packet in sent] == [0xFFFFFFF0, 144, 304, 464]
    assert [packet.marker for packet in sent] == [True, False, False, False]
    assert {packet.payload for packet in sent} == {PCMA.encode(tone(160))}


def test_reports_are_exchanged_and_give_loss_and_round_trip():
    ours, theirs = stream(), stream()
    for tick in range(600):
        now = tick / 50
        packet = theirs.push(SILENCE)
        if tick % 4:
            ours.receive_datagram(packet, PEER, now)
        theirs.receive_datagram(ours.push(SILENCE), PEER, now)
        for one, other in ((ours, theirs), (theirs, ours)):
            if report := one.rtcp_report(now):
                other.receive_rtcp(report, (PEER[0], PEER[1] + 1), now + 0.01)
    assert theirs.stats.peer_fraction_lost == pytest.approx(0.25, abs=0.02)
    assert 0 <= theirs.stats.round_trip_ms < 40
    ours.receive_rtcp(theirs.goodbye(13.0), (PEER[0], PEER[1] + 1), 13.0)
    ours.receive_rtcp(b"\x80\xc8", (PEER[0], PEER[1] + 1), 13.0)
    ours.receive_rtcp(b"", STRANGER, 13.0)
    assert (ours.stats.malformed, ours.stats.foreign) == (1, 1)
