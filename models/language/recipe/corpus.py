"""The utterances and how they are divided: of every five of a type four train, one tests; calibration has a file."""

from collections import Counter
from pathlib import Path
from typing import Literal, NamedTuple

from assemble import LANGUAGES

NONE = "-"
"""What an utterance without an incident is labelled."""
Part = Literal["train", "test"]
_PARTS: tuple[Part, ...] = ("train", "train", "train", "train", "test")


class Utterance(NamedTuple):
    """A caller's words and the type a person gave them."""

    type: str
    text: str


def read(path: Path) -> list[Utterance]:
    """Lines `type<TAB>text`."""
    return [Utterance(*line.split("\t")) for line in path.read_text(encoding="utf-8").splitlines()]


def utterances(language: str, part: Part) -> list[Utterance]:
    """One part of `utterances.tsv`, divided by the order within each type."""
    seen: Counter[str] = Counter()
    chosen = []
    for row in read(LANGUAGES / language / "utterances.tsv"):
        if _PARTS[seen[row.type] % len(_PARTS)] == part:
            chosen.append(row)
        seen[row.type] += 1
    return chosen


def calibration(language: str) -> list[Utterance]:
    """What the confidences are fitted on: written last, after all work on the lexicon."""
    return read(LANGUAGES / language / "calibration.tsv")


def free(language: str) -> list[Utterance]:
    """The free wordings, written before the lexicon."""
    return read(LANGUAGES / language / "free.test.tsv")
