"""The normal form of every transcript: lower-case words, no punctuation, no hyphens, numbers as words.

French elisions are words of their own that keep their apostrophe (`l' école`, `qu' il`; `aujourd'hui` is one word), and
`œ` is written `oe`. Dutch keeps apostrophes inside words (`auto's`, `zo'n`, `'s avonds`).
"""

import re

_LETTERS = "a-zà-öø-ÿ"
WORD = re.compile(rf"'?[{_LETTERS}]+(?:['-][{_LETTERS}]+)*'?", re.IGNORECASE)
"""A written word, which may hold several words of the normal form."""
_WHOLE = {"aujourd'hui": "aujourd\0hui"}


def _plain(text: str) -> str:
    return text.lower().replace("’", "'").replace("œ", "oe").replace("-", " ")


def _french(text: str) -> list[str]:
    for written, protected in _WHOLE.items():
        text = text.replace(written, protected)
    return [word.replace("\0", "'") for word in re.sub(r"'", "' ", text).split()]


def words(text: str, language: str) -> list[str]:
    """Return the words of a text in normal form."""
    kept = re.sub(rf"[^{_LETTERS}' -]", " ", _plain(text))
    found = _french(kept) if language == "fr" else kept.split()
    return [word for word in found if word.strip("'")]


def written(tokens: list[str]) -> str:
    """Join normal-form words to a text that can be spoken (`l' école` becomes `l'école`)."""
    return " ".join(tokens).replace("' ", "'")


def words_at(text: str, language: str) -> dict[int, list[str]]:
    """Map the offset of every written word in the text to its normal form."""
    return {match.start(): words(match.group(0), language) for match in WORD.finditer(text)}
