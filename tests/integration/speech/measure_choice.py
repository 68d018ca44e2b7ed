"""Measure the choice of language: `python -m tests.integration.speech.measure_choice [dev|test]` (needs espeak-ng).

Calls of three sentences, a second apart, by the first eight held-out voices at 50, 20 and 10 dB of white noise, heard
with both models. Prints how many were decided, rightly or wrongly, and after how many seconds.
"""

import json
import random
import sys
from collections.abc import Iterator
from statistics import quantiles

import numpy as np

from gateway.speech.audio import CallAudio
from gateway.speech.choice import Choice, Thresholds, choose
from gateway.speech.lane import Heard, Lane
from gateway.speech.recogniser import Recogniser
from gateway.worker.frames import Frame
from models.speech.recipe import say
from tests.integration.speech.conftest import MODELS, ROOT

CHUNK_BYTES = 3200
SNR_DB = (50, 20, 10)
VOICES = 8


def calls(language: str, texts: str) -> Iterator[bytes]:
    """Yield spoken calls."""
    source = ROOT / "models/speech/recipe/text" / f"{language}.{texts}.txt"
    lines = [line for line in source.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    noise = np.random.default_rng(1)
    for voice in range(VOICES):
        shuffled = random.Random(voice).sample(lines, len(lines))
        for number in range(12):
            spoken = say.render(language, f"held:{voice}", " | ".join(shuffled[3 * number : 3 * number + 3]))
            level = np.sqrt(np.mean(spoken**2)) * 10 ** (-SNR_DB[number % 3] / 20)
            yield np.clip(np.round(spoken + noise.normal(0, level, len(spoken))), -32768, 32767).astype("<i2").tobytes()


def decide(recogniser: Recogniser, pcm: bytes) -> tuple[float, Choice]:
    """Return after how many seconds of audio a call was decided, or its end, and how."""
    audio, lanes = CallAudio(), [Lane(language) for language in MODELS]
    audio.add(pcm, 0)
    header = {"do": "listen", "key": "call", "languages": list(MODELS), "scores": True, "last": False}
    choice = choose([lane.evidence() for lane in lanes], Thresholds())
    for start in range(0, len(pcm), CHUNK_BYTES):
        piece = pcm[start : start + CHUNK_BYTES]
        reply = json.loads(recogniser(Frame({**header, "open": [] if start else list(MODELS)}, piece)).body)
        for lane in lanes:
            lane.take(Heard.of(reply[lane.language]), (start + len(piece)) // 2, audio)
        choice = choose([lane.evidence() for lane in lanes], Thresholds())
        if choice.decided:
            break
    return (start + len(piece)) / 16000, choice


def main() -> None:
    """Print the figures of each language."""
    models = {language: str(path) for language, path in MODELS.items()}
    recogniser = Recogniser({"models": models, "sample_rate_hz": 8000, "max_audio_bytes": CHUNK_BYTES})
    for language in MODELS:
        results = [decide(recogniser, pcm) for pcm in calls(language, *(sys.argv[1:] or ["dev"]))]
        seconds = [after for after, choice in results if choice.decided]
        ranks = quantiles(seconds, n=10)
        figures = {
            "language": language,
            "calls": len(results),
            "decided": len(seconds),
            "wrong": sum(choice.decided and choice.language != language for _, choice in results),
            "undecided_leading_wrong": sum(not c.decided and c.language != language for _, c in results),
            "seconds_median": ranks[4],
            "seconds_p90": ranks[8],
        }
        sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
