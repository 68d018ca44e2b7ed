"""The committed announcements, and a site's own."""

import tomllib
import wave
from pathlib import Path

import numpy as np
import pytest

from gateway.domain.questions import QUESTIONS
from gateway.errors import ConfigError
from gateway.speech.announcements import PreparedSpeech

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "config" / "announcements"
LANGUAGES = ("nl", "fr")
SPEECH = PreparedSpeech(FOLDER, LANGUAGES)
ANSWERS = tomllib.loads((ROOT / "config/triage.toml").read_text("utf-8"))
WANTED = {
    *("greeting", "degraded", "silent_line", "silent_help", "stay_on_line", "thanks", "closing"),
    *("ask_municipality", "ask_more", *(question.key for question in QUESTIONS)),
    *ANSWERS["announcement"].values(),
}


def test_every_key_that_the_gateway_says_is_there():
    assert set(SPEECH.sentences) == WANTED


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", sorted(WANTED))
def test_every_announcement_is_short_and_of_one_loudness(key, language):
    assert SPEECH.text(key, language)
    samples = np.frombuffer(SPEECH.audio(key, language), "<i2").astype(float)
    assert 0.5 < len(samples) / 8000 < 9
    level = 20 * np.log10(np.sqrt(np.mean(samples**2)) / 32768)
    assert -24 < level < -17
    assert np.max(np.abs(samples)) <= 30000


@pytest.mark.parametrize(("priority", "response"), ANSWERS["response"].items())
def test_who_is_not_helped_at_once_is_told_why(priority, response):
    for language, sentence in SPEECH.sentences[ANSWERS["announcement"][priority]].items():
        assert (sentence.cause is not None) == (response != "immediate"), language
        assert (sentence.expected_delay_minutes is not None) == (response == "deferred"), language


def own(folder, texts='[greeting]\nnl = "dag"\nfr = "salut"\n', rate=8000, channels=1, width=2, seconds=1.0):
    (folder / "announcements.toml").write_text(texts, "utf-8")
    for language in LANGUAGES:
        (folder / "audio" / language).mkdir(parents=True, exist_ok=True)
        with wave.open(str(folder / "audio" / language / "greeting.wav"), "wb") as out:
            out.setparams((channels, width, rate, 0, "NONE", ""))
            out.writeframes(bytes(int(seconds * rate) * width * channels))
    return folder


@pytest.mark.parametrize("rate", [8000, 16000])
def test_a_sites_own_recording_replaces_ours(tmp_path, rate):
    speech = PreparedSpeech(own(tmp_path, rate=rate), LANGUAGES)
    assert speech.text("greeting", "fr") == "salut"
    assert len(speech.audio("greeting", "nl")) == 16000


@pytest.mark.parametrize("wrong", [{"rate": 44100}, {"channels": 2}, {"width": 1}, {"seconds": 0}, {"seconds": 31}])
def test_a_recording_that_cannot_be_played_is_named(tmp_path, wrong):
    with pytest.raises(ConfigError, match=r"greeting\.wav"):
        PreparedSpeech(own(tmp_path, **wrong), LANGUAGES)


@pytest.mark.parametrize("texts", ["[greeting]\nnl = 'dag'\n", "greeting = ", "[greeting]\nnl='a'\nfr='b'\nes='c'\n"])
def test_texts_that_are_incomplete_are_named(tmp_path, texts):
    with pytest.raises(ConfigError, match=r"announcements\.toml"):
        PreparedSpeech(own(tmp_path, texts), LANGUAGES)


def test_what_is_missing_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"no 'greeting' in 'de'"):
        PreparedSpeech(own(tmp_path), ("nl", "de"))
    (tmp_path / "audio" / "fr" / "greeting.wav").unlink()
    with pytest.raises(ConfigError, match=r"fr/greeting\.wav"):
        PreparedSpeech(tmp_path, LANGUAGES)
    with pytest.raises(ConfigError, match="no 'farewell' in 'nl'"):
        SPEECH.text("farewell", "nl")
    with pytest.raises(ConfigError, match="no 'farewell' in 'nl'"):
        SPEECH.audio("farewell", "nl")
