"""The decoding graph HCLG: language model G, lexicon L, monophone H, in Kaldi's transition-id convention.

Mohri, Pereira and Riley, "Speech recognition with weighted finite-state transducers", 2008. There is no context
transducer: phones are context-free, but each has four variants by its place in the word, for word times.
"""

import math
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pynini
from pynini import Arc, Fst, Weight

from models.speech.recipe.lexicon import Lexicon, Sounds
from models.speech.recipe.lm import BEGIN, END, ORDER, BackOff, Gram
from models.speech.recipe.phones import SIL

EPSILON, BACK_OFF = "<eps>", "#0"
_PLACES = {"B": "begin", "I": "internal", "E": "end", "S": "singleton"}
_SILENCE = 1
"""Phone id of SIL."""
_SILENCE_BETWEEN, _SILENCE_AT_START = 0.3, 0.7
"""Probability of a pause after a word, and before the first."""


@dataclass(frozen=True)
class PhoneTable:
    """Phone ids from 1: SIL, then every phone in its four places. Phone b of the inventory owns pdfs 2b and 2b+1."""

    inventory: Sequence[str]

    @property
    def count(self) -> int:
        """How many phone ids there are."""
        return 1 + 4 * (len(self.inventory) - 1)

    def ids(self, sounds: Sounds) -> list[int]:
        """Return the phone ids of a word."""
        last = len(sounds) - 1
        places = ["S"] if last == 0 else ["B", *"I" * (last - 1), "E"]
        return [self._id(sound, place) for sound, place in zip(sounds, places, strict=True)]

    def _id(self, sound: str, place: str) -> int:
        return 2 + 4 * (self.inventory.index(sound) - 1) + "BIES".index(place)

    def pdfs(self) -> list[tuple[int, int]]:
        """Return (first frame, further frames) of every phone id in order."""
        bases = [0] + [base for base in range(1, len(self.inventory)) for _ in _PLACES]
        return [(2 * base, 2 * base + 1) for base in bases]

    def symbols(self) -> list[str]:
        """Return the names of ids 0, 1, 2 ..."""
        return [EPSILON, SIL, *(f"{sound}_{place}" for sound in self.inventory[1:] for place in _PLACES)]

    def word_boundary(self) -> str:
        """Return `graph/phones/word_boundary.int`."""
        kinds = ["nonword", *(kind for _ in self.inventory[1:] for kind in _PLACES.values())]
        return "".join(f"{number} {kind}\n" for number, kind in enumerate(kinds, 1))

    def disambiguation(self, number: int) -> int:
        """Return the label of #0, #1 ..., which lie above the phones."""
        return self.count + 1 + number


def word_list(lexicon: Lexicon) -> list[str]:
    """Return the words in the order of their ids."""
    return [EPSILON, *sorted(lexicon), BACK_OFF, BEGIN, END]


def _weight(probability: float) -> Weight:
    return Weight("tropical", -math.log(probability))


_FREE = Weight("tropical", 0.0)


def grammar(model: BackOff, ids: dict[str, int]) -> Fst:
    """Return G: one state a history, back-off arcs labelled #0."""
    fst, states = Fst(), dict[Gram, int]()
    histories = {(), *(history for weights in model.weight for history in weights)}

    def state(history: Gram) -> int:
        while history not in histories:
            history = history[1:]
        if history not in states:
            states[history] = fst.add_state()
        return states[history]

    fst.set_start(state((BEGIN,)))
    for probabilities in model.probability:
        for gram, probability in probabilities.items():
            source = state(gram[:-1])
            if gram[-1] == END:
                fst.set_final(source, _weight(probability))
            else:
                word = ids[gram[-1]]
                fst.add_arc(source, Arc(word, word, _weight(probability), state(gram[-(ORDER - 1) :])))
    for weights in model.weight[1:]:
        for history, weight in weights.items():
            fst.add_arc(state(history), Arc(ids[BACK_OFF], 0, _weight(weight), state(history[1:])))
    return fst.connect()


def pronunciations(lexicon: Lexicon, table: PhoneTable, ids: dict[str, int]) -> Fst:
    """Return L: words from a loop state, a pause after any; homophones end in #1, #2 ... so that LG determinises."""
    fst = Fst()
    start, loop, pause = (fst.add_state() for _ in range(3))
    fst.set_start(start)
    fst.set_final(loop, _FREE)
    fst.add_arc(start, Arc(0, 0, _weight(1 - _SILENCE_AT_START), loop))
    fst.add_arc(start, Arc(_SILENCE, 0, _weight(_SILENCE_AT_START), loop))
    fst.add_arc(pause, Arc(_SILENCE, 0, _FREE, loop))
    fst.add_arc(loop, Arc(table.disambiguation(0), ids[BACK_OFF], _FREE, loop))
    shared = Counter(sounds for variants in lexicon.values() for sounds, _ in variants)
    used: Counter[Sounds] = Counter()
    for word, variants in lexicon.items():
        likeliest = max(share for _, share in variants)
        for sounds, share in variants:
            labels = table.ids(sounds)
            if shared[sounds] > 1:
                used[sounds] += 1
                labels.append(table.disambiguation(used[sounds]))
            _add_word(fst, labels, ids[word], share / likeliest, (loop, pause))
    return fst


def _add_word(fst: Fst, labels: list[int], word: int, share: float, ends: tuple[int, int]) -> None:
    """Add one pronunciation from the loop state back to it, or to the pause state, the word on its first phone."""
    loop, pause = ends
    state, output, cost = loop, word, -math.log(share)
    for label in labels[:-1]:
        following = fst.add_state()
        fst.add_arc(state, Arc(label, output, Weight("tropical", cost), following))
        state, output, cost = following, 0, 0.0
    for end, probability in ((loop, 1 - _SILENCE_BETWEEN), (pause, _SILENCE_BETWEEN)):
        fst.add_arc(state, Arc(labels[-1], output, Weight("tropical", cost - math.log(probability)), end))


def compose(lexicon: Fst, language_model: Fst) -> Fst:
    """Return the minimal deterministic LG."""
    composed = pynini.compose(lexicon.rmepsilon().arcsort("olabel"), language_model.arcsort("ilabel"))
    result = pynini.determinize(composed)
    encoder = pynini.EncodeMapper(result.arc_type(), encode_labels=True, encode_weights=True)
    return result.encode(encoder).minimize().decode(encoder)


def expand(lg: Fst, phones: int) -> Fst:
    """Return HCLG: transition-ids instead of phones, self-loops after the exit (Kaldi's reorder=true).

    A state of the result is a state of LG and the phone that led there; the phone's self-loop stays on it.
    """
    fst, states, todo = Fst(), dict[tuple[int, int], int](), list[tuple[int, int]]()

    def state(old: int, phone: int) -> int:
        key = (old, phone)
        if key not in states:
            states[key] = fst.add_state()
            todo.append(key)
            if phone:
                fst.add_arc(states[key], Arc(2 * phone - 1, 0, _FREE, states[key]))
        return states[key]

    fst.set_start(state(lg.start(), 0))
    while todo:
        old, phone = todo.pop()
        source = states[old, phone]
        fst.set_final(source, lg.final(old))
        for arc in lg.arcs(old):
            label = arc.ilabel if arc.ilabel <= phones else 0
            fst.add_arc(source, Arc(2 * label, arc.olabel, arc.weight, state(arc.nextstate, label)))
    return fst


def write(fst: Fst, path: Path) -> None:
    """Write the compact read-only type that the decoder maps; needs the OpenFst command line."""
    plain = path.with_suffix(".vector")
    fst.write(str(plain))
    subprocess.run(["fstconvert", "--fst_type=const", str(plain), str(path)], check=True)
    plain.unlink()


def build(lexicon: Lexicon, model: BackOff, table: PhoneTable) -> Fst:
    """Return HCLG."""
    ids = {word: number for number, word in enumerate(word_list(lexicon))}
    return expand(compose(pronunciations(lexicon, table, ids), grammar(model, ids)), table.count)
