import pytest

from models.speech.recipe import voices


@pytest.mark.parametrize("language", ["nl", "fr"])
def test_held_out_voices_are_never_trained_on(language, tmp_path, monkeypatch):
    for name in ["adam", "f4", "f2", "croak", "steph"]:
        (tmp_path / name).touch()
    monkeypatch.setattr(voices, "VARIANTS", tmp_path)
    trained = {voice.partition("+")[2] for voice in voices.training(language)}
    assert trained == {"f2", "steph"}
    assert len(voices.held_out(language)) >= 4


def test_held_names_a_voice_by_its_place():
    assert voices.resolve("nl", "held:0") == voices.held_out("nl")[0]
    assert voices.resolve("nl", "nl+f2") == "nl+f2"
    with pytest.raises(IndexError):
        voices.resolve("nl", "held:99")
