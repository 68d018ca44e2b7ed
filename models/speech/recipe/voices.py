"""Which synthetic voices train a model and which are held out (`voices.toml`)."""

import tomllib
from functools import cache
from pathlib import Path

VARIANTS = Path("/usr/lib/x86_64-linux-gnu/espeak-ng-data/voices/!v")


@cache
def _table() -> dict[str, list[str]]:
    table = tomllib.loads(Path(__file__).with_name("voices.toml").read_text("utf-8"))
    return {"held_out": table["held_out"], "left_out": table["left_out"], **table["base"]}


def base(language: str) -> list[str]:
    """Return the espeak-ng base voices of a language, the default first."""
    return _table()[language]


def held_out(language: str) -> list[str]:
    """Return the voices never trained on, as espeak-ng names `base+variant`, in the order of `held:N`."""
    return [f"{base(language)[0]}+{variant}" for variant in _table()["held_out"]]


def training(language: str) -> list[str]:
    """Return every voice that may be trained on: all base voices with all remaining installed variants."""
    reserved = {*_table()["held_out"], *_table()["left_out"]}
    variants = sorted(path.name for path in VARIANTS.iterdir() if path.name not in reserved)
    return [f"{voice}+{variant}" for voice in base(language) for variant in variants]


def resolve(language: str, name: str) -> str:
    """Turn `held:N` into an espeak-ng voice; any other name is taken as it is."""
    kind, _, index = name.partition(":")
    return held_out(language)[int(index)] if kind == "held" else name
