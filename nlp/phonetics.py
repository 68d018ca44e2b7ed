"""How a name sounds, roughly, as a speaker of one language reads it aloud.

Two levels. `phones` gives one character per sound, close to SAMPA; the three French nasal vowels are `1` (vin), `3`
(vent) and `4` (bon), and a silent letter gives nothing. `coarse` merges what Dutch and French ears and recognisers
confuse: voicing, v with w, x with g and k, vowels into four classes, and a nasal vowel into vowel plus N. A French
name heard by a Dutch recogniser and the name itself meet at the coarse level: "plas fla zee" and "place Flagey" are
both PLASFLASE.

The rules are regular expressions tried in order at each letter, first match wins; a word is read by itself.
"""

import re
import unicodedata
from functools import lru_cache

Rules = tuple[tuple[str, str], ...]

_V = "aeiouyàâäéèêëîïôöûüœ"
_FRONT = "eiéèêëîïy"

_FRENCH: Rules = (
    (r"^et$", "e"),
    (r"(?<=^[cdlmst])es$", "e"),
    (r"eaux?", "o"),
    (r"au[xdt]?s?$", "o"),
    (r"au", "o"),
    (r"tion", "sj4"),
    (rf"oin(?![{_V}n])", "u1"),
    (rf"oy(?=[{_V}])", "uaj"),
    (r"o[iîy]", "ua"),
    (r"ouill", "uj"),
    (r"o[uùûe]", "u"),
    (r"euill?|ueill?|œil", "2j"),
    (r"eill?", "Ej"),
    (r"aill?", "aj"),
    (r"(?<=[vm])ill", "il"),
    (rf"ill(?=[{_V}]|$)", "ij"),
    (r"uy", "2j"),
    (r"ij", "Ej"),
    (r"uu", "y"),
    (rf"ien(?![{_V}n])", "j1"),
    (rf"(?:[ae]?[iîy]|u)[nm](?![{_V}nm])", "1"),
    (rf"[ae][nm](?![{_V}nm])", "3"),
    (rf"o[nm](?![{_V}nm])", "4"),
    (r"ées?$|er$|ez$|é", "e"),
    (r"ets?$|ai[st]?$|[èêë]|a[iî]|e[iy]", "E"),
    (r"ae|aa", "a"),
    (r"ee", "e"),
    (r"oo", "o"),
    (r"œu?|eu", "2"),
    (r"gn", "J"),
    (r"ph", "f"),
    (r"sch", "sk"),
    (r"ch(?=[rlnt]|$)", "k"),
    (r"ch", "S"),
    (r"th", "t"),
    (r"qu|q|ck", "k"),
    (r"gu(?=[eiéèêy])", "g"),
    (r"ge(?=[aou])", "Z"),
    (rf"g(?=[{_FRONT}])", "Z"),
    (rf"cc(?=[{_FRONT}])", "ks"),
    (rf"s?c(?=[{_FRONT}])|ç", "s"),
    (r"c", "k"),
    (rf"(?<=[{_V}])s(?=[{_V}])", "z"),
    (r"(?<=[^\W_])[dtpszx]+$", ""),
    (r"es?$", ""),
    (r"x", "ks"),
    (r"[aàâä]", "a"),
    (r"e", "@"),
    (r"[iîïyÿ]", "i"),
    (r"[oôö]", "o"),
    (r"[uùûü]", "y"),
    (r"j", "Z"),
    (r"h", ""),
)
_LONG_VOWELS: Rules = (
    (r"a[ae]", "a"),
    (r"ee", "e"),
    (r"oo", "o"),
    (r"uu", "y"),
    (r"oe", "u"),
)
_LETTERS: Rules = (
    (r"th", "t"),
    (r"ph", "f"),
    (r"qu|ck", "k"),
    (r"c(?=[eiyéè])|ç", "s"),
    (r"[cq]", "k"),
    (r"ng", "N"),
    (r"n(?=k)", "N"),
    (r"d$", "t"),
    (r"b$", "p"),
    (r"x", "ks"),
    (r"(?<=[^\W_])e(?=n?$)", "@"),
    (r"[aàâä]", "a"),
    (r"[éëê]", "e"),
    (r"[eè]", "E"),
    (r"[iîï]", "i"),
    (r"[oôö]", "o"),
    (r"[uûü]", "y"),
)
"""What Germanic readers do with single letters once the rules of their language are done."""
_DUTCH: Rules = (
    (r"sch$", "s"),
    (r"sch", "sx"),
    (r"sj|ch(?=[eiéè])", "S"),
    (r"ch", "x"),
    (r"tie$", "tsi"),
    (r"eaux?", "o"),
    (r"aai", "aj"),
    (r"ooi", "oj"),
    (r"oei", "uj"),
    (r"ieuw", "iw"),
    (r"eeuw", "ew"),
    *_LONG_VOWELS,
    (r"eu", "2"),
    (r"ie", "i"),
    (r"ui|uy", "2j"),
    (r"ij(?=k$)", "@"),
    (r"ij|ei|y", "Ej"),
    (r"ou(?=[aeio])", "u"),
    (r"[ao]u", "au"),
    (r"ng", "N"),
    (r"g", "x"),
    *_LETTERS,
)
_GERMAN: Rules = (
    (r"tsch", "tS"),
    (r"sch|s(?=[pt])|ch(?=[eiéè])", "S"),
    (r"ei|ai|ey|ay", "aj"),
    (r"eu|äu", "oj"),
    (r"ie|ih", "i"),
    (r"ß|z", "s"),
    (r"ch", "x"),
    (r"v", "f"),
    (r"w", "v"),
    (r"(?<=[aeiouäöü])h", ""),
    *_LONG_VOWELS,
    (r"ä", "E"),
    (r"ö", "2"),
    (r"ü|y", "y"),
    (r"au", "au"),
    (r"u", "u"),
    *_LETTERS,
)
_ENGLISH: Rules = (
    (r"sh|ch", "S"),
    (r"ee|ea", "i"),
    (r"oo", "u"),
    (r"ou|ow", "au"),
    (r"ay|ai|ey", "ej"),
    (r"oa", "o"),
    (r"igh", "aj"),
    (r"(?<=[^\W_])e$", ""),
    (r"kn", "n"),
    (r"wh", "w"),
    (r"y", "i"),
    (r"j|g(?=[eiy])", "Z"),
    *_LETTERS,
)

_COARSE = str.maketrans(
    {
        **dict.fromkeys("iyj", "I"),
        **dict.fromkeys("eE2@", "E"),
        "a": "A",
        **dict.fromkeys("ou", "O"),
        "1": "EN",
        "3": "AN",
        "4": "ON",
        **dict.fromkeys("pb", "P"),
        **dict.fromkeys("td", "T"),
        **dict.fromkeys("kgx", "K"),
        **dict.fromkeys("fvw", "F"),
        **dict.fromkeys("szSZ", "S"),
        "m": "M",
        **dict.fromkeys("nNJ", "N"),
        "l": "L",
        "r": "R",
        "h": "",
    }
)


class _Reader:
    """The rules of one language as a single expression; the number of the group that matched names the sound.

    A letter without a rule sounds as it is written.
    """

    def __init__(self, rules: Rules) -> None:
        self._expression = re.compile("|".join(f"({pattern})" for pattern, _ in rules))
        self._sounds = ("", *(sound for _, sound in rules))

    def read(self, word: str) -> str:
        return self._expression.sub(self._sound, word)

    def _sound(self, match: re.Match[str]) -> str:
        return self._sounds[match.lastindex or 0]


_READERS = {
    "fr": _Reader(_FRENCH),
    "nl": _Reader(_DUTCH),
    "de": _Reader(_GERMAN),
    "en": _Reader(_ENGLISH),
}
_REPEATED = re.compile(r"(.)\1+")
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=65_536)
def _word(word: str, language: str) -> str:
    return _READERS[language].read(_REPEATED.sub(_shorten, word))


def _shorten(match: re.Match[str]) -> str:
    """A doubled vowel is another sound, a doubled consonant is not; `ll` and `ss` change what stands around them."""
    letter = match.group(1)
    return letter * 2 if letter in "aeoulsc" else letter


def phones(text: str, language: str) -> str:
    """The sounds of `text` as a speaker of `language` (nl, fr, de or en) reads it, without spaces.

    Raises `KeyError` for another language.
    """
    words = _WORD.findall(unicodedata.normalize("NFC", text.lower()))
    return _REPEATED.sub(r"\1", "".join(_word(word, language) for word in words))


def coarse(sounds: str) -> str:
    """What `phones` gave, in the twelve classes P T K F S M N L R I E A O, repeats joined."""
    return _REPEATED.sub(r"\1", sounds.translate(_COARSE))
