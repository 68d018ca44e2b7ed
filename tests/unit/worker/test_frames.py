"""Frames: what is written is read; what is no frame is refused."""

import asyncio
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import PartUnavailable
from gateway.worker import frames
from gateway.worker.frames import Frame

HEADERS = st.dictionaries(
    st.text(max_size=20), st.one_of(st.integers(), st.text(max_size=50), st.booleans(), st.none())
)


def stream(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    reader.feed_eof()
    return reader


@given(st.lists(st.tuples(HEADERS, st.binary(max_size=2000)), max_size=5))
def test_both_readers_return_what_was_written(messages):
    sent = [Frame(header, body) for header, body in messages]
    data = b"".join(map(frames.encode, sent))
    pipe = io.BytesIO(data)
    assert [frames.read(pipe) for _ in sent] == sent
    assert frames.read(pipe) is None

    async def receive_all():
        reader = stream(data)
        return [await frames.receive(reader) for _ in range(len(sent) + 1)]

    assert asyncio.run(receive_all()) == [*sent, None]


@given(st.binary(max_size=200))
def test_any_octets_are_a_frame_or_refused(data):
    try:
        frame = frames.read(io.BytesIO(data))
    except PartUnavailable:
        return
    assert frame is None or isinstance(frame.header, dict)


@pytest.mark.parametrize("cut", [3, 9, 12, -1])
def test_a_cut_frame_is_the_end(cut):
    data = frames.encode(Frame({"a": 1}, b"12345678"))[:cut]
    assert frames.read(io.BytesIO(data)) is None


async def test_a_cut_frame_is_the_end_of_a_stream_too():
    assert await frames.receive(stream(frames.encode(Frame({"a": 1}, b"12345678"))[:-1])) is None


def test_too_large_is_refused_on_both_sides():
    with pytest.raises(PartUnavailable, match="too large"):
        frames.encode(Frame({}, bytes(frames.MAX_BODY_BYTES + 1)))
    with pytest.raises(PartUnavailable, match="too large"):
        frames.read(io.BytesIO(b"\x00\x00\x00\x02\x7f\xff\xff\xff{}"))


@pytest.mark.parametrize("header", [b"[1]", b"\xff\xff", b"{"])
def test_a_header_that_is_no_object_is_refused(header):
    with pytest.raises(PartUnavailable):
        frames.read(io.BytesIO(bytes([0, 0, 0, len(header), 0, 0, 0, 0]) + header))
