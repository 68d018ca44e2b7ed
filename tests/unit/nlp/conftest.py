"""The readers as saved, without places."""

from functools import cache
from pathlib import Path

import pytest

from nlp.pipeline import load

MODELS = Path(__file__).resolve().parents[3] / "models" / "language"


@cache
def _reader(language):
    return load(language, MODELS, None)


@pytest.fixture(scope="session")
def reader():
    return _reader
