import wave

import pytest

from gateway.telephony.recorder import Recorder, header, interleave, repair
from tests.unit.telephony.sounds import tone

FRAME = tone(0.02)
SILENCE = bytes(320)


@pytest.fixture
def recorder(tmp_path):
    made = Recorder(tmp_path / "recordings")
    yield made
    made.close()


def frames_of(path) -> tuple[int, int, int, bytes]:
    with wave.open(str(path)) as file:
        return file.getnchannels(), file.getframerate(), file.getnframes(), file.readframes(160)


def test_both_sides_are_kept_caller_left_gateway_right(tmp_path, recorder):
    recording = recorder.record("a.wav")
    for _ in range(120):
        recording.add(FRAME, SILENCE)
    recording.close()
    recorder.close()
    assert recording.fault is None
    assert frames_of(tmp_path / "recordings" / "a.wav") == (2, 8000, 120 * 160, interleave(FRAME, SILENCE))


def test_a_recording_can_be_played_while_its_call_lives(tmp_path, recorder):
    recording = recorder.record("a.wav")
    for _ in range(70):
        recording.add(FRAME, SILENCE)
    recorder.close()
    assert frames_of(tmp_path / "recordings" / "a.wav")[2] == 50 * 160


def test_a_disk_that_cannot_be_written_is_a_fault_and_nothing_more(tmp_path):
    (tmp_path / "file").write_text("in the way")
    recorder = Recorder(tmp_path / "file")
    recording = recorder.record("a.wav")
    for _ in range(200):
        recording.add(FRAME, SILENCE)
    recording.close()
    recorder.close()
    assert recording.fault in ("Not a directory", "File exists")


def test_one_fault_leaves_the_other_recordings_whole(tmp_path, recorder):
    (tmp_path / "recordings" / "bad.wav").mkdir(parents=True)
    bad, good = recorder.record("bad.wav"), recorder.record("good.wav")
    for _ in range(60):
        bad.add(FRAME, SILENCE)
        good.add(FRAME, SILENCE)
    bad.close()
    good.close()
    recorder.close()
    assert (bad.fault, good.fault) == ("Is a directory", None)
    assert frames_of(tmp_path / "recordings" / "good.wav")[2] == 60 * 160


def test_a_slow_disk_is_told(tmp_path, recorder):
    recording = recorder.record("a.wav")
    recording._offer = lambda task: False
    for _ in range(50):
        recording.add(FRAME, SILENCE)
    assert recording.fault == "the disk is too slow"


def test_a_header_is_repaired_after_a_crash(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(header(0) + interleave(FRAME, SILENCE) * 10 + b"abc")
    assert repair(path)
    assert frames_of(path)[2] == 1600
    assert not repair(path)


def test_a_file_cut_in_its_header_is_repaired_to_an_empty_one(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF")
    assert repair(path)
    assert frames_of(path)[2] == 0
