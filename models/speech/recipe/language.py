"""What differs between languages: one row each. A new language is a row here, its voices and its files in `text/`."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Language:
    """The facts the recipe needs about one language."""

    code: str
    """ISO 639-1."""
    neighbour: str
    """Language whose street names callers also use."""
    seed: int
    """Seed of all randomness of this language's recipe."""
    self_test: str
    """What the runtime decodes at its start; all its words must be heard."""
    phones: Mapping[str, str]
    """espeak-ng mnemonic to model phone; mnemonics not listed stay, an empty phone is dropped."""
    borrowed: Mapping[str, tuple[str, ...]]
    """Model phone of the neighbour to phones of this language."""
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Words espeak-ng cannot say alone, with their phones."""
    respelled: Mapping[str, str] = field(default_factory=dict)
    """Words espeak-ng reads in another language or wrongly, spelled so that it says them right."""


# fmt: off
_DUTCH_PHONES = {
    "a": "A", "0": "O", "*": "r", "E2": "E", "n^": "n", "yU": "y", "w": "v#", "g": "k", "r-": "r", "3": "@",
    "@L": "l", "i:": "i", "u:": "u", "A:": "a:", "oU": "o:", "eI": "e:", "e": "e:", "o": "o:", "V": "8", "aI": "A",
    "e@": "E", "T": "t", "I2": "I", "@2": "@", "a#": "A", "I#": "I", "D": "d", "tS": "S", "dZ": "Z", "A@": "A",
    "U": "u", "3:": "Y:", "O@": "O", "aU": "VU", "@5": "@", "i@": "i", "U@": "u", "OI": "O", "aI@": "A", "h#": "h",
    "E#": "E", "@-": "@", "l#": "l", "E:": "E", "Y": "Y:", "W": "Y:", "y:": "y", "o-": "o:", "r*": "r",
}
_FRENCH_PHONES = {
    "a-": "a", "e-": "e", "y-": "y", "z2": "z", "t2": "t", "p2": "p", "r-": "r", "@-": "@", "@L": "l", "I": "i",
    "I2": "i", "i:": "i", "u:": "u", "U": "u", "oU": "o", "T": "s", "0": "O", "O:": "O", "N": "n", "eI": "e",
    "3": "W", "A@": "a", "e@": "E", "h": "", "aI": "a", "aI@": "a", "V": "a", "A:": "a", "dZ": "Z", "OI": "O",
    "3:": "W", "D": "z", "tS": "S", "A": "a", "aU": "a", "@2": "@", "a#": "a", "I#": "i", "O@": "O", "E2": "E",
    "@5": "@", "i@": "i", "U@": "u", "o-": "o", "E-": "E", "n2": "n", "x": "r", "Q": "g", "v#": "v", "n-": "n",
    "r2": "r", "k2": "k", "i-": "i", "u-": "u", "O-": "O",
}
_FROM_FRENCH = {
    "a": ("A",), "e": ("e:",), "E": ("E",), "o": ("o:",), "O": ("O",), "W": ("Y:",), "Y": ("Y:",), "A~": ("A", "N"),
    "O~": ("O", "N"), "E~": ("E", "N"), "W~": ("8", "N"), "n^": ("n", "j"), "g": ("k",), "w": ("v#",), ";": (),
}
_FROM_DUTCH = {
    "I": ("i",), "A": ("a",), "EI": ("E", "j"), "a:": ("a",), "Q": ("g",), "x": ("k",), "h": (), "v#": ("w",),
    "o:": ("o",), "e:": ("e",), "8": ("Y",), "N": ("n", "g"), "VU": ("a", "u"), "Wy": ("W", "j"), "Y:": ("W",),
    "O:": ("O",), "!": (),
}
_ELISIONS = {
    "l'": ("l",), "d'": ("d",), "j'": ("Z",), "m'": ("m",), "s'": ("s",), "n'": ("n",), "c'": ("s",), "t'": ("t",),
    "qu'": ("k",), "jusqu'": ("Z", "y", "s", "k"), "lorsqu'": ("l", "O", "r", "s", "k"),
    "puisqu'": ("p", "y", "i", "s", "k"), "quelqu'": ("k", "E", "l", "k"),
}
_FRENCH_RESPELLED = {
    "uccle": "ucle", "schaerbeek": "scarbèque", "etterbeek": "etterbèque", "molenbeek": "molènbèque", "jette": "jète",
    "woluwe": "voluwé", "ganshoren": "gansoren", "koekelberg": "coukelbergue", "laeken": "lakène", "evere": "évère",
    "stockel": "stocquel", "auderghem": "auderguème", "haren": "arène", "heysel": "eysel", "anderlecht": "anderlecte",
    "léopold": "léopolde", "watermael": "watermale", "helmet": "elmet", "scheut": "sqeute", "meiser": "mézère",
    "wayez": "waillez", "ath": "at", "gsm": "gé esse emme", "henry": "henri", "parking": "parquine",
    "training": "trénine", "jeep": "djipe", "scooter": "scouteur", "drone": "drone",
}
# fmt: on

LANGUAGES = {
    "nl": Language("nl", "fr", 1101, "stuur een ziekenwagen, er is iemand gewond", _DUTCH_PHONES, _FROM_FRENCH),
    "fr": Language(
        "fr",
        "nl",
        2101,
        "envoyez une ambulance, il y a un blessé",
        _FRENCH_PHONES,
        _FROM_DUTCH,
        _ELISIONS,
        _FRENCH_RESPELLED,
    ),
}
