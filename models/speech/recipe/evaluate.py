"""Word error rates on voices never trained on, over synthetic telephone lines; written to `evaluation.json`.

    python -m models.speech.recipe.evaluate nl

Two kinds of text: sentences written for the test only, and the corpus's templates filled anew. This runs in a
process of its own: vosk and pynini each bring an OpenFst, and together they crash.
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from models.speech.recipe import augment, decode, espeak, shards, speech, voices
from models.speech.recipe.audio import Samples, to_8k, write_wav
from models.speech.recipe.corpus import Corpus, load
from models.speech.recipe.language import LANGUAGES
from models.speech.recipe.manifest import SCORES, SELF_TEST_WAV, write_json
from models.speech.recipe.text.normal import words

SEED = 7
_TEMPLATES = 60


@dataclass(frozen=True)
class Condition:
    """One line of the table."""

    name: str
    text: str
    """hand (written for the test) or templates."""
    snr_db: float | None
    """None: every disturbance of training at random, lost packets too."""
    voices: int
    """How many of the held-out voices, in their order."""


CONDITIONS = (
    Condition("hand_20db", "hand", 20, 14),
    Condition("hand_10db", "hand", 10, 14),
    Condition("hand_5db", "hand", 5, 14),
    Condition("hand_8_clearest_voices_20db", "hand", 20, 8),
    Condition("hand_any_line", "hand", None, 14),
    Condition("templates_20db", "templates", 20, 14),
    Condition("templates_10db", "templates", 10, 14),
)


@dataclass(frozen=True)
class Call:
    """One test call."""

    words: list[str]
    samples: Samples


def _texts(corpus: Corpus, kind: str) -> list[str]:
    rng = random.Random(SEED + 1)
    return corpus.tests * 2 if kind == "hand" else [corpus.turn(rng).lower() for _ in range(_TEMPLATES)]


def calls(corpus: Corpus, condition: Condition, folder: Path) -> list[Call]:
    """Speak the test calls of one condition, each with the next held-out voice; made anew each time."""
    texts, held = _texts(corpus, condition.text), voices.held_out(corpus.language.code)[: condition.voices]
    path = folder / f"test-{condition.name}.pkl"
    shards.run(lambda _, attempt: speech.save(_speak(corpus, condition, texts, held, attempt), path), [path])
    made: list[Call] = speech.restore(path)
    return made


def _speak(corpus: Corpus, condition: Condition, texts: list[str], held: list[str], attempt: int) -> list[Call]:
    rng, noise = random.Random(SEED + attempt), np.random.default_rng(SEED + attempt)
    made = []
    for number, text in enumerate(texts):
        samples, segments, _ = speech.say(text.lower(), held[number % len(held)], corpus.language, rng)
        framed, _ = speech.framed(samples, segments, rng)
        line = augment.telephone(framed, noise, [], condition.snr_db)
        made.append(Call(words(text, corpus.language.code), line))
    return made


def word_error_rate(folder: Path, tested: Sequence[Call]) -> dict[str, float | int]:
    """Return the rate in percent over all words, and the mean confidence of the words heard."""
    heard = [decode.decode(folder, call.samples) for call in tested]
    wrong = sum(
        decode.errors(call.words, [word.text for word in found]) for call, found in zip(tested, heard, strict=True)
    )
    total = sum(len(call.words) for call in tested)
    confidence = fmean(word.confidence for found in heard for word in found)
    return {"word_error_rate": round(100 * wrong / total, 1), "words": total, "mean_confidence": round(confidence, 3)}


def evaluate(corpus: Corpus, folder: Path, work: Path) -> dict[str, dict[str, float | int]]:
    """Measure a model directory under every condition."""
    return {condition.name: word_error_rate(folder, calls(corpus, condition, work)) for condition in CONDITIONS}


def self_test(corpus: Corpus, folder: Path) -> None:
    """Write the self-test's recording. Raise ValueError when the model does not hear all of its words."""
    said = corpus.language.self_test
    samples = to_8k(espeak.speak(said, voices.held_out(corpus.language.code)[0]).samples)
    write_wav(folder / SELF_TEST_WAV, samples)
    missing = {*words(said, corpus.language.code)} - {word.text for word in decode.decode(folder, samples)}
    if missing:
        raise ValueError(f"self-test: {sorted(missing)} not heard")


def main() -> None:
    """Test one model directory and write its scores into it."""
    recipe = Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=sorted(LANGUAGES))
    parser.add_argument("--model", type=Path, help="model directory; the checkout's own by default")
    parser.add_argument("--work", type=Path, help="folder for the test calls")
    options = parser.parse_args()
    folder, text = options.model or recipe.parent / options.language, load(options.language)
    self_test(text, folder)
    write_json(evaluate(text, folder, options.work or recipe / ".work" / options.language), folder / SCORES)


if __name__ == "__main__":
    main()
