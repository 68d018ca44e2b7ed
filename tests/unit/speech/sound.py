"""Audio for the stand-in recogniser, and ears to hear it with."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from gateway.domain.ids import CallId
from gateway.ports import Hypothesis, Missed
from gateway.speech.choice import Thresholds
from gateway.speech.listening import Rules
from gateway.speech.pool import PoolOptions, RecogniserPool
from gateway.worker.crew import running
from gateway.worker.supervisor import Limits
from tests.unit.speech.stand_in.vosk import ABORT, FAIL, NONSENSE, STOP

__all__ = ["ABORT", "FAIL", "NONSENSE", "QUIET", "STAND_IN", "STOP", "Heard", "play", "pool_of", "said"]

STAND_IN = Path(__file__).resolve().parent / "stand_in"
QUIET = [0] * 8


def said(*values):
    """100 ms for each value."""
    return np.repeat(np.array(values, "<i2"), 800).tobytes()


class Heard(list):
    """What an ear has told."""

    @property
    def last(self):
        return [news for news in self if isinstance(news, Hypothesis)][-1]

    @property
    def words(self):
        return [(w.text, w.start_ms, w.end_ms) for s in self.last.segments for w in s.words]

    @property
    def missed(self):
        return [(news.from_ms, news.to_ms) for news in self if isinstance(news, Missed)]


def play(ear, pcm, from_ms=0):
    for start in range(0, len(pcm), 320):
        ear.feed(pcm[start : start + 320], from_ms + start // 16)


@asynccontextmanager
async def pool_of(tmp_path, monkeypatch, languages=("nl", "fr"), workers=1, buffer_ms=30_000, **limits):
    """A pool whose children hear with the stand-in."""
    monkeypatch.setenv("PYTHONPATH", str(STAND_IN))
    for language in languages:
        (tmp_path / language).mkdir(exist_ok=True)
    models = {language: tmp_path / language for language in languages}
    rules = Rules(languages, buffer_ms=buffer_ms, thresholds=Thresholds())
    pool = RecogniserPool(PoolOptions(models, rules, workers, Limits(**limits)))
    async with running(pool):
        yield pool


async def hear(pool, pcm, timeout_s=20):
    heard = Heard()
    ear = pool.listen(CallId("call"), heard.append)
    play(ear, pcm)
    await ear.finish(timeout_s)
    return heard


async def until(condition, seconds=20):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)
