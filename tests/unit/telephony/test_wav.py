import numpy as np
import pytest

from gateway.errors import UsageError
from gateway.rtp.g711 import PCMA, PCMU
from gateway.telephony.wav import halve_rate, read_wav
from tests.unit.telephony.sounds import level, tone, write


def test_other_chunks_are_read_over(tmp_path):
    assert read_wav(write(tmp_path / "a.wav", tone(0.5), extra=b"LIST\3\0\0\0abc\0")) == tone(0.5)


def test_eight_kilohertz_is_taken_as_it_is(tmp_path):
    assert read_wav(write(tmp_path / "a.wav", tone(0.5))) == tone(0.5)


@pytest.mark.parametrize(("codec", "code"), [(PCMA, 6), (PCMU, 7)])
def test_both_laws(tmp_path, codec, code):
    path = write(tmp_path / "a.wav", codec.encode(tone(0.1)), code=code, bits=8)
    assert read_wav(path) == codec.decode(codec.encode(tone(0.1)))


def test_stereo_is_mixed(tmp_path):
    stereo = np.repeat(np.frombuffer(tone(0.1), "<i2"), 2).tobytes()
    assert read_wav(write(tmp_path / "a.wav", stereo, channels=2)) == tone(0.1)


def test_sixteen_kilohertz_keeps_the_voice_band_and_its_length(tmp_path):
    pcm = read_wav(write(tmp_path / "a.wav", tone(1, frequency=1000, rate=16000), rate=16000))
    assert len(pcm) == 16000
    assert level(pcm[2000:-2000]) == pytest.approx(level(tone(1)), rel=0.01)


def test_what_would_alias_is_taken_out():
    high = np.frombuffer(tone(1, frequency=5000, rate=16000), "<i2").astype(float)
    assert np.std(halve_rate(high)[100:-100]) < 0.01 * np.std(high)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"RIFF\0\0\0\0WAVEfmt \x04\0\0\0abcd", b"x" * 100])
def test_what_is_no_wav_file_is_refused_by_name(tmp_path, data):
    path = tmp_path / "broken.wav"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"broken\.wav"):
        read_wav(path)


def test_other_rates_and_missing_files_are_refused(tmp_path):
    with pytest.raises(UsageError, match="44100"):
        read_wav(write(tmp_path / "a.wav", tone(0.1), rate=44100))
    with pytest.raises(UsageError, match="No such file"):
        read_wav(tmp_path / "none.wav")
