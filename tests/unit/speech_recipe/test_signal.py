import numpy as np
import pytest

from models.speech.recipe import audio, augment, g711, phones
from models.speech.recipe.language import LANGUAGES


def test_alaw_steps_are_those_of_g711():
    table = g711.alaw_table()
    assert len(set(table.tolist())) == 256
    assert [int(table[32768 + x]) for x in (0, 15, 16, 1000, 32767)] == [8, 8, 24, 1008, 32256]
    assert int(table[0]) == -32256


def test_ulaw_steps_are_those_of_g711():
    table = g711.ulaw_table()
    assert len(set(table.tolist())) == 255  # plus and minus zero are one
    assert [int(table[32768 + x]) for x in (0, 4, 1000, 32767)] == [0, 8, 988, 32124]
    assert int(table[0]) == -32124


@pytest.mark.parametrize("table", [g711.alaw_table(), g711.ulaw_table()])
def test_coding_twice_changes_nothing_more(table):
    once = g711.round_trip(np.arange(-32768, 32768, 7, dtype=np.float32), table)
    assert np.array_equal(g711.round_trip(once, table), once)


def test_resampling_keeps_a_tone_and_stops_what_lies_above():
    time = np.arange(22050) / 22050
    low, high = (audio.resample(np.sin(2 * np.pi * f * time).astype(np.float32), 160, 441) for f in (1000, 6000))
    assert len(low) == 8000
    expected = np.sin(2 * np.pi * 1000 * np.arange(8000) / 8000)
    assert np.abs(low - expected)[200:-200].max() < 0.02
    assert np.abs(high)[200:-200].max() < 0.02


def test_lost_packets_fade_to_silence():
    rng = np.random.default_rng(0)
    heard = augment.lose_packets(np.ones(1600, np.float32), 1.0, rng)
    assert not heard.any()
    assert np.array_equal(augment.lose_packets(np.ones(1600, np.float32), 0.0, rng), np.ones(1600))


def test_telephone_keeps_the_length_and_stays_in_range():
    speech = (np.sin(np.arange(8000) / 5) * 9000).astype(np.float32)
    for seed in range(30):
        heard = augment.telephone(speech, np.random.default_rng(seed), [speech])
        assert heard.shape == speech.shape
        assert np.abs(heard).max() <= 32768
        assert heard.std() > 100


def test_noise_has_the_ratio_asked_for():
    speech = (np.sin(np.arange(80000) / 3) * 9000).astype(np.float32)
    noisy = augment.add_noise(speech, 10, np.random.default_rng(1), [])
    ratio = 10 * np.log10(np.mean(speech**2) / np.mean((noisy - speech) ** 2))
    assert ratio == pytest.approx(10, abs=0.1)


def test_mnemonics_become_phones():
    dutch, french = LANGUAGES["nl"], LANGUAGES["fr"]
    assert phones.phone("_:", dutch) == phones.SIL
    assert phones.phone("(en)", dutch) is None
    assert phones.phone("z2", french) == "z"
    assert phones.phone("h", french) is None
    assert phones.pronunciation(["l", "e-", "z2", "_:"], french) == ("l", "e", "z")


def test_targets_give_every_phone_a_frame():
    index = {"SIL": 0, "a": 1, "b": 2}
    labels = phones.targets([(0, "SIL"), (700, "a"), (710, "b"), (1500, "SIL")], 8, index)
    assert labels.tolist() == [0, 1, 1, 2, 4, 5, 0, 1]
    assert phones.targets([(0, "SIL"), (5000, "a"), (5000, "b")], 3, index).tolist() == [0, 2, 4]
    with pytest.raises(ValueError, match="4 phones in 3 frames"):
        phones.targets([(0, "SIL"), (1, "a"), (2, "b"), (3, "a")], 3, index)
