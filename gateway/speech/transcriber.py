"""Sound files to text, by the very processes that hear calls."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gateway.domain.call import Segment
from gateway.domain.ids import CallId
from gateway.errors import PartUnavailable
from gateway.ports import FRAME_BYTES, FRAME_MS, Hypothesis, Missed
from gateway.speech import wav
from gateway.speech.listening import Rules
from gateway.speech.pool import PoolOptions, RecogniserPool
from gateway.worker.crew import running

Transcript = dict[str, Any]

AUTO = "auto"
_LONGEST_MS = 10 * 3600 * 1000
"""A file waits as a whole in the buffer: nothing of it may be missed."""


async def transcribe(path: Path, language: str, models: Mapping[str, Path]) -> Transcript:
    """Return one file's words as `contract/cli.md` has it; see `transcribe_all`."""
    return (await transcribe_all([path], language, models))[0]


async def transcribe_all(paths: Sequence[Path], language: str, models: Mapping[str, Path]) -> list[Transcript]:
    """Return each file's `file`, `language`, `text` and `words` of `word`, `start`, `end` (seconds), `confidence`.

    `language` is one of `models`, or `auto` for the one that the evidence decides. Raises ConfigError for a file that
    is no sound or a language without a model, PartUnavailable when it cannot be recognised.
    """
    languages = tuple(models) if language == AUTO else (language,)
    options = PoolOptions(models, Rules(languages, buffer_ms=_LONGEST_MS))
    pool = RecogniserPool(options)
    async with running(pool):
        return [await _one(path, pool) for path in paths]


async def _one(path: Path, pool: RecogniserPool) -> Transcript:
    pcm = wav.read(path)
    news: list[Hypothesis | Missed] = []
    ear = pool.listen(CallId(path.name), news.append)
    for start in range(0, len(pcm), FRAME_BYTES):
        ear.feed(pcm[start : start + FRAME_BYTES], start // FRAME_BYTES * FRAME_MS)
    await ear.finish(timeout_s=_patience(pcm))
    last = _complete(path, news)
    return {"file": str(path), "language": last.language, "text": text(last.segments), "words": words(last.segments)}


def _complete(path: Path, news: Sequence[Hypothesis | Missed]) -> Hypothesis:
    for item in news:
        if isinstance(item, Missed) and item.to_ms > item.from_ms:
            raise PartUnavailable(f"{path}: {item.from_ms} to {item.to_ms} ms: {item.why}")
    last = news[-1]
    if isinstance(last, Missed):
        raise PartUnavailable(f"{path}: {last.why}")
    return last


def _patience(pcm: bytes) -> float:
    """Allow a minute and three times the audio's length."""
    return 60 + 3 * len(pcm) / FRAME_BYTES * FRAME_MS / 1000


def text(segments: Sequence[Segment]) -> str:
    """Return the words of all segments."""
    return " ".join(segment.text for segment in segments)


def words(segments: Sequence[Segment]) -> list[dict[str, Any]]:
    """Return every word with its seconds and confidence."""
    return [
        {"word": w.text, "start": w.start_ms / 1000, "end": w.end_ms / 1000, "confidence": round(w.confidence, 3)}
        for segment in segments
        for w in segment.words
    ]
