"""The texts of one language: utterances with slots, test sentences, the gazetteer's names, the vocabulary."""

import csv
import random
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from models.speech.recipe.language import LANGUAGES, Language
from models.speech.recipe.text import grammar
from models.speech.recipe.text.normal import words
from models.speech.recipe.text.numbers import WORDS

TEXT = Path(__file__).with_name("text")
GAZETTEER = Path(__file__).parents[3] / "config" / "gazetteer" / "brussels.csv"
_COLUMN = {"fr": 0, "nl": 1}
_NEIGHBOUR_STREETS = 0.2
"""Share of street slots filled with a name in the other language of the place."""


@dataclass(frozen=True)
class Names:
    """Names of one language in the gazetteer, as written."""

    street: tuple[str, ...]
    municipality: tuple[str, ...]
    all: tuple[str, ...]
    aliases: tuple[str, ...]


def _lines(name: str) -> list[str]:
    path = TEXT / name
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]


def names(language: str) -> Names:
    """Read the gazetteer. Aliases are not marked with a language: either language may say them."""
    with GAZETTEER.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    column = f"name_{language}"
    return Names(
        street=tuple(sorted({row[column] for row in rows if row["kind"] == "street" and row[column]})),
        municipality=tuple(sorted({row[column] for row in rows if row["kind"] in ("municipality", "district")})),
        all=tuple(sorted({row[column] for row in rows} | {row[f"municipality_{language}"] for row in rows})),
        aliases=tuple(sorted({alias for row in rows for alias in row["aliases"].split("|") if alias})),
    )


@dataclass(frozen=True)
class Corpus:
    """Everything that is said in one language."""

    language: Language

    @cached_property
    def utterances(self) -> list[str]:
        """What callers say, with slots; one independently worded utterance each."""
        return [*_lines(f"{self.language.code}.txt"), *_lines(f"{self.language.code}.more.txt")]

    @cached_property
    def tests(self) -> list[str]:
        """Sentences written for the evaluation only."""
        return _lines(f"{self.language.code}.test.txt")

    @cached_property
    def names(self) -> Names:
        """The gazetteer's names in this language."""
        return names(self.language.code)

    @cached_property
    def foreign(self) -> Names:
        """The gazetteer's names in the neighbour's language."""
        return names(self.language.neighbour)

    @cached_property
    def slots(self) -> dict[str, list[str]]:
        """All slots; streets of the neighbour's language are one street in five."""
        own, other = self.names.street, self.foreign.street
        repeats = max(1, round(len(other) * (1 - _NEIGHBOUR_STREETS) / _NEIGHBOUR_STREETS / len(own)))
        places = tomllib.loads((TEXT / "places.toml").read_text("utf-8"))["landmark"]
        return {
            **tomllib.loads((TEXT / f"{self.language.code}.toml").read_text("utf-8")),
            "street": [*own * repeats, *other],
            "municipality": list(self.names.municipality),
            "landmark": [place[_COLUMN[self.language.code]] for place in places],
        }

    @cached_property
    def vocabulary(self) -> list[str]:
        """Every word of the language in normal form, sorted."""
        named = [*self.names.all, *self.names.aliases]
        return sorted(self._core | self._words(named) | self.borrowed)

    @cached_property
    def borrowed(self) -> set[str]:
        """Words that only the neighbour's names have, in this language's normal form."""
        return self._words(self.foreign.all) - self._core

    @cached_property
    def _core(self) -> set[str]:
        """Words of the language itself."""
        choices = [choice for name, values in self.slots.items() if name != "street" for choice in values]
        numbers = [WORDS[self.language.code](number) for number in range(1000)]
        return self._words([*self.utterances, *choices, *numbers, *_lines(f"{self.language.code}.words.txt")])

    def _words(self, texts: Iterable[str]) -> set[str]:
        return {word for text in texts for word in words(grammar.strip(text), self.language.code)}

    def utterance(self, rng: random.Random, template: str | None = None) -> str:
        """Return one utterance with its slots filled."""
        return grammar.fill(template or rng.choice(self.utterances), self.slots, self.language.code, rng)

    def turn(self, rng: random.Random) -> str:
        """Return one to three utterances said in one breath, sometimes with a hesitation between them."""
        parts = []
        for place in range(rng.choices([1, 2, 3], [0.45, 0.4, 0.15])[0]):
            if rng.random() < (0.4 if place else 0.15):
                parts.append(rng.choice(self.slots["hesitation"]))
            parts.append(self.utterance(rng))
        return ", ".join(parts)

    def every_utterance(self, rng: random.Random) -> Iterator[str]:
        """Yield every utterance twice, one with slots eight times.

        More repetition makes the language model trust these sentences too much (measured on other texts).
        """
        for template in self.utterances:
            for _ in range(8 if grammar.has_slots(template) else 2):
                yield self.utterance(rng, template)

    def every_street(self, rng: random.Random) -> Iterator[str]:
        """Yield every street in phrases that say where: twice in the language's own name, once in the neighbour's."""
        phrases = [phrase for phrase in self.slots["where"] + self.slots["address"] if "{street}" in phrase]
        for street in [*self.names.street * 2, *self.foreign.street]:
            slots = {**self.slots, "street": [street]}
            yield grammar.fill(rng.choice(phrases), slots, self.language.code, rng)


def load(language: str) -> Corpus:
    """Return the corpus of a language code."""
    return Corpus(LANGUAGES[language])
