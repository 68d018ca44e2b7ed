import struct

import pytest

from gateway.errors import RtpError
from gateway.rtp.packet import RtpPacket, build_packet, parse_packet
from gateway.rtp.stream import SILENCE
from gateway.rtp.telephone_event import DigitPressed, press
from tests.unit.rtp.helpers import EVENTS, PEER, kinds, run, stream, talk


def event(timestamp: int, payload: bytes, sequence: int = 0) -> bytes:
    return build_packet(RtpPacket(EVENTS, sequence, timestamp, 7, payload))


def digits(media) -> list[DigitPressed]:
    found = iter(media.next_event, None)
    return [each for each in found if isinstance(each, DigitPressed)]


def test_a_press_is_told_once_though_its_end_comes_three_times():
    media = stream()
    run(media, {tick: [event(8000, payload)] for tick, payload in enumerate(press("5", 100))}, 20)
    assert digits(media) == [DigitPressed("5", 100, 0)]


def test_a_press_whose_ends_are_lost_is_told_after_a_while():
    media = stream()
    run(media, {0: [event(8000, bytes((11, 10)) + struct.pack("!H", 480))]}, 20)
    assert digits(media) == [DigitPressed("#", 60, 0)]


def test_a_next_press_ends_the_one_before():
    media = stream()
    run(media, {0: [event(8000, b"\1\n\0\xa0")], 2: [event(9000, b"\2\x8a\0\xa0")]}, 3)
    assert [each.digit for each in digits(media)] == ["1", "2"]


@pytest.mark.parametrize("payload", [b"", b"\1", b"\x10\x80\0\xa0", b"\xff\xff\xff\xff"])
def test_flash_and_empty_events_are_ignored(payload):
    media = stream()
    frames = run(media, {t: [talk(t), event(t, payload)] for t in range(10)}, 10)
    assert digits(media) == []
    assert kinds(frames)[-5:] == "rrrrr"
    assert media.stats.ignored == 10


def test_our_press_goes_out_in_place_of_audio_and_is_understood_by_a_stream():
    media, peer = stream(), stream()
    media.press("9", 60)
    sent = [media.push(SILENCE) for _ in range(8)]
    for tick, data in enumerate(sent):
        peer.receive_datagram(data, PEER, tick / 50)
    assert [parse_packet(data).payload_type for data in sent] == [EVENTS] * 5 + [8] * 3
    assert [parse_packet(data).marker for data in sent] == [True] + [False] * 4 + [True] + [False] * 2
    assert [(each.digit, each.duration_ms) for each in digits(peer)] == [("9", 60)]


def test_no_press_where_none_was_offered():
    media = stream()
    media._sender._event_payload_type = None
    with pytest.raises(RtpError):
        media.press("1")
