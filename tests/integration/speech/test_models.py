"""The committed models are checked and tried; models that vosk loads and dies of are refused."""

import hashlib
import json
import shutil

import pytest

from gateway.errors import ConfigError
from gateway.speech import models, transcriber
from tests.integration.speech.conftest import MODELS, SAMPLES


@pytest.mark.parametrize("language", MODELS)
async def test_the_committed_models_pass(language):
    manifest = await models.check(MODELS[language], language, production=False)
    assert (manifest.language, manifest.kind) == (language, "test")


def spoil(folder, name, data):
    """Replace a file and make the manifest agree, as a careless packager would."""
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("am/final.mdl", lambda path: path.read_bytes()[:100_000]),
        ("am/final.mdl", lambda _: (MODELS["fr"] / "am/final.mdl").read_bytes()),
        ("graph/HCLG.fst", lambda path: path.read_bytes()[: path.stat().st_size // 2]),
        (
            "graph/HCLG.fst",
            lambda path: path.read_bytes()[:50_000] + bytes(range(256)) * 400 + path.read_bytes()[152_400:],
        ),
        ("graph/words.txt", lambda path: b"\n".join(path.read_bytes().split(b"\n")[:50])),
        ("graph/phones/word_boundary.int", lambda path: path.read_bytes()[:200]),
        ("conf/model.conf", lambda _: b""),
        ("conf/model.conf", lambda path: path.read_bytes() + b"--no-such-option=1\n"),
        ("conf/mfcc.conf", lambda path: path.read_bytes().replace(b"8000", b"-1")),
    ],
)
async def test_a_model_that_loads_and_kills_or_hears_nonsense_is_refused(tmp_path, name, of):
    folder = tmp_path / "nl"
    shutil.copytree(MODELS["nl"], folder)
    spoil(folder, name, of(folder / name))
    with pytest.raises(ConfigError, match=r"fails when it is tried|in its self-test"):
        await models.check(folder, "nl", production=False)


async def test_files_are_transcribed_as_the_command_line_promises():
    transcript = await transcriber.transcribe(SAMPLES / "schietpartij.wav", "auto", MODELS)
    assert set(transcript) == {"file", "language", "text", "words"}
    assert transcript["language"] == "nl"
    assert " ".join(word["word"] for word in transcript["words"]) == transcript["text"]
    ends = [edge for word in transcript["words"] for edge in (word["start"], word["end"])]
    assert ends == sorted(ends)
    assert all(0 < word["confidence"] <= 1 for word in transcript["words"])


async def test_a_language_can_be_named():
    transcript = await transcriber.transcribe(SAMPLES / "schietpartij.wav", "fr", MODELS)
    assert transcript["language"] == "fr"
    with pytest.raises(ConfigError, match="no speech model for de"):
        await transcriber.transcribe(SAMPLES / "schietpartij.wav", "de", MODELS)
