"""The texts of the desk, from one table, `texts.toml`."""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("nl", "fr", "de", "en")
DEFAULT = "nl"

Say = Callable[..., str]
"""`say("list.waiting", count=3)`: a text in one language, its braces filled in; raises KeyError for an unknown key."""


@lru_cache(maxsize=1)
def table() -> Mapping[str, Mapping[str, str]]:
    """Return every text by its key (`section.name`) and language."""
    sections = tomllib.loads((Path(__file__).parent / "texts.toml").read_text("utf-8"))
    return {f"{section}.{name}": texts for section, rows in sections.items() for name, texts in rows.items()}


@lru_cache(maxsize=len(LANGUAGES))
def speaker(language: str) -> Say:
    """Return the function that says a text in `language`."""
    texts = {key: row[language] for key, row in table().items()}

    def say(key: str, /, **values: object) -> str:
        return texts[key].format_map(values) if values else texts[key]

    return say


def choose(wanted: Iterable[str]) -> str:
    """Return the first of the wanted languages that the desk has, such as `fr` for `fr-BE`."""
    offered = (tag.split("-")[0].strip().lower() for tag in wanted)
    return next((language for language in offered if language in LANGUAGES), DEFAULT)


def accepted(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, the most wanted first (RFC 9110 section 12.5.4)."""
    weighed = []
    for part in header.split(",")[:20]:
        tag, _, parameter = part.partition(";")
        weighed.append((_quality(parameter), tag.strip()))
    return [tag for quality, tag in sorted(weighed, key=lambda item: -item[0]) if tag and quality > 0]


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
