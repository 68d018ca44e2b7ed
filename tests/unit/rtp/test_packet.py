import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import RtpError
from gateway.rtp.packet import RtpPacket, build_packet, is_rtcp, parse_packet

packets = st.builds(
    RtpPacket,
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 65535),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2**32 - 1),
    payload=st.binary(max_size=400),
    marker=st.booleans(),
)


@given(packets)
def test_what_is_built_is_parsed(packet):
    assert parse_packet(build_packet(packet)) == packet


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x00", bytes(11), bytes(12), b"\x40" + bytes(20)])
def test_what_is_too_short_or_of_another_version_is_refused(data):
    with pytest.raises(RtpError):
        parse_packet(data)


def test_csrc_extension_and_padding_are_read_over():
    header = struct.pack("!BBHII", 0x80 | 0x20 | 0x10 | 2, 8, 1, 2, 3)
    data = header + bytes(8) + struct.pack("!HH", 0xBEDE, 1) + bytes(4) + b"voice" + b"\0\0\3"
    assert parse_packet(data).payload == b"voice"


@pytest.mark.parametrize(
    ("first", "rest"),
    [(0x8F, b"short"), (0x90, b"\0"), (0x90, struct.pack("!HH", 0, 99)), (0xA0, b"\0"), (0xA0, b"\xff")],
)
def test_lengths_that_lie_are_refused(first, rest):
    with pytest.raises(RtpError):
        parse_packet(struct.pack("!BBHII", first, 8, 1, 2, 3) + rest)


def test_rtcp_is_told_from_rtp():
    assert is_rtcp(b"\x80\xc8")
    assert not is_rtcp(b"\x80\x08")
    assert not is_rtcp(b"\x80")
