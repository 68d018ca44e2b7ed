"""Speak a text with a voice no model was trained on, as 8 kHz 16-bit mono WAV: for sample calls and tests.

    python -m models.speech.recipe.say --language nl --voice held:0 --text "Er is ingebroken. | Ja, kom snel." out.wav
    python -m models.speech.recipe.say --language fr --file lines.tsv FOLDER

A bar in the text is a pause of `--pause` seconds. A line of the file is `name.wav<TAB>voice<TAB>text`.
"""

import argparse
from pathlib import Path

import numpy as np

from models.speech.recipe import audio, espeak, voices

LEVEL_DBFS = -20.0
EDGE_S = 0.3
"""Silence before the first and after the last word."""


def render(language: str, voice: str, text: str, *, words_per_minute: int = 145, pause_s: float = 1.0) -> audio.Samples:
    """Return 8 kHz samples of the text at a calm rate and a telephone's level."""
    name = voices.resolve(language, voice)
    manner = espeak.Manner(words_per_minute)
    parts = [audio.to_8k(espeak.speak(part.strip(), name, manner).samples) for part in text.split("|") if part.strip()]
    edge, pause = np.zeros(int(EDGE_S * audio.RATE_HZ)), np.zeros(int(pause_s * audio.RATE_HZ))
    gaps = [edge, *[pause] * (len(parts) - 1), edge]
    joined = np.concatenate([gaps[0], *(piece for pair in zip(parts, gaps[1:], strict=True) for piece in pair)])
    power = float(np.mean(np.concatenate(parts) ** 2))
    return np.asarray(joined * (32768 * 10 ** (LEVEL_DBFS / 20) / power**0.5), np.float32)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", required=True, choices=["nl", "fr"])
    parser.add_argument("--voice", default="held:0", help="held:N, or an espeak-ng voice")
    parser.add_argument("--rate", type=int, default=145, help="words per minute")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds for each bar in the text")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--text")
    source.add_argument("--file", type=Path)
    parser.add_argument("out", type=Path, help="WAV file, with --file a folder")
    return parser.parse_args()


def main() -> None:
    """Render one text or every line of a file."""
    options = _arguments()
    lines = [(options.out, options.voice, options.text)]
    if options.file:
        rows = (line.split("\t", 2) for line in options.file.read_text("utf-8").splitlines() if line.strip())
        lines = [(options.out / name, voice, text) for name, voice, text in rows]
    for path, voice, text in lines:
        samples = render(options.language, voice, text, words_per_minute=options.rate, pause_s=options.pause)
        audio.write_wav(path, samples)


if __name__ == "__main__":
    main()
