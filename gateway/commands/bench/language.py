"""Reading: time for a hundred words, and how many types are right on wordings the lexicon was not made from."""

import argparse
import asyncio
import csv
import statistics
import time
from pathlib import Path

from gateway import adapters
from gateway.commands.bench.figure import Figure, plain
from gateway.commands.output import progress
from gateway.commands.samples import samples
from gateway.language.reader import ReaderPool
from gateway.settings import Settings
from gateway.worker.crew import running

ROUNDS = 20


def measure(args: argparse.Namespace, settings: Settings) -> list[Figure]:
    """Read the sample calls for time and the free wordings for accuracy."""
    del args
    return asyncio.run(_measure(settings))


async def _measure(settings: Settings) -> list[Figure]:
    pool = ReaderPool(adapters.reader_options(settings))
    rows: list[Figure] = []
    async with running(pool):
        for language in settings.site.languages:
            progress(language)
            rows.append(plain(f"language.{language}_100_words", await _milliseconds(pool, language), "ms"))
            wordings = settings.path(settings.language.models) / language / "free.test.tsv"
            rows.append(plain(f"language.{language}_type_right", await _accuracy(pool, language, wordings), "%"))
    return rows


async def _milliseconds(pool: ReaderPool, language: str) -> float:
    """Return the median time of a reading of 100 words, the way to the reader's process and back included."""
    told = " ".join(s.text for s in samples().values() if s.text and s.language == language).lower().split()
    taken = []
    for start in range(ROUNDS):
        text = " ".join((told[start:] + told * 3)[:100])
        began = time.perf_counter()
        await pool.understand(text, language)
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


async def _accuracy(pool: ReaderPool, language: str, wordings: Path) -> float:
    """Return the share of `type<TAB>text` lines whose type is read, in per cent."""
    with wordings.open(encoding="utf-8", newline="") as file:
        rows = [row[:2] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) >= 2]
    right = 0
    for type_id, text in rows:
        read = (await pool.understand(text, language)).incident_type
        right += (read.value if read else None) == type_id
    return 100 * right / len(rows)
