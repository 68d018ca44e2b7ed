"""Render the sample calls of `samples.toml` (needs espeak-ng and the extra `train`).

python -m config.demo.render
"""

import tomllib
from pathlib import Path

import numpy as np

from models.speech.recipe import audio
from models.speech.recipe.say import render

HERE = Path(__file__).parent
LEAD_S = 1.0
"""Silence before the first word: the caller hears that somebody answers."""


def main() -> None:
    """Write a WAV beside the list for every call."""
    for name, call in tomllib.loads((HERE / "samples.toml").read_text("utf-8")).items():
        if "text" in call:
            spoken = render(call["language"], call["voice"], call["text"])
        else:
            spoken = np.zeros(int(call["silence_s"] * audio.RATE_HZ), np.float32)
        lead = np.zeros(int(LEAD_S * audio.RATE_HZ), np.float32)
        audio.write_wav(HERE / f"{name}.wav", np.concatenate([lead, spoken]))


if __name__ == "__main__":
    main()
