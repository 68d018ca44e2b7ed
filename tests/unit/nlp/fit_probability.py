"""Recipe of the three coefficients of `nlp.gazetteer._probability`.

    python -m tests.unit.nlp.fit_probability brussels_streets.csv

An unknown street must not become its nearest neighbour: names are looked up in a gazetteer that lacks a third of them
and in one that lacks nine tenths, as a hand-written one does. Names carry none to four wrong letters. Fixed seeds.
Prints intercept, weight of the score, weight of the lead.
"""

import random
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp import gazetteer_files
from nlp.gazetteer import Candidate, Gazetteer
from tests.unit.nlp.corruption import is_right, samples

MOST_LEAD = 0.2


def without(share: float, gazetteer: Gazetteer, chance: random.Random) -> Gazetteer:
    """The gazetteer without a share of its names and all their places."""
    names = sorted({(place.name.fr or "", place.name.nl or "") for place in gazetteer.places})
    chance.shuffle(names)
    gone = set(names[: round(len(names) * share)])
    return Gazetteer(p for p in gazetteer.places if (p.name.fr or "", p.name.nl or "") not in gone)


def features(found: list[Candidate]) -> tuple[float, float, float]:
    """One, the score, and the lead over the next name that shares neither its French nor its Dutch name."""
    best = found[0]
    rivals = (c.score for c in found if c.name.fr != best.name.fr and c.name.nl != best.name.nl)
    return 1.0, best.score, min(MOST_LEAD, best.score - max(rivals, default=0.0))


def fitted(rows: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression by Newton's method, slightly regularised."""
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        chances = 1 / (1 + np.exp(-rows @ weights))
        hessian = (rows.T * (chances * (1 - chances))) @ rows + 0.01 * np.eye(len(weights))
        weights += np.linalg.solve(hessian, rows.T @ (right - chances) - 0.01 * weights)
    return weights


def main(path: Path) -> None:
    whole = gazetteer_files.load(path)
    rows, right = [], []
    for share, count in ((1 / 3, 300), (9 / 10, 150)):
        part = without(share, whole, random.Random(1))
        for errors in range(5):
            for sample in samples(whole, count, errors, seed=10 + errors):
                if found := part.lookup(sample.heard, sample.language, limit=24):
                    rows.append(features(found))
                    right.append(is_right(found[0].name, sample))
    sys.stdout.write(f"{fitted(np.array(rows), np.array(right, float)).round(1)} on {len(rows)} names\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
