"""The committed models and sample calls."""

import tomllib
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.speech import wav
from gateway.speech.listening import Rules
from gateway.speech.pool import PoolOptions, RecogniserPool
from gateway.worker.crew import running
from gateway.worker.supervisor import Limits

ROOT = Path(__file__).resolve().parents[3]
MODELS = {language: ROOT / "models" / "speech" / language for language in ("nl", "fr")}
SAMPLES = ROOT / "config" / "demo"


def spoken():
    """Names and languages of the sample calls in which somebody speaks."""
    calls = tomllib.loads((SAMPLES / "samples.toml").read_text("utf-8"))
    return {name: call["language"] for name, call in calls.items() if call.get("text")}


def sample(name):
    return wav.read(SAMPLES / f"{name}.wav")


@asynccontextmanager
async def recognisers(workers=1, **limits):
    pool = RecogniserPool(PoolOptions(MODELS, Rules(tuple(MODELS)), workers, Limits(**limits)))
    async with running(pool):
        yield pool


@pytest.fixture(scope="session")
def models():
    return MODELS
