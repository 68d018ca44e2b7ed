"""What a model directory says about itself: `manifest.json` for programs, `MODEL_CARD.md` for people."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.speech.recipe.audio import RATE_HZ
from models.speech.recipe.language import Language

FORMAT = 1
SCORES, SELF_TEST_WAV = "evaluation.json", "self_test.wav"
SOURCE = "synthetic speech (espeak-ng 1.51) of texts written for this project; no recording of a person"
Scores = Mapping[str, Mapping[str, float | int]]


def fingerprint(path: Path) -> dict[str, str | int]:
    """Return the checksum and size of one file."""
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def manifest(
    folder: Path,
    language: Language,
    files: Sequence[str],
    *,
    facts: Mapping[str, Any],
    self_test: str,
    scores: Scores,
) -> dict[str, Any]:
    """Return the manifest of a finished folder; `facts` are figures of the recipe, `self_test` words to be heard."""
    return {
        "format": FORMAT,
        "name": f"intake101-{language.code}-synthetic",
        "language": language.code,
        "sample_rate_hz": RATE_HZ,
        "kind": "test",
        "made": datetime.now(UTC).date().isoformat(),
        "recipe": {"seed": language.seed, "commit": None, **facts},
        "licence": "EUPL-1.2",
        "source": SOURCE,
        "scores": {name: values["word_error_rate"] for name, values in scores.items()},
        "self_test": {"wav": SELF_TEST_WAV, "text": self_test},
        "files": {name: fingerprint(folder / name) for name in files},
    }


def write_json(value: Any, path: Path) -> None:
    """Write readable JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")


def card(described: Mapping[str, Any], scores: Scores) -> str:
    """Return the model card of a manifest."""
    size = sum(entry["bytes"] for entry in described["files"].values()) / 1e6
    rows = [
        f"| {name} | {values['word_error_rate']} | {values['words']} | {values['mean_confidence']} |"
        for name, values in scores.items()
    ]
    recipe = "\n".join(f"| {name} | {value} |" for name, value in described["recipe"].items() if value is not None)
    return CARD.format(table="\n".join(rows), recipe=recipe, size=size, **{k: described[k] for k in _SHOWN})


_SHOWN = ("name", "language", "made", "licence", "source")
CARD = """# {name}

Speech model for telephone audio (8 kHz) in language `{language}`, in vosk's directory layout. Made {made},
{size:.1f} MB. This page is written by the recipe (`python -m models.speech.recipe.train {language}`).

**A test model.** It has only ever heard synthetic voices. It lets the gateway be built, tried and tested offline; it
does not understand people well enough to serve callers, and the production profile refuses it. Models of the same
recipe were wrong in about every second word on voices derived from people.

| | |
|---|---|
| source | {source} |
| licence | {licence} |
| architecture | time-delay network, 7 x 256, lattice-free MMI; trigram; monophone graph |
{recipe}

## Scores

Word error rate in percent on synthetic voices held out of training, over synthetic telephone lines (room, noise, level,
G.711). `hand` are sentences written for the test only. `templates` are training templates filled anew; many have no
slot, so their words are training text. The decoder's scales were chosen on other sentences (`text/*.dev.txt`) with the
same held-out voices; one of the fourteen, shelby, is hardly intelligible and is not among the 8 clearest. Training and
test texts have the same author and all voices the same synthesiser: the figures say how well the recipe did its work,
and nothing about callers.

| condition | word error rate | words | mean confidence |
|---|---|---|---|
{table}
"""
