"""Speech model folders: vosk's layout and a `manifest.json`, checked before any call depends on them.

    models/speech/nl/
        manifest.json        what this is, and the checksum of every file
        am/ conf/ graph/     what vosk reads
        self_test.wav        a sentence, and in the manifest the words it must give

A model that is damaged or put together from two can pass vosk's loading and abort the process at the first word. So
every file is compared with its checksum, a file without one is refused (vosk takes what it finds), and the model is
tried in a child process.
"""

import hashlib
import re
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from gateway.errors import ConfigError, PartUnavailable
from gateway.speech import transcriber

MANIFEST = "manifest.json"
_READ_BY_VOSK = ("am", "conf", "graph", "ivector", "rescore", "rnnlm")
_RESTORE = "restore the folder from its source, or choose another model"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FileEntry(_Read):
    """A file of the model."""

    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    bytes: int


class SelfTest(_Read):
    """A sentence, and the words that must be heard in it."""

    wav: str
    text: Annotated[str, StringConstraints(min_length=1)]


class Manifest(_Read):
    """`manifest.json`; further fields (recipe, licence, scores) are for people."""

    format: Literal[1]
    name: str
    language: Annotated[str, StringConstraints(pattern="^[a-z]{2}$")]
    sample_rate_hz: Literal[8000, 16000]
    kind: Literal["test", "site", "official"]
    """`test`: made from synthetic speech, refused in production."""
    files: dict[str, FileEntry] = Field(min_length=1)
    self_test: SelfTest


def read_manifest(folder: Path) -> Manifest:
    """Read a model's manifest; raises ConfigError."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{path}: {error.strerror}; a speech model is a folder with a manifest: {_RESTORE}"
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise ConfigError(f"{path}: {where}: {first['msg']}; {_RESTORE}") from error


def check_files(folder: Path, language: str, *, production: bool) -> Manifest:
    """Compare a model folder with its manifest; raises ConfigError naming the file, the fault and the remedy."""
    manifest = read_manifest(folder)
    if manifest.language != language:
        raise ConfigError(f"{folder}: is a model for {manifest.language!r}, not {language!r}; put the right one there")
    if production and manifest.kind == "test":
        raise ConfigError(
            f"{folder}: {manifest.name} is a test model made from synthetic speech and does not understand people; "
            "install a site or official model, or leave the production profile"
        )
    for name, entry in manifest.files.items():
        _check_file(folder, name, entry)
    _check_nothing_more(folder, manifest)
    _check_rate(folder, manifest)
    return manifest


async def check(folder: Path, language: str, *, production: bool) -> Manifest:
    """Check the files, then let a child process hear the self-test; raises ConfigError."""
    manifest = check_files(folder, language, production=production)
    try:
        heard = await transcriber.transcribe(folder / manifest.self_test.wav, language, {language: folder})
    except PartUnavailable as error:
        raise ConfigError(f"{folder}: the model fails when it is tried: {error}; {_RESTORE}") from error
    missing = set(manifest.self_test.text.split()) - set(heard["text"].split())
    if missing:
        raise ConfigError(f"{folder}: heard {heard['text']!r} in its self-test and not {sorted(missing)}; {_RESTORE}")
    return manifest


def _check_file(folder: Path, name: str, entry: FileEntry) -> None:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        raise ConfigError(f"{folder / MANIFEST}: {name!r} lies outside the folder; {_RESTORE}")
    path = folder / parts
    if not path.is_file():
        raise ConfigError(f"{path}: is missing; {_RESTORE}")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if path.stat().st_size != entry.bytes or digest != entry.sha256:
        raise ConfigError(f"{path}: is not the file its manifest describes; {_RESTORE}")


def _check_nothing_more(folder: Path, manifest: Manifest) -> None:
    found = (path for part in _READ_BY_VOSK for path in (folder / part).rglob("*") if path.is_file())
    for path in found:
        if path.relative_to(folder).as_posix() not in manifest.files:
            raise ConfigError(
                f"{path}: is not in the manifest, and the recogniser would use it; remove it or {_RESTORE}"
            )
    if manifest.self_test.wav not in manifest.files:
        raise ConfigError(f"{folder / MANIFEST}: {manifest.self_test.wav!r} has no checksum; {_RESTORE}")


def _check_rate(folder: Path, manifest: Manifest) -> None:
    """See that a model for 16 kHz takes telephone audio: vosk refuses to upsample unless its features say so."""
    if manifest.sample_rate_hz == 8000:
        return
    confs = [folder / "conf" / "mfcc.conf", folder / "conf" / "fbank.conf"]
    text = "".join(path.read_text("utf-8") for path in confs if path.is_file())
    if not re.search(r"^--allow-upsample=true\s*$", text, re.MULTILINE):
        raise ConfigError(
            f"{confs[0]}: the model is for 16 kHz and telephone audio has 8; add the line --allow-upsample=true and "
            "its new checksum to the manifest"
        )
