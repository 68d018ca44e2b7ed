"""Decode with vosk exactly as the gateway does: 20 ms at a time, results taken at every endpoint."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import vosk

from models.speech.recipe.audio import RATE_HZ, Samples

_CHUNK_BYTES = 320


@dataclass(frozen=True)
class Word:
    """One recognised word; times in seconds from the first sample."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@cache
def model(folder: Path) -> vosk.Model:
    """Load a model directory once."""
    vosk.SetLogLevel(-1)
    return vosk.Model(model_path=str(folder))


def decode(folder: Path, samples: Samples) -> list[Word]:
    """Return the words of 8 kHz samples on the int16 scale."""
    recogniser = vosk.KaldiRecognizer(model(folder), RATE_HZ)
    recogniser.SetWords(True)
    data = np.clip(np.round(samples), -32768, 32767).astype("<i2").tobytes()
    results = []
    for start in range(0, len(data), _CHUNK_BYTES):
        if recogniser.AcceptWaveform(data[start : start + _CHUNK_BYTES]):
            results.append(recogniser.Result())
    results.append(recogniser.FinalResult())
    found = (entry for result in results for entry in json.loads(result).get("result", []))
    return [Word(entry["word"], entry["start"], entry["end"], entry["conf"]) for entry in found]


def errors(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """Return the fewest insertions, deletions and substitutions between two word strings (Levenshtein 1966)."""
    row = list(range(len(hypothesis) + 1))
    for i, expected in enumerate(reference, 1):
        diagonal, row[0] = row[0], i
        for j, found in enumerate(hypothesis, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (expected != found))
    return row[-1]
