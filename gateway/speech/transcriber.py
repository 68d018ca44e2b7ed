"""Sound files to text, by the very processes that hear calls."""

import asyncio
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
        return [await transcribe_with(pool, path) for path in paths]


async def transcribe_with(pool: RecogniserPool, path: Path) -> Transcript:
    """Return one file's words by a running pool, whose buffer must hold the whole file."""
    pcm = wav.read(path)
    result = _Result(path)
    ear = pool.listen(CallId(path.name), result.take)
    for start in range(0, len(pcm), FRAME_BYTES):
        ear.feed(pcm[start : start + FRAME_BYTES], start // FRAME_BYTES * FRAME_MS)
    finishing = asyncio.create_task(ear.finish(timeout_s=_patience(pcm)))
    await asyncio.wait({finishing, result.failed}, return_when=asyncio.FIRST_COMPLETED)
    finishing.cancel()
    ear.close()
    last = result.whole()
    return {"file": str(path), "language": last.language, "text": text(last.segments), "words": words(last.segments)}


class _Result:
    """What is heard in a file; the first thing missed fails it."""

    def __init__(self, path: Path) -> None:
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._path = path
        self._last: Hypothesis | None = None
        self._why = "nothing was heard"

    def take(self, news: Hypothesis | Missed) -> None:
        """Note what is heard or missed."""
        if isinstance(news, Hypothesis):
            self._last = news
        elif news.to_ms > news.from_ms and not self.failed.done():
            self._why = f"{news.from_ms} to {news.to_ms} ms: {news.why}"
            self.failed.set_result(None)

    def whole(self) -> Hypothesis:
        """Return the last hypothesis; raises PartUnavailable when something was missed."""
        if self._last is None or self.failed.done():
            raise PartUnavailable(f"{self._path}: {self._why}")
        return self._last


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
