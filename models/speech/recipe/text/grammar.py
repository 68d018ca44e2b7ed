"""Fill the slots of an utterance: `{street}` from a list, `{1..300}` with a number in words.

A slot's choices may hold slots themselves; `nl.toml` and `fr.toml` list them.
"""

import random
import re
from collections.abc import Mapping, Sequence

from models.speech.recipe.text.numbers import WORDS

Slots = Mapping[str, Sequence[str]]
_SLOT = re.compile(r"\{(?:(\d+)\.\.(\d+)|(\w+))\}")


def fill(template: str, slots: Slots, language: str, rng: random.Random) -> str:
    """Replace every slot, innermost last. Raise KeyError for a slot that is not listed."""

    def choose(match: re.Match[str]) -> str:
        low, high, name = match.groups()
        if name is None:
            return WORDS[language](rng.randint(int(low), int(high)))
        return fill(rng.choice(slots[name]), slots, language, rng)

    return _SLOT.sub(choose, template)


def has_slots(template: str) -> bool:
    """Tell whether an utterance can be said in more than one way."""
    return bool(_SLOT.search(template))


def strip(template: str) -> str:
    """Return the utterance without its slots."""
    return _SLOT.sub(" ", template)
