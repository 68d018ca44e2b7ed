"""Make the speech model of one language: `python -m models.speech.recipe.train nl`.

Stages: speech, acoustic, graph, scores. What the first two made is kept in the work folder and not made again (delete
the folder to start afresh); the graph is rebuilt every time, so that new words need no new training.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.speech.recipe import (
    acoustic,
    corpus,
    directory,
    lexicon,
    lm,
    manifest,
    speech,
    voices,
)
from models.speech.recipe.corpus import Corpus
from models.speech.recipe.language import LANGUAGES
from models.speech.recipe.text.normal import words

RECIPE = Path(__file__).parent
SHARDS = 36
"""200 utterances each, about nine hours."""
_TURNS, _FLOOR, _PRUNE = 300, 1, 0.2
Progress = Callable[[str], None]


def language_model(text: Corpus, lexicon: lexicon.Lexicon) -> lm.BackOff:
    """Estimate the language model on every utterance, every street and some whole turns."""
    rng, language = random.Random(text.language.seed), text.language.code
    spoken = [*text.every_utterance(rng), *text.every_street(rng), *(text.turn(rng) for _ in range(_TURNS))]
    return lm.train([words(line, language) for line in spoken], set(lexicon), floor=_FLOOR, prune=_PRUNE)


def network(text: Corpus, shards: list[Path], work: Path, progress: Progress) -> acoustic.Acoustic:
    """Train the network, or return the one trained before."""
    path = work / "acoustic.pkl"
    if not path.exists():
        speech.save(acoustic.train(shards, text.language, work, progress), path)
    trained: acoustic.Acoustic = speech.restore(path)
    return trained


def train(language: str, work: Path, out: Path, *, progress: Progress) -> None:
    """Make the model directory `out` from nothing but the recipe; an old one is replaced only when all is done.

    Needs espeak-ng, the OpenFst tools and the `train` extra. Raise CalledProcessError when the new model fails its
    self-test.
    """
    built = work / "model"
    built.mkdir(parents=True, exist_ok=True)
    text = corpus.load(language)
    progress(f"{language}: speech, {SHARDS} shards")
    shards = speech.make(text, SHARDS, work)
    progress(f"{language}: network")
    trained = network(text, shards, work, progress)
    progress(f"{language}: graph, {len(text.vocabulary)} words")
    sounds = lexicon.build(text, lexicon.heard(shards), trained.inventory, work)
    model = language_model(text, sounds)
    files = directory.write(built, trained, sounds, model)
    progress(f"{language}: scores")
    measure(language, built, work)
    describe(text, files, facts(text, model, set(sounds)), built)
    install(built, out)
    progress(f"{language}: done, {out}")


def measure(language: str, built: Path, work: Path) -> None:
    """Run the self-test and the evaluation, in a process of their own (see `evaluate`)."""
    module = [sys.executable, "-m", "models.speech.recipe.evaluate", language]
    subprocess.run([*module, "--model", str(built), "--work", str(work)], cwd=RECIPE.parents[2], check=True)


def install(built: Path, out: Path) -> None:
    """Put a finished model directory in the place of the old one."""
    fresh = out.with_name(f".{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(built, fresh)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)


def facts(text: Corpus, model: lm.BackOff, known: set[str]) -> dict[str, Any]:
    """Return the figures of the recipe for the manifest."""
    perplexity, unknown = lm.perplexity(model, [words(line, text.language.code) for line in text.tests], known)
    return {
        "training_utterances": SHARDS * speech.SHARD,
        "utterance_templates": len(text.utterances),
        "vocabulary": len(known),
        "test_perplexity": round(perplexity),
        "test_unknown_percent": round(100 * unknown, 1),
        "held_out_voices": " ".join(voices.held_out(text.language.code)),
    }


def describe(text: Corpus, files: list[str], figures: dict[str, Any], out: Path) -> None:
    """Write the manifest and the model card of a measured model directory."""
    scores = json.loads((out / manifest.SCORES).read_text("utf-8"))
    names = sorted([*files, manifest.SELF_TEST_WAV])
    spoken = " ".join(words(text.language.self_test, text.language.code))
    described = manifest.manifest(out, text.language, names, facts=figures, self_test=spoken, scores=scores)
    manifest.write_json(described, out / "manifest.json")
    (out / "MODEL_CARD.md").write_text(manifest.card(described, scores), "utf-8")


def main() -> None:
    """Train one language into its place in the checkout."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", choices=sorted(LANGUAGES))
    language = parser.parse_args().language
    train(
        language, RECIPE / ".work" / language, RECIPE.parent / language, progress=lambda line: print(line, flush=True)
    )


if __name__ == "__main__":
    main()
