"""Sound files."""

import struct

import numpy as np
import pytest

from gateway.errors import ConfigError
from gateway.rtp.g711 import PCMA, PCMU
from gateway.speech import wav

TONE = (8000 * np.sin(np.arange(8000) * 2 * np.pi * 440 / 8000)).astype("<i2").tobytes()


def riff(sound, tag=1, channels=1, rate=8000, bits=16, extra=b"", before=b""):
    layout = struct.pack("<HHIIHH", tag, channels, rate, rate * bits // 8, bits // 8, bits) + extra
    chunks = (
        before + b"fmt " + struct.pack("<I", len(layout)) + layout + b"data" + struct.pack("<I", len(sound)) + sound
    )
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def read(tmp_path, data):
    (tmp_path / "call.wav").write_bytes(data)
    return wav.read(tmp_path / "call.wav")


def test_samples_are_read_as_they_are(tmp_path):
    assert read(tmp_path, riff(TONE)) == TONE
    assert read(tmp_path, riff(TONE + b"\x01")) == TONE
    assert read(tmp_path, riff(TONE, before=b"LIST" + struct.pack("<I", 3) + b"abc\x00")) == TONE


def test_an_extensible_header_names_its_format(tmp_path):
    guid = struct.pack("<H", 1) + b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
    extra = struct.pack("<HHI", 22, 16, 4) + guid
    assert read(tmp_path, riff(TONE, tag=0xFFFE, extra=extra)) == TONE


def test_a_length_that_a_streaming_writer_left_open_means_the_rest(tmp_path):
    data = riff(TONE)
    at = data.index(b"data") + 4
    assert read(tmp_path, data[:at] + b"\xff\xff\xff\xff" + data[at + 4 :]) == TONE


@pytest.mark.parametrize(("codec", "tag"), [(PCMA, 6), (PCMU, 7)])
def test_both_laws_are_expanded(tmp_path, codec, tag):
    assert read(tmp_path, riff(codec.encode(TONE), tag=tag, bits=8)) == codec.decode(codec.encode(TONE))


def level(pcm):
    return np.sqrt(np.mean(np.frombuffer(pcm, "<i2").astype(float) ** 2))


@pytest.mark.parametrize(("hertz", "kept"), [(300, True), (1000, True), (3000, True), (5500, False), (7000, False)])
def test_16_khz_is_halved_without_aliases(tmp_path, hertz, kept):
    tone = (8000 * np.sin(np.arange(16000) * 2 * np.pi * hertz / 16000)).astype("<i2").tobytes()
    halved = read(tmp_path, riff(tone, rate=16000))
    assert len(halved) == len(tone) // 2
    ratio = level(halved[400:-400]) / level(tone)
    assert 0.97 < ratio < 1.03 if kept else ratio < 0.02


BAD = [
    b"",
    b"no sound at all",
    riff(TONE)[:20],
    riff(TONE, channels=2),
    riff(TONE, rate=44100),
    riff(TONE, bits=8),
    riff(TONE, tag=3),
    riff(TONE, tag=0xFFFE),
    b"RIFF\x00\x00\x00\x00WAVEdata\x02\x00\x00\x00ab",
]


@pytest.mark.parametrize("data", BAD)
def test_what_cannot_be_heard_is_refused_with_what_would_do(tmp_path, data):
    with pytest.raises(ConfigError, match=r"call\.wav: .*; give a WAV file with one channel"):
        read(tmp_path, data)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="No such file"):
        wav.read(tmp_path / "nothing.wav")


def test_no_sound_is_no_fault(tmp_path):
    assert read(tmp_path, riff(b"")) == b""
    assert read(tmp_path, riff(b"", rate=16000)) == b""
