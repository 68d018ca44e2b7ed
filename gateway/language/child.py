"""The child process that understands: one pipeline for each language.

    python -m gateway.language.child

Options: `{"languages": [...], "models": folder, "gazetteer": file or null}`. A request is `{"language"}` with the text
as body; the reply's body is a `nlp.types.Understanding` as JSON.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from gateway.worker import child
from gateway.worker.frames import Frame
from nlp import pipeline

_REMEMBERED = 256
"""Texts: the same words are often read again, as when only the confidence of a word changed."""


def make(options: Mapping[str, Any]) -> child.Handler:
    """Load the pipelines."""
    gazetteer = Path(options["gazetteer"]) if options["gazetteer"] else None
    models = Path(options["models"])
    readers = {language: pipeline.load(language, models, gazetteer) for language in options["languages"]}

    @lru_cache(_REMEMBERED)
    def read(language: str, text: str) -> bytes:
        return readers[language].read(text).model_dump_json().encode()

    return lambda request: Frame({}, read(request.header["language"], request.body.decode()))


if __name__ == "__main__":
    child.serve(make)
