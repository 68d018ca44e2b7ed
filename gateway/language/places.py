"""The gazetteer on its own, for looking a name up as it was heard."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from gateway.errors import ConfigError
from nlp.gazetteer import Candidate, Gazetteer
from nlp.gazetteer_files import load


def lookup(heard: str, language: str, gazetteer: Path) -> list[dict[str, Any]]:
    """Return the places a name may mean, the likeliest first, as JSON values; raises ConfigError for a wrong file."""
    return [_row(candidate) for candidate in _gazetteer(gazetteer).lookup(heard, language)]


@lru_cache(maxsize=2)
def _gazetteer(path: Path) -> Gazetteer:
    try:
        return load(path)
    except (OSError, ValueError) as error:
        raise ConfigError(f"gazetteer {path}: {error}") from error


def _row(candidate: Candidate) -> dict[str, Any]:
    return {
        "kind": candidate.kind,
        "name": candidate.name.model_dump(),
        "probability": round(candidate.probability, 4),
        "score": round(candidate.score, 4),
        "places": [
            {"municipality": p.municipality and p.municipality.model_dump(), "postcode": p.postcode}
            for p in candidate.places
        ],
    }
