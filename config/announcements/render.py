"""Speak the announcements with espeak-ng: audio/<language>/<key>.wav for every text that is new or changed.

    python -m config.announcements.render            those without a sound file
    python -m config.announcements.render --all      all of them, over a site's own recordings too

A calm voice, 8 kHz 16-bit mono, -18 dBFS (RMS of the speech), silence trimmed, faded in and out.
"""

import argparse
import tomllib
from pathlib import Path

import numpy as np

from models.speech.recipe import audio, espeak

HERE = Path(__file__).resolve().parent
VOICES = {"nl": "nl", "fr": "fr-be"}
MANNER = espeak.Manner(words_per_minute=150, pitch=42, pitch_range=45)
LEVEL_DBFS, PEAK_DBFS, SILENT_DBFS = -18.0, -1.0, -50.0
FADE_S, EDGE_S = 0.01, 0.08
AS_SAID = {
    "nl": {"101": "honderd en een", "politie.be": "politie punt be"},
    "fr": {"101": "cent et un", "police.be": "police point be"},
}
"""Written for the eye, spoken for the ear."""


def amplitude(dbfs: float) -> float:
    """Return a level as an amplitude on the 16-bit scale."""
    return float(32768 * 10 ** (dbfs / 20))


def spoken(text: str, language: str) -> audio.Samples:
    """Return a text's samples at the level wanted, between short silences."""
    for written, said in AS_SAID[language].items():
        text = text.replace(written, said)
    samples = trimmed(audio.to_8k(espeak.speak(text, VOICES[language], MANNER).samples))
    fade = np.minimum(1, np.arange(len(samples)) / (FADE_S * audio.RATE_HZ))
    samples = samples * fade * fade[::-1]
    loud = samples[np.abs(samples) > amplitude(SILENT_DBFS)]
    gain = min(amplitude(LEVEL_DBFS) / np.sqrt(np.mean(loud**2)), amplitude(PEAK_DBFS) / np.max(np.abs(samples)))
    return np.pad(samples * gain, int(EDGE_S * audio.RATE_HZ)).astype(np.float32)


def trimmed(samples: audio.Samples) -> audio.Samples:
    """Leave out the silence before and after."""
    heard = np.flatnonzero(np.abs(samples) > amplitude(SILENT_DBFS))
    return samples[heard[0] : heard[-1] + 1]


def main() -> None:
    """Render what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true")
    everything = parser.parse_args().all
    texts = tomllib.loads((HERE / "announcements.toml").read_text("utf-8"))
    for key, entry in texts.items():
        for language in VOICES:
            path = HERE / "audio" / language / f"{key}.wav"
            if everything or not path.exists():
                audio.write_wav(path, spoken(entry[language], language))


if __name__ == "__main__":
    main()
