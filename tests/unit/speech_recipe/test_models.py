"""The committed models: whole, described, small, and in step with the texts they were made from."""

import json
import wave
from pathlib import Path

import pytest

from models.speech.recipe import corpus, manifest
from models.speech.recipe.language import LANGUAGES
from models.speech.recipe.text.normal import words

SPEECH = Path(manifest.__file__).parents[1]
NEEDED = {"am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/HCLG.fst", "graph/words.txt", "self_test.wav"}

pytestmark = pytest.mark.parametrize("code", LANGUAGES)


def described(code):
    return json.loads((SPEECH / code / "manifest.json").read_text("utf-8"))


def test_manifest_names_every_file_with_its_checksum(code):
    files = described(code)["files"]
    assert set(files) >= NEEDED
    assert {name: manifest.fingerprint(SPEECH / code / name) for name in files} == files
    present = {str(path.relative_to(SPEECH / code)) for path in (SPEECH / code).rglob("*") if path.is_file()}
    assert present == {*files, "manifest.json", "MODEL_CARD.md", "evaluation.json"}


def test_a_synthetic_model_is_marked_as_a_test_model(code):
    assert described(code) | {"kind": "test", "sample_rate_hz": 8000, "licence": "EUPL-1.2"} == described(code)
    assert "synthetic" in described(code)["source"]


def test_models_are_small(code):
    assert sum(entry["bytes"] for entry in described(code)["files"].values()) < 15e6


def test_scores_and_card_are_those_of_the_evaluation(code):
    scores = json.loads((SPEECH / code / manifest.SCORES).read_text("utf-8"))
    assert described(code)["scores"] == {name: values["word_error_rate"] for name, values in scores.items()}
    assert (SPEECH / code / "MODEL_CARD.md").read_text("utf-8") == manifest.card(described(code), scores)


def test_self_test_is_a_short_telephone_recording(code):
    with wave.open(str(SPEECH / code / "self_test.wav")) as recording:
        assert (recording.getframerate(), recording.getsampwidth(), recording.getnchannels()) == (8000, 2, 1)
        assert 1.5 <= recording.getnframes() / 8000 <= 4
    assert described(code)["self_test"]["text"].split() == words(LANGUAGES[code].self_test, code)


def test_the_model_knows_the_words_of_the_corpus_and_the_gazetteer(code):
    lines = (SPEECH / code / "graph" / "words.txt").read_text("utf-8").splitlines()
    vocabulary = set(corpus.load(code).vocabulary)
    unknown = vocabulary - {line.split()[0] for line in lines}
    assert len(unknown) <= 0.01 * len(vocabulary), f"train {code} again for its new words: {sorted(unknown)}"


def test_the_decoder_is_told_the_scales_it_needs(code):
    options = (SPEECH / code / "conf" / "model.conf").read_text("ascii").split()
    assert "--frame-subsampling-factor=3" in options
    assert any(option.startswith("--acoustic-scale=") for option in options)
