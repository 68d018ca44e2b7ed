"""Words still being spoken: when they were said and how sure they are, estimated.

The recogniser tells the running text of an utterance at once but its times and confidences seconds later (its lattice
is determinised in pieces). Until the final result replaces them they are estimated from what is known:

- a word shows `LAG_MS` after its end (measured median), so a new word ended by then;
- words that show together share the time since the last one by their letters, at most `MS_PER_LETTER` for each;
- a word that stays as the text grows becomes surer: 0.5 when new, then half way to 0.8 with every step it survives.
"""

from collections.abc import Sequence
from itertools import takewhile

from gateway.domain.call import Word

LAG_MS = 150
MS_PER_LETTER = 110
_NEW, _SETTLED = 0.5, 0.8


def partial_words(text: str, at_ms: int, since_ms: int, before: Sequence[Word]) -> tuple[Word, ...]:
    """Return the words of a running text.

    `at_ms` is how far the recogniser has heard, `since_ms` where the utterance began at the earliest, both in the call;
    `before` is what this function returned for the step before.
    """
    texts = text.split()
    same = takewhile(lambda pair: pair[0] == pair[1].text, zip(texts, before, strict=False))
    kept = tuple(_surer(word) for _, word in same)
    return kept + _spread(texts[len(kept) :], kept[-1].end_ms if kept else since_ms, at_ms - LAG_MS)


def _surer(word: Word) -> Word:
    return word.model_copy(update={"confidence": round((word.confidence + _SETTLED) / 2, 3)})


def _spread(texts: Sequence[str], start_ms: int, end_ms: int) -> tuple[Word, ...]:
    """Place words one after the other between two times, each as long as its letters ask for."""
    letters = sum(map(len, texts))
    end_ms = max(start_ms, end_ms)
    start_ms = max(start_ms, end_ms - letters * MS_PER_LETTER)
    words, done = [], 0
    for text in texts:
        edges = [start_ms + (end_ms - start_ms) * count // letters for count in (done, done + len(text))]
        words.append(Word(text=text, start_ms=edges[0], end_ms=edges[1], confidence=_NEW))
        done += len(text)
    return tuple(words)
