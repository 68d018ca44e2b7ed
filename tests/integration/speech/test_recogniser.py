"""The recogniser's own checks, in this process: what would loop or abort inside vosk never reaches it."""

import json

import pytest

from gateway.speech.recogniser import Recogniser
from gateway.worker.frames import Frame
from tests.integration.speech.conftest import MODELS, sample

OPTIONS = {"models": {"nl": str(MODELS["nl"])}, "sample_rate_hz": 8000, "max_audio_bytes": 3200}
HEADER = {"do": "listen", "key": "call", "languages": ["nl"], "open": [], "scores": True, "last": False}
PCM = bytes(3200)


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser(OPTIONS)


@pytest.mark.parametrize("rate", [0, 1, -8000, float("nan"), 100, "8000", None])
def test_a_rate_that_would_loop_or_abort_is_refused(rate):
    with pytest.raises(ValueError, match="sample rate"):
        Recogniser({**OPTIONS, "sample_rate_hz": rate})


@pytest.mark.parametrize("pcm", [bytes(3201), bytes(3), bytes(32_000), bytearray(320), "text"])
def test_what_is_no_audio_is_refused(recogniser, pcm):
    with pytest.raises(ValueError, match="no audio"):
        recogniser(Frame({**HEADER, "open": ["nl"]}, pcm))


def test_a_call_that_failed_must_be_opened_again(recogniser):
    recogniser(Frame({**HEADER, "open": ["nl"]}, PCM))
    with pytest.raises(ValueError, match="no audio"):
        recogniser(Frame(HEADER, b"x"))
    with pytest.raises(KeyError):
        recogniser(Frame(HEADER, PCM))
    assert recogniser(Frame({**HEADER, "open": ["nl"]}, PCM))


def test_the_last_result_and_a_closed_call_free_the_recognisers():
    recogniser = Recogniser(OPTIONS)
    for end in ({**HEADER, "last": True}, {"do": "close", "key": "call"}):
        recogniser(Frame({**HEADER, "open": ["nl"]}, PCM))
        recogniser(Frame(end))
        assert recogniser._open == {}
    recogniser(Frame({"do": "close", "key": "unknown"}))


def test_what_it_cannot_do_is_refused(recogniser):
    with pytest.raises(ValueError, match="cannot 'sing'"):
        recogniser(Frame({"do": "sing", "key": "call"}))


def test_results_are_words_with_milliseconds_and_confidence(recogniser):
    pcm, words, text = sample("schietpartij"), [], ""
    for start in range(0, len(pcm), 3200):
        opens = ["nl"] if start == 0 else []
        reply = recogniser(Frame({**HEADER, "key": "shots", "open": opens}, pcm[start : start + 3200]))
        result = json.loads(reply.body)["nl"]
        words += result["final"] or []
        text = result["partial"] or text
    words += json.loads(recogniser(Frame({**HEADER, "key": "shots", "last": True})).body)["nl"]["final"]
    assert [word for word, *_ in words][:3] == ["kom", "snel", "alstublieft"]
    assert text.split()[0] in {word for word, *_ in words}
    assert all(0 <= start < end <= len(pcm) / 16 + 100 and 0 < sure <= 1.001 for _, start, end, sure in words)
