"""Number words in normal form, 0 to 9,999: Dutch, and French as spoken in Belgium (septante, nonante).

Dutch writes numbers below 100 and whole hundreds as one word (`drieënvijftig`, `tweehonderd zevenentwintig`); French
writes every part apart and never with an s (`quatre vingt trois`, `deux cent`, `vingt et un`).
"""

from collections.abc import Callable

# fmt: off
_NL = (
    "nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien",
    "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
)
_NL_TENS = ("", "", "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_FR = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize",
)
_FR_TENS = (
    "", "dix", "vingt", "trente", "quarante", "cinquante", "soixante", "septante", "quatre vingt", "nonante",
)
# fmt: on


def dutch(number: int) -> str:
    """Return `drieënvijftig` for 53."""
    if number < 20:
        return _NL[number]
    if number >= 100:
        return _compound(number, dutch, ("honderd", "duizend"), glue="")
    tens, unit = divmod(number, 10)
    if unit == 0:
        return _NL_TENS[tens]
    stem = "een" if unit == 1 else _NL[unit]
    return f"{stem}{'ën' if stem in ('twee', 'drie') else 'en'}{_NL_TENS[tens]}"


def french(number: int) -> str:
    """Return `septante trois` for 73."""
    if number < 17:
        return _FR[number]
    if number >= 100:
        return _compound(number, french, ("cent", "mille"), glue=" ")
    tens, unit = divmod(number, 10)
    if unit == 0:
        return _FR_TENS[tens]
    return f"{_FR_TENS[tens]} {'et un' if unit == 1 and tens not in (1, 8) else _FR[unit]}"


def _compound(number: int, below: Callable[[int], str], names: tuple[str, str], *, glue: str) -> str:
    size, name = (1000, names[1]) if number >= 1000 else (100, names[0])
    count, rest = divmod(number, size)
    head = name if count == 1 else f"{below(count)}{glue}{name}"
    return f"{head} {below(rest)}" if rest else head


WORDS: dict[str, Callable[[int], str]] = {"nl": dutch, "fr": french}
"""Number words by language code."""
