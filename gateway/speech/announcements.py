"""Speech prepared ahead: the port Announcements, read from `config/announcements` once, at the start.

announcements.toml             a text for each key and language; what the answers promise
audio/<language>/<key>.wav     the same, spoken; a site's own recordings replace ours
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from gateway.domain.caller_information import Sentence
from gateway.domain.value import Frozen
from gateway.errors import ConfigError
from gateway.speech import wav

TEXTS = "announcements.toml"
LONGEST_S = 30.0
_BYTES_PER_S = 16_000


class Entry(Frozen):
    """One announcement in all its languages."""

    nl: str = Field(min_length=1)
    fr: str = Field(min_length=1)
    de: str | None = None
    en: str | None = None
    cause: dict[str, str] | None = None
    """Why the answer does not come at once, by language."""
    expected_delay_minutes: int | None = Field(None, ge=0)

    def sentence(self, language: str) -> Sentence | None:
        """Return it in one language, None when it has no text there."""
        text = getattr(self, language, None)
        cause = (self.cause or {}).get(language)
        if not text:
            return None
        return Sentence(text=text, cause=cause, expected_delay_minutes=self.expected_delay_minutes)


class PreparedSpeech:
    """The port Announcements."""

    def __init__(self, folder: Path, languages: Sequence[str]) -> None:
        """Read text and sound of every key in the site's languages; raises ConfigError for what is missing or wrong."""
        self._folder = folder
        entries = _entries(folder / TEXTS)
        self.sentences = {
            key: {language: _sentence(folder, key, entry, language) for language in languages}
            for key, entry in entries.items()
        }
        """By key and language, for what a ticket says the caller was told."""
        self._audio = {(key, lang): _sound(folder, key, lang) for key in entries for lang in languages}

    def text(self, key: str, language: str) -> str:
        """Return the sentence (port Announcements)."""
        try:
            return self.sentences[key][language].text
        except KeyError as error:
            raise _missing(self._folder, key, language) from error

    def audio(self, key: str, language: str) -> bytes:
        """Return it as PCM (port Announcements); raises ConfigError when the site has none."""
        try:
            return self._audio[key, language]
        except KeyError as error:
            raise _missing(self._folder, key, language) from error


def _entries(path: Path) -> dict[str, Entry]:
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        return {key: Entry.model_validate(table) for key, table in tables.items()}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise ConfigError(f"{path}: {error}; compare it with the one that came with the program") from error


def _sentence(folder: Path, key: str, entry: Entry, language: str) -> Sentence:
    sentence = entry.sentence(language)
    if sentence is None:
        raise _missing(folder, key, language)
    return sentence


def _sound(folder: Path, key: str, language: str) -> bytes:
    path = folder / "audio" / language / f"{key}.wav"
    pcm = wav.read(path)
    seconds = len(pcm) / _BYTES_PER_S
    if not 0 < seconds <= LONGEST_S:
        raise ConfigError(f"{path}: lasts {seconds:.1f} s; record it anew, {LONGEST_S:.0f} s at most")
    return pcm


def _missing(folder: Path, key: str, language: str) -> ConfigError:
    return ConfigError(f"{folder / TEXTS}: no {key!r} in {language!r}; add the text and audio/{language}/{key}.wav")
