"""The training speech: synthetic callers over synthetic telephone lines, with exact phone times.

Just over half of the utterances are sentences of the corpus, the rest random strings of words, so that the network
learns sounds and not sentences. Work is done in shards of 200 utterances, each a file; files that exist are kept.
"""

import pickle
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.speech.recipe import audio, augment, espeak, features, phones, shards, voices
from models.speech.recipe.audio import RATE_HZ, Samples
from models.speech.recipe.corpus import Corpus
from models.speech.recipe.espeak import Manner, Spoken
from models.speech.recipe.language import Language
from models.speech.recipe.text import normal

SHARD = 200
_SENTENCES = 0.55
_BABBLE = 60
Pronounced = dict[str, Counter[tuple[str, ...]]]


@dataclass(frozen=True)
class Heard:
    """One utterance as the network hears it."""

    features: NDArray[np.float16]
    """[10 ms frames, 40]."""
    segments: list[phones.Timed]
    """Phones with their first sample at 8 kHz."""
    samples: int


@dataclass(frozen=True)
class Shard:
    """What one child process made."""

    heard: list[Heard]
    pronounced: Pronounced
    """How often each word was said how."""


def manner(rng: random.Random) -> Manner:
    """Return anyone's way of speaking."""
    return Manner(rng.randint(120, 250), rng.randint(10, 90), rng.randint(20, 95))


def text(corpus: Corpus, rng: random.Random) -> str:
    """Return a sentence or a string of random words."""
    if rng.random() < _SENTENCES:
        return corpus.turn(rng).lower()
    chosen = [rng.choice(corpus.vocabulary) + rng.choice(["", "", "", "", "", ","]) for _ in range(rng.randint(3, 12))]
    return normal.written(chosen).strip(" ,'")


def pronounced(text: str, spoken: Spoken, language: Language) -> list[tuple[str, tuple[str, ...]]]:
    """Return (word, phones) of every word that was spoken alone, nothing when espeak-ng split the text otherwise."""
    written = normal.words_at(text, language.code)
    if {offset for offset, _ in spoken.words} != set(written):
        return []
    said = ((written[offset], phones.pronunciation(names, language)) for offset, names in spoken.words)
    return [(tokens[0], sounds) for tokens, sounds in said if len(tokens) == 1 and sounds]


def shifted(samples: Samples, segments: list[phones.Timed], rng: random.Random) -> tuple[Samples, list[phones.Timed]]:
    """Shift formants, pitch and speed together by up to 16 %, as another speaker's throat would (six in ten)."""
    if rng.random() >= 0.6:
        return samples, segments
    percent = rng.randint(86, 116)
    return audio.resample(samples, percent, 100), [(start * percent // 100, name) for start, name in segments]


def framed(samples: Samples, segments: list[phones.Timed], rng: random.Random) -> tuple[Samples, list[phones.Timed]]:
    """Put silence around the speech: 30 to 500 ms before, 100 to 900 ms after."""
    before, after = int(rng.uniform(0.03, 0.5) * RATE_HZ), int(rng.uniform(0.1, 0.9) * RATE_HZ)
    padded = np.pad(samples, (before, after))
    moved = [(0, phones.SIL), *((start + before, name) for start, name in segments)]
    return padded, phones.merge_silence([*moved, (len(padded) - after, phones.SIL)])


def say(text: str, voice: str, language: Language, rng: random.Random) -> tuple[Samples, list[phones.Timed], Spoken]:
    """Speak a text; return clean 8 kHz samples, phone times, and what espeak-ng did."""
    spoken = espeak.speak(text + ".", voice, manner(rng))
    samples = audio.to_8k(spoken.samples)
    return samples, phones.timed(spoken.phones, len(samples), language), spoken


def make_shard(corpus: Corpus, seed: int, babble: list[Samples]) -> Shard:
    """Make one shard from its seed."""
    rng, noise = random.Random(seed), np.random.default_rng(seed)
    trained, heard, lexicon = voices.training(corpus.language.code), [], defaultdict(Counter)  # type: ignore[var-annotated]
    for _ in range(SHARD):
        line = text(corpus, rng)
        samples, segments, spoken = say(line, rng.choice(trained), corpus.language, rng)
        for word, sounds in pronounced(line, spoken, corpus.language):
            lexicon[word][sounds] += 1
        samples, segments = framed(*shifted(samples, segments, rng), rng)
        called = augment.telephone(samples, noise, babble)
        heard.append(Heard(features.mfcc(called), segments, len(called)))
    return Shard(heard, dict(lexicon))


def make_babble(corpus: Corpus, seed: int) -> list[Samples]:
    """Return voices of other people, unit power, to speak in the background."""
    rng = random.Random(seed)
    trained = voices.training(corpus.language.code)
    spoken = [say(corpus.turn(rng), rng.choice(trained), corpus.language, rng)[0] for _ in range(_BABBLE)]
    return [(voice / np.sqrt(np.mean(voice**2))).astype(np.float32) for voice in spoken]


def save(value: object, path: Path) -> None:
    """Write atomically, so that a file that exists is whole."""
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(value, protocol=5))
    part.replace(path)


def make(corpus: Corpus, shard_count: int, work: Path) -> list[Path]:
    """Make what is missing of the babble and the shards; return the shards' files."""
    seed = corpus.language.seed
    babble_path = work / "babble.pkl"
    if not babble_path.exists():
        shards.run(lambda path, attempt: save(make_babble(corpus, seed + attempt), path), [babble_path])
    babble = pickle.loads(babble_path.read_bytes())
    paths = [work / f"shard{number:03d}.pkl" for number in range(shard_count)]
    missing = [(number, path) for number, path in enumerate(paths) if not path.exists()]

    def piece(item: tuple[int, Path], attempt: int) -> None:
        save(make_shard(corpus, seed + 1000 + item[0] + 100_003 * attempt, babble), item[1])

    shards.run(piece, missing)
    return paths


def restore(path: Path) -> Any:
    """Read what `save` wrote."""
    return pickle.loads(path.read_bytes())
