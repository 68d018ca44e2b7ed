"""Positions of samples and of the call."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gateway.speech.audio import CallAudio


def frame(value, ms=20):
    return np.full(8 * ms, value, "<i2").tobytes()


def test_frames_follow_each_other():
    audio = CallAudio()
    for n in range(5):
        audio.add(frame(n + 1), 40 + 20 * n)
    assert (audio.begin, audio.end) == (0, 800)
    assert audio.read(160, 320) == frame(2)
    assert [audio.call_ms(sample) for sample in (0, 80, 800)] == [40, 50, 140]


def test_a_little_jitter_is_no_gap():
    audio = CallAudio()
    for at_ms in (0, 25, 33, 90):
        audio.add(frame(1), at_ms)
    assert audio.end == 4 * 160


def test_a_short_gap_is_silence():
    audio = CallAudio()
    audio.add(frame(1), 0)
    audio.add(frame(2), 320)
    assert audio.read(160, 160 + 2400) == bytes(4800)
    assert audio.call_ms(audio.end) == 340


def test_of_a_long_gap_a_second_is_silence_and_times_stay_right():
    audio = CallAudio()
    audio.add(frame(1), 0)
    audio.add(frame(2), 60_000)
    assert audio.end == 160 + 8000 + 160
    assert audio.read(160 + 8000, audio.end) == frame(2)
    assert audio.call_ms(160) == 20
    assert audio.call_ms(160 + 8000) == 60_000
    assert audio.call_ms(audio.end) == 60_020


def test_what_is_forgotten_keeps_no_memory_and_the_rest_its_place():
    audio = CallAudio()
    for n in range(100):
        audio.add(frame(n), n * 5000)
    audio.forget(audio.end - 160)
    assert audio.read(audio.begin, audio.end) == frame(99)
    assert audio.call_ms(audio.begin) == 99 * 5000
    assert len(audio._anchors) == 1


def test_half_a_sample_does_not_shift_what_follows():
    audio = CallAudio()
    audio.add(frame(1) + b"\x07", 0)
    audio.add(frame(2), 20)
    assert audio.read(160, 320) == frame(2)


def test_nothing_heard_is_at_the_beginning():
    assert CallAudio().call_ms(0) == 0


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3)), max_size=30))
def test_the_calls_clock_never_runs_back_and_no_frame_is_misplaced(steps):
    audio, at_ms = CallAudio(), 0
    for gap, cut in steps:
        at_ms += gap
        begin = audio.end
        audio.add(frame(7), at_ms)
        assert abs(audio.call_ms(audio.end - 160) - at_ms) <= 1100 + 20 * len(steps)
        assert audio.end >= begin + 160
        if cut == 0:
            audio.forget(begin)
    told = [audio.call_ms(sample) for sample in range(audio.begin, audio.end + 1, 160)]
    assert told == sorted(told)
