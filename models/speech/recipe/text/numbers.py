"""Number words in normal form, 0 to 9,999: Dutch, and French as spoken in Belgium (septante, nonante).

Dutch writes numbers below 100 and whole hundreds as one word (`drieënvijftig`, `tweehonderd zevenentwintig`); French
writes every part apart and never with an s (`quatre vingt trois`, `deux cent`, `vingt et un`).
"""

from collections.abc import Callable

_NL = (
    "nul één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien"
    " negentien"
).split()
_NL_TENS = "- - twintig dertig veertig vijftig zestig zeventig tachtig negentig".split()
_FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
_FR_TENS = "- dix vingt trente quarante cinquante soixante septante quatre_vingt nonante".replace("_", "\0").split()


def dutch(number: int) -> str:
    """Return `drieënvijftig` for 53."""
    if number < 20:
        return _NL[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        if unit == 0:
            return _NL_TENS[tens]
        stem = "een" if unit == 1 else _NL[unit]
        return f"{stem}{'ën' if stem in ('twee', 'drie') else 'en'}{_NL_TENS[tens]}"
    return _compound(number, dutch, "honderd", "duizend", glue="")


def french(number: int) -> str:
    """Return `septante trois` for 73."""
    if number < 17:
        return _FR[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        name = _FR_TENS[tens].replace("\0", " ")
        if unit == 0:
            return name
        return f"{name} et un" if unit == 1 and tens not in (1, 8) else f"{name} {_FR[unit]}"
    return _compound(number, french, "cent", "mille", glue=" ")


def _compound(number: int, below: Callable[[int], str], hundred: str, thousand: str, *, glue: str) -> str:
    size, name = (1000, thousand) if number >= 1000 else (100, hundred)
    count, rest = divmod(number, size)
    head = name if count == 1 else f"{below(count)}{glue}{name}"
    return f"{head} {below(rest)}" if rest else head


WORDS: dict[str, Callable[[int], str]] = {"nl": dutch, "fr": french}
