"""Which language the caller speaks, from what the recognisers of all languages made of the same audio.

A recogniser hears words of its own language in anything. In the wrong language they come out shorter, fewer for the
time, or unsure. Evidence is counted in words, never in time of day: the same call is always decided the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one language's recogniser has heard so far."""

    language: str
    words: int = 0
    """All words, final or not."""
    letters: int = 0
    scored: int = 0
    """Words that have a confidence of the recogniser's own."""
    confidence: float = 0.0
    """Sum over the scored words."""

    @property
    def mean(self) -> float:
        """Mean confidence of the scored words, 0 without any."""
        return self.confidence / self.scored if self.scored else 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When the evidence is enough."""

    min_words: int = 3
    """Scored words of the leading language."""
    margin: float = 0.15
    """By which its score is ahead."""
    sure_words: int = 8
    """From so many on a smaller margin is enough ..."""
    sure_margin: float = 0.05
    """... namely this."""
    last_words: int = 25
    """From so many on the leading language is taken whatever the margin."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The leading language, and whether that is decided."""

    language: str
    decided: bool


def score(evidence: Evidence) -> float:
    """Return how well a language fits, 0 to 1."""
    return evidence.mean


def choose(evidence: Sequence[Evidence], thresholds: Thresholds) -> Choice:
    """Weigh the languages, in the order the site prefers them; without evidence the first one leads.

    A single language is decided from the start.
    """
    first, *others = sorted(evidence, key=score, reverse=True)
    if not others:
        return Choice(first.language, decided=True)
    return Choice(first.language, decided=_enough(first, score(first) - score(others[0]), thresholds))


def _enough(leader: Evidence, ahead: float, at: Thresholds) -> bool:
    steps = ((at.min_words, at.margin), (at.sure_words, at.sure_margin), (at.last_words, 0.0))
    return any(leader.scored >= words and ahead >= margin for words, margin in steps)
