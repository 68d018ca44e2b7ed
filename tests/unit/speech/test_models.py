"""Model folders: what is refused before any call depends on it."""

import hashlib
import json

import pytest

from gateway.errors import ConfigError
from gateway.speech import models
from tests.unit.speech.sound import QUIET, STAND_IN, said
from tests.unit.speech.test_wav import riff

FILES = {
    "am/final.mdl": b"a model",
    "conf/mfcc.conf": b"--sample-frequency=8000\n",
    "self_test.wav": riff(said(2, 4, *QUIET)),
}


def build(folder, contents=FILES, /, **fields):
    """A folder with a manifest over its files, each field as given."""
    for name, data in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    entries = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in contents.items()
    }
    manifest = {
        "format": 1,
        "name": "tiny",
        "language": "nl",
        "sample_rate_hz": 8000,
        "kind": "test",
        "made": "today",
        "files": entries,
        "self_test": {"wav": "self_test.wav", "text": "w2 w4"},
        **fields,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def test_a_whole_model_passes(tmp_path):
    assert models.check_files(build(tmp_path), "nl", production=False).name == "tiny"


def refused(folder, match, language="nl", *, production=False):
    with pytest.raises(ConfigError, match=match):
        models.check_files(folder, language, production=production)


def test_a_test_model_is_refused_in_production(tmp_path):
    refused(build(tmp_path), "does not understand people", production=True)


def test_a_site_model_is_taken_in_production(tmp_path):
    assert models.check_files(build(tmp_path, kind="site"), "nl", production=True).kind == "site"


def test_a_model_of_another_language_is_refused(tmp_path):
    refused(build(tmp_path), "is a model for 'nl', not 'fr'", "fr")


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"format": 2}, "format: Input should be 1"),
        ({"kind": "borrowed"}, "kind: "),
        ({"sample_rate_hz": 0}, "sample_rate_hz: "),
        ({"files": {}}, "files: "),
        ({"files": {"am/final.mdl": {"sha256": "beef", "bytes": 1}}}, "sha256"),
        ({"self_test": {"wav": "self_test.wav", "text": ""}}, "self_test.text"),
        ({"self_test": {"wav": "../other.wav", "text": "w2"}}, "has no checksum"),
        ({"files": {"../../secret": {"sha256": "0" * 64, "bytes": 1}}}, "lies outside"),
        ({"files": {"/secret": {"sha256": "0" * 64, "bytes": 1}}}, "lies outside"),
    ],
)
def test_a_manifest_that_is_wrong_is_refused(tmp_path, fields, match):
    refused(build(tmp_path, **fields), match)


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_a_manifest_that_is_none_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    refused(tmp_path, "manifest.json: ")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    refused(tmp_path / "nothing", "No such file")


def test_a_changed_file_is_refused(tmp_path):
    (build(tmp_path) / "am/final.mdl").write_bytes(b"a modem")
    refused(tmp_path, "final.mdl: is not the file its manifest describes")


def test_a_missing_file_is_refused(tmp_path):
    (build(tmp_path) / "am/final.mdl").unlink()
    refused(tmp_path, "final.mdl: is missing")


def test_a_file_that_vosk_would_use_unasked_is_refused(tmp_path):
    build(tmp_path)
    (tmp_path / "rescore").mkdir()
    (tmp_path / "rescore/G.fst").write_bytes(b"foreign")
    refused(tmp_path, "G.fst: is not in the manifest")


def test_a_16_khz_model_must_take_telephone_audio(tmp_path):
    refused(build(tmp_path, sample_rate_hz=16000), "--allow-upsample=true")
    files = FILES | {"conf/mfcc.conf": b"--sample-frequency=16000\n--allow-upsample=true\n"}
    assert models.check_files(build(tmp_path, files, sample_rate_hz=16000), "nl", production=False)


@pytest.fixture
def stand_in(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(STAND_IN))


@pytest.mark.usefixtures("stand_in")
async def test_a_model_is_tried_before_it_is_used(tmp_path):
    (tmp_path / "nl").mkdir()
    assert (await models.check(build(tmp_path / "nl"), "nl", production=False)).name == "tiny"


@pytest.mark.usefixtures("stand_in")
async def test_a_model_that_hears_other_words_is_refused(tmp_path):
    (tmp_path / "nl").mkdir()
    build(tmp_path / "nl", self_test={"wav": "self_test.wav", "text": "w2 w6"})
    with pytest.raises(ConfigError, match=r"heard 'w2 w4' in its self-test and not \['w6'\]"):
        await models.check(tmp_path / "nl", "nl", production=False)


@pytest.mark.usefixtures("stand_in")
@pytest.mark.parametrize("fatal", [31001, 31003])
async def test_a_model_that_dies_of_its_first_words_is_refused(tmp_path, fatal):
    (tmp_path / "nl").mkdir()
    build(tmp_path / "nl", FILES | {"self_test.wav": riff(said(2, fatal))})
    with pytest.raises(ConfigError, match="fails when it is tried"):
        await models.check(tmp_path / "nl", "nl", production=False)


@pytest.mark.usefixtures("stand_in")
async def test_a_model_that_cannot_be_loaded_is_refused(tmp_path):
    (tmp_path / "de").mkdir()
    build(tmp_path / "de", language="de")
    with pytest.raises(ConfigError, match="fails when it is tried"):
        await models.check(tmp_path / "de", "de", production=False)
