"""A back-off trigram over the corpus, pruned to what a small graph can carry.

Witten and Bell's discounting (1991), interpolated; the shorter n-grams count contexts instead of occurrences, after
Kneser and Ney (1995), so that a name said often after one word is not expected everywhere.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

ORDER = 3
BEGIN, END = "<s>", "</s>"
Gram = tuple[str, ...]


@dataclass(frozen=True)
class BackOff:
    """Probabilities of the n-grams kept, and the weight with which a history leaves the rest to a shorter one."""

    probability: list[dict[Gram, float]]
    """[n-1] maps an n-gram to p(last word | words before it)."""
    weight: list[dict[Gram, float]]
    """[n-1] maps a history of n-1 words to its back-off weight."""

    def of(self, gram: Gram) -> float:
        """Return p(last word | history), backing off as the decoder does."""
        known = self.probability[len(gram) - 1].get(gram)
        if known is not None or len(gram) == 1:
            return known or 0.0
        return self.weight[len(gram) - 1].get(gram[:-1], 1.0) * self.of(gram[1:])


def counts(sentences: Iterable[Sequence[str]], vocabulary: set[str]) -> list[Counter[Gram]]:
    """Count n-grams; those with a word outside the vocabulary are skipped."""
    total: list[Counter[Gram]] = [Counter() for _ in range(ORDER)]
    for sentence in sentences:
        words = [BEGIN, *sentence, END]
        known = [word in vocabulary or word in (BEGIN, END) for word in words]
        for last in range(1, len(words)):
            for size in range(1, ORDER + 1):
                first = last - size + 1
                if first < 0 or not known[first]:
                    break
                if all(known[first : last + 1]):
                    total[size - 1][tuple(words[first : last + 1])] += 1
    return total


def continuations(seen: Sequence[Counter[Gram]]) -> list[Counter[Gram]]:
    """Replace the counts of all but the longest n-grams by the number of different words before them.

    N-grams that begin a sentence have nothing before them and keep their counts.
    """
    changed: list[Counter[Gram]] = []
    for shorter, longer in pairwise(seen):
        before = Counter(gram[1:] for gram in longer)
        changed.append(Counter({gram: count if gram[0] == BEGIN else before[gram] for gram, count in shorter.items()}))
    return [*changed, seen[-1]]


def train(sentences: Iterable[Sequence[str]], vocabulary: set[str], *, floor: int, prune: float) -> BackOff:
    """Estimate the model; every word counts at least `floor`.

    An n-gram is left out when its count times its gain in log-probability over backing off is below `prune` nats, a
    trigram also when it was seen once (after Seymore and Rosenfeld 1996).
    """
    seen = continuations(counts(sentences, vocabulary))
    singles = {(word,): max(seen[0][(word,)], floor) for word in vocabulary} | {(END,): max(1, seen[0][(END,)])}
    total = sum(singles.values())
    model = BackOff([{gram: count / total for gram, count in singles.items()}], [{}])
    for size in range(2, ORDER + 1):
        _extend(model, _by_history(seen[size - 1], least=size - 1), prune)
    return model


def _by_history(counted: Counter[Gram], least: int) -> dict[Gram, list[tuple[Gram, int]]]:
    grouped: dict[Gram, list[tuple[Gram, int]]] = defaultdict(list)
    for gram, count in counted.items():
        if count >= least:
            grouped[gram[:-1]].append((gram, count))
    return grouped


def _extend(model: BackOff, histories: dict[Gram, list[tuple[Gram, int]]], prune: float) -> None:
    probability: dict[Gram, float] = {}
    weight: dict[Gram, float] = {}
    for history, following in histories.items():
        total, kinds = sum(count for _, count in following), len(following)
        kept = mass = lower = 0.0
        for gram, count in following:
            shorter = model.of(gram[1:])
            interpolated = (count + kinds * shorter) / (total + kinds)
            if count * math.log(interpolated / shorter) >= prune:
                probability[gram] = interpolated
                mass, lower, kept = mass + interpolated, lower + shorter, kept + 1
        if kept:
            weight[history] = max(1e-6, 1 - mass) / max(1e-6, 1 - lower)
    model.probability.append(probability)
    model.weight.append(weight)


def perplexity(model: BackOff, sentences: Iterable[Sequence[str]], vocabulary: set[str]) -> tuple[float, float]:
    """Return (perplexity over the words known, share of words unknown)."""
    log, known, unknown = 0.0, 0, 0
    for sentence in sentences:
        words = [BEGIN, *sentence, END]
        for last in range(1, len(words)):
            if words[last] not in vocabulary and words[last] != END:
                unknown += 1
                continue
            log -= math.log(model.of(tuple(words[max(0, last - ORDER + 1) : last + 1])))
            known += 1
    return math.exp(log / max(1, known)), unknown / max(1, known + unknown)
