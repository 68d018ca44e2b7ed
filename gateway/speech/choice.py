"""Which language the caller speaks, from what the recognisers of all languages made of the same audio.

A recogniser hears words of its own language in anything; in the wrong language they come out unsure, and cover less of
what was said. So a language scores by its mean confidence, counted several times, and by its letters:

    score = 4 ln(mean confidence) + ln(letters)

A wrong decision costs the caller's words and a late one only computing time, so a decision takes a clear margin,
smaller as more words are heard; `docs/hearing.md` has what was measured. Evidence is counted in words, never in time of
day: the same call is always decided the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one language's recogniser has heard so far."""

    language: str
    letters: int = 0
    """Of all words, final or not."""
    scored: int = 0
    """Words that have a confidence of the recogniser's own; it tells them later than the words."""
    confidence: float = 0.0
    """Sum over the scored words."""

    @property
    def mean(self) -> float:
        """Mean confidence of the scored words, 0 without any."""
        return self.confidence / self.scored if self.scored else 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When the evidence is enough."""

    confidence_weight: float = 4.0
    """How much more the confidence counts than the letters."""
    steps: tuple[tuple[int, float], ...] = ((5, 0.8), (10, 0.6), (20, 0.4), (30, 0.2))
    """Scored words of the language that heard the fewest, and the margin of the best score that is enough then."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The leading language, and whether that is decided."""

    language: str
    decided: bool


def score(evidence: Evidence, confidence_weight: float) -> float:
    """Return how well a language fits; only differences mean something."""
    return confidence_weight * log(max(evidence.mean, 0.01)) + log(max(evidence.letters, 1))


def choose(evidence: Sequence[Evidence], thresholds: Thresholds) -> Choice:
    """Weigh the languages, in the order the site prefers them; without evidence the first one leads.

    A single language is decided from the start.
    """
    scores = {each.language: score(each, thresholds.confidence_weight) for each in evidence}
    first, *others = sorted(scores, key=scores.__getitem__, reverse=True)
    if not others:
        return Choice(first, decided=True)
    margin = scores[first] - scores[others[0]]
    words = min(each.scored for each in evidence)
    return Choice(first, decided=any(words >= least and margin >= enough for least, enough in thresholds.steps))
