"""Recognition of the sample calls, spoken by voices no model was trained on: words wrong, time and memory taken."""

import argparse
import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any

import psutil
from rapidfuzz.distance import Levenshtein

from gateway import adapters
from gateway.commands.bench.figure import Figure, plain
from gateway.commands.output import progress
from gateway.commands.samples import Sample, folder, samples
from gateway.settings import Settings
from gateway.speech.listening import Rules
from gateway.speech.pool import PoolOptions, RecogniserPool
from gateway.speech.transcriber import transcribe_with
from gateway.worker.crew import running


def measure(args: argparse.Namespace, settings: Settings) -> list[Figure]:
    """Transcribe every sample with all languages of the site listening."""
    del args
    return asyncio.run(_measure(settings))


@dataclass
class Count:
    """Words of one language."""

    wrong: int = 0
    words: int = 0
    chosen: int = 0
    calls: int = 0


async def _measure(settings: Settings) -> list[Figure]:
    pool = RecogniserPool(
        PoolOptions(adapters.model_folders(settings), Rules(settings.site.languages, buffer_ms=600_000))
    )
    counts = {language: Count() for language in settings.site.languages}
    audio_s = 0.0
    async with running(pool):
        (child,) = psutil.Process().children()
        idle, cpu = child.memory_info().rss, sum(child.cpu_times()[:2])
        began = time.monotonic()
        for name, sample in samples().items():
            if sample.text and sample.language in counts:
                progress(name)
                heard = await transcribe_with(pool, folder() / f"{name}.wav")
                audio_s += heard["words"][-1]["end"] if heard["words"] else 0.0
                _add(counts[sample.language], sample, heard)
        took = time.monotonic() - began
        used, memory = sum(child.cpu_times()[:2]) - cpu, child.memory_info().rss
    rates = [plain(f"speech.wer_{lang}", 100 * c.wrong / c.words, "%") for lang, c in counts.items() if c.words]
    right = sum(c.chosen for c in counts.values()) / sum(c.calls for c in counts.values())
    return [
        *rates,
        plain("speech.language_right", 100 * right, "%"),
        plain("speech.cpu_per_audio", used / audio_s, "s/s"),
        plain("speech.time_per_audio", took / audio_s, "s/s"),
        plain("speech.memory_idle", idle / 2**20, "MiB"),
        plain("speech.memory_after", memory / 2**20, "MiB"),
    ]


def _add(count: Count, sample: Sample, heard: dict[str, Any]) -> None:
    said, text = words(sample.text or ""), words(heard["text"])
    count.words += len(said)
    count.wrong += Levenshtein.distance(said, text)
    count.chosen += heard["language"] == sample.language
    count.calls += 1


def words(text: str) -> list[str]:
    """Return the words of a text as the recogniser writes them: lower case, elisions apart, no punctuation."""
    return re.findall(r"[^\W\d_]+'?", text.lower().replace("-", " "))
