import struct

import numpy as np
import pytest

from gateway.rtp.g711 import CODECS, PCMA, PCMU

LAWS = [PCMA, PCMU]


@pytest.mark.parametrize(
    ("codec", "code", "linear"),
    [  # ITU-T G.711 tables 1 and 2, at 16 bits
        (PCMA, 0xD5, 8),
        (PCMA, 0x55, -8),
        (PCMA, 0xAA, 32256),
        (PCMA, 0x2A, -32256),
        (PCMU, 0xFF, 0),
        (PCMU, 0x80, 32124),
        (PCMU, 0x00, -32124),
        (PCMU, 0xEF, 132),
    ],
)
def test_known_values(codec, code, linear):
    assert struct.unpack("<h", codec.decode(bytes([code])))[0] == linear


@pytest.mark.parametrize("codec", LAWS)
def test_every_code_comes_back(codec):
    codes = bytes(code for code in range(256) if (codec, code) != (PCMU, 0x7F))  # the second zero of mu-law
    assert codec.encode(codec.decode(codes)) == codes


@pytest.mark.parametrize("codec", LAWS)
def test_every_sample_keeps_its_order_and_its_step(codec):
    samples = np.arange(-32768, 32768).astype("<i2")
    decoded = np.frombuffer(codec.decode(codec.encode(samples.tobytes())), "<i2").astype(int)
    half_step = np.maximum(8, (np.abs(samples.astype(int)) + 132) / 32) + 1
    assert (np.abs(decoded - samples) <= half_step).all()
    assert (np.diff(decoded) >= 0).all()


def test_silence_of_a_law_is_quiet_in_a_law():
    assert PCMA.encode(bytes(2)) == b"\xd5"
    assert PCMU.encode(bytes(2)) == b"\xff"


def test_a_whisper_keeps_its_sixteen_bits():
    whisper = (60 * np.sin(np.arange(8000) * 0.3)).astype("<i2")
    heard = np.frombuffer(PCMA.decode(PCMA.encode(whisper.tobytes())), "<i2").astype(float)
    noise = heard - whisper
    assert 10 * np.log10((whisper.astype(float) ** 2).sum() / (noise**2).sum()) > 15


def test_the_static_payload_types():
    assert {number: codec.name for number, codec in CODECS.items()} == {8: "PCMA", 0: "PCMU"}
