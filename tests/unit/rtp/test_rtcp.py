import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import RtpError
from gateway.rtp.rtcp import (
    Goodbye,
    ReceiverReport,
    ReportBlock,
    SenderReport,
    SourceDescription,
    build_compound,
    parse_compound,
)

word = st.integers(0, 2**32 - 1)
blocks = st.lists(
    st.builds(ReportBlock, word, st.integers(0, 255), st.integers(-(2**23), 2**23 - 1), word, word, word, word),
    max_size=3,
).map(tuple)
packets = st.one_of(
    st.builds(SenderReport, word, st.integers(0, 2**64 - 1), word, word, word, blocks),
    st.builds(ReceiverReport, word, blocks),
    st.builds(SourceDescription, word, st.text("abc@.", max_size=40)),
    st.builds(Goodbye, st.lists(word, max_size=3).map(tuple)),
)


@given(st.lists(packets, max_size=4))
def test_what_is_built_is_parsed(compound):
    assert list(parse_compound(build_compound(compound))) == compound


@given(st.binary(max_size=200))
def test_any_bytes_parse_or_are_refused(data):
    try:
        parse_compound(data)
    except RtpError:
        return


def test_other_packet_types_are_passed_over():
    app = bytes((0x80, 204, 0, 2)) + bytes(8)
    assert parse_compound(app + build_compound([Goodbye((5,))])) == (Goodbye((5,)),)


@pytest.mark.parametrize("data", [b"\x80", b"\x80\xc8\0\1\0\0\0\1", b"\x81\xc9\0\1\0\0\0\1", b"\x80\xc8\xff\xff"])
def test_what_is_cut_short_is_refused(data):
    with pytest.raises(RtpError):
        parse_compound(data)
