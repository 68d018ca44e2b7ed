"""How words sound: pronunciations heard in the training speech, spoken alone, and borrowed from the neighbour."""

import pickle
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from models.speech.recipe import espeak, phones, shards, voices
from models.speech.recipe.corpus import Corpus
from models.speech.recipe.language import LANGUAGES, Language
from models.speech.recipe.speech import Pronounced, Shard, save

Sounds = tuple[str, ...]
Lexicon = dict[str, list[tuple[Sounds, float]]]
"""Word to its pronunciations with their shares, the commonest first."""
_PIECE = 500
_ALONE, _BORROWED = 3, 3
"""Weight of a pronunciation spoken alone, and of one borrowed, against one hearing in a sentence."""
_MOST, _LEAST_SHARE = 4, 0.08


def alone(vocabulary: Sequence[str], language: Language, folder: Path) -> dict[str, Sounds]:
    """Speak every word alone with the language's first voice; words without a sound are left out."""
    pieces = [
        (folder / f"alone-{language.code}-{i}.pkl", vocabulary[i : i + _PIECE])
        for i in range(0, len(vocabulary), _PIECE)
    ]

    def work(piece: tuple[Path, Sequence[str]], attempt: int) -> None:
        save({word: _alone(word, language) for word in piece[1]}, piece[0])

    shards.run(work, pieces)
    spoken = {word: sounds for path, _ in pieces for word, sounds in pickle.loads(path.read_bytes()).items()}
    return {word: sounds for word, sounds in spoken.items() if sounds}


def _alone(word: str, language: Language) -> Sounds:
    text = language.respelled.get(word, word)
    spoken = espeak.speak(text + ".", voices.base(language.code)[0])
    return phones.pronunciation((name for _, name in spoken.phones), language)


def borrowed(corpus: Corpus, folder: Path) -> dict[str, Sounds]:
    """Return the neighbour's names as its speakers say them, in this language's phones."""
    mapping = corpus.language.borrowed
    spoken = alone(sorted(corpus.borrowed), LANGUAGES[corpus.language.neighbour], folder)
    return {
        word: tuple(own for name in sounds for own in mapping.get(name, (name,))) for word, sounds in spoken.items()
    }


def heard(paths: Iterable[Path]) -> Pronounced:
    """Count the pronunciations in the training speech."""
    total: Pronounced = {}
    for path in paths:
        shard: Shard = pickle.loads(path.read_bytes())
        for word, counts in shard.pronounced.items():
            total.setdefault(word, Counter()).update(counts)
    return total


def build(corpus: Corpus, counts: Pronounced, inventory: Sequence[str], folder: Path) -> Lexicon:
    """Return the lexicon of the whole vocabulary in the inventory's phones."""
    language, votes = corpus.language, {word: Counter(counts.get(word, {})) for word in corpus.vocabulary}
    for word, sounds in alone(corpus.vocabulary, language, folder).items():
        votes[word][sounds] += _ALONE
    for word, sounds in borrowed(corpus, folder).items():
        votes[word][sounds] += _BORROWED + votes[word].total() // 2
    for word in votes.keys() & language.fixed.keys():
        votes[word] = Counter({language.fixed[word]: 1})
    return {word: _shares(votes[word], inventory) for word in corpus.vocabulary if votes[word]}


def _shares(votes: Counter[Sounds], inventory: Sequence[str]) -> list[tuple[Sounds, float]]:
    merged: Counter[Sounds] = Counter()
    for sounds, count in votes.items():
        merged[tuple(phones.nearest(sound, inventory) for sound in sounds)] += count
    total = merged.total()
    common = merged.most_common(_MOST)
    return [
        (sounds, count / total) for i, (sounds, count) in enumerate(common) if i == 0 or count / total >= _LEAST_SHARE
    ]
