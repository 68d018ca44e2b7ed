"""From espeak-ng's timed mnemonics to model phones, and from phones to the network's targets.

Targets: phone b of the inventory owns pdf 2b for its first frame and 2b+1 for its further frames; SIL is phone 0. A
frame is 30 ms (every third 10 ms feature frame).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.speech.recipe.audio import RATE_HZ
from models.speech.recipe.espeak import RATE_HZ as ESPEAK_HZ
from models.speech.recipe.language import Language

SIL = "SIL"
Timed = tuple[int, str]
"""(first sample, phone)."""
_SHORTEST_PAUSE = 240
"""Samples at 8 kHz; a shorter pause belongs to the phone before it."""
_FRAME, _CENTRE = 240, 100
_RAREST = 40


def phone(mnemonic: str, language: Language) -> str | None:
    """Return the model phone of an espeak-ng mnemonic, SIL for a pause, None for a mark that is no sound."""
    if mnemonic.startswith("_"):
        return SIL
    bare = mnemonic.translate({ord(mark): None for mark in "',%=|"})
    if not bare or bare in ";!" or bare.startswith("("):
        return None
    return language.phones.get(bare, bare) or None


def pronunciation(mnemonics: Iterable[str], language: Language) -> tuple[str, ...]:
    """Return the phones of a word, without pauses."""
    named = (phone(mnemonic, language) for mnemonic in mnemonics)
    return tuple(name for name in named if name and name != SIL)


def timed(mnemonics: Sequence[Timed], samples: int, language: Language) -> list[Timed]:
    """Return the phones with their first sample at 8 kHz; `samples` is the length at 8 kHz."""
    named = [(start * RATE_HZ // ESPEAK_HZ, phone(mnemonic, language)) for start, mnemonic in mnemonics]
    known = [(start, name) for start, name in named if name]
    ends = [start for start, _ in known[1:]] + [samples]
    kept = [item for item, end in zip(known, ends, strict=True) if item[1] != SIL or end - item[0] >= _SHORTEST_PAUSE]
    return merge_silence(kept)


def merge_silence(segments: Sequence[Timed]) -> list[Timed]:
    """Join neighbouring pauses."""
    return [item for i, item in enumerate(segments) if not (i and item[1] == SIL == segments[i - 1][1])]


def inventory(utterances: Iterable[Sequence[Timed]]) -> list[str]:
    """Return SIL and every phone common enough to train, sorted."""
    counts = Counter(name for segments in utterances for _, name in segments)
    return [SIL, *sorted(name for name, count in counts.items() if name != SIL and count >= _RAREST)]


def nearest(name: str, known: Sequence[str]) -> str:
    """Return the phone itself, or its base symbol, or schwa for a phone outside the inventory."""
    bases = (name, name.rstrip(":#~-2345"), name.rstrip(":#~-2345") + ":")
    return next((base for base in bases if base in known), "@")


def targets(segments: Sequence[Timed], frames: int, index: dict[str, int]) -> NDArray[np.int64]:
    """Return the pdf of each of `frames` 30 ms frames; every phone gets at least one frame.

    Raise ValueError when there are more phones than frames.
    """
    if len(segments) > frames:
        raise ValueError(f"{len(segments)} phones in {frames} frames")
    starts = np.ceil([(sample - _CENTRE) / _FRAME for sample, _ in segments]).astype(int)
    starts[0] = 0
    for i in range(1, len(starts)):
        starts[i] = max(starts[i], starts[i - 1] + 1)
    for i, limit in zip(range(len(starts) - 1, 0, -1), range(frames - 1, 0, -1), strict=False):
        starts[i] = min(starts[i], limit)
    bases = np.array([index[name] for _, name in segments])
    labels = 2 * np.repeat(bases, np.diff(np.append(starts, frames))) + 1
    labels[starts] -= 1
    return labels.astype(np.int64)
