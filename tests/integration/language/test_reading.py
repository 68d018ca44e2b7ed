"""Reading with the real pipelines: words with times in, a reading with evidence out; a reader lost is replaced."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.errors import PartUnavailable
from gateway.language.reader import ReaderOptions, ReaderPool
from gateway.worker.crew import running
from gateway.worker.supervisor import Limits
from tests.unit.language.test_joining import segment

ROOT = Path(__file__).resolve().parents[3]
BURGLARY = {
    "nl": ["er is een inbraak bezig bij de buren", "in de defacqzstraat nummer drieënvijftig in elsene"],
    "fr": ["il y a un cambriolage en cours chez les voisins", "rue defacqz numéro cinquante trois à ixelles"],
}


@asynccontextmanager
async def readers(workers=1, **limits):
    models, gazetteer = ROOT / "models" / "language", ROOT / "config" / "gazetteer" / "brussels.csv"
    pool = ReaderPool(ReaderOptions(("nl", "fr"), models, gazetteer, workers, 10.0, limits=Limits(**limits)))
    async with running(pool):
        yield pool


def call(language):
    return [segment(text, 3000 * n, 200) for n, text in enumerate(BURGLARY[language])]


@pytest.mark.parametrize("language", BURGLARY)
async def test_what_and_where_are_read_with_their_words_and_times(language):
    async with readers() as pool:
        reading = await pool.read(call(language), language)
    assert reading.type.value == "burglary_in_progress"
    assert reading.street.value.nl == "Defacqzstraat"
    assert reading.house_number.value == "53"
    assert reading.municipality.value.fr == "Ixelles"
    for value in (reading.type, reading.street, reading.house_number):
        for evidence in value.evidence:
            text = " ".join(
                w.text
                for s in call(language)
                for w in s.words
                if w.start_ms < evidence.end_ms and w.end_ms > evidence.start_ms
            )
            assert evidence.text.replace(",", "") in text


async def test_the_same_words_are_read_the_same_way_by_every_reader():
    async with readers(workers=2) as pool:
        readings = await asyncio.gather(*(pool.read(call("nl"), "nl") for _ in range(8)))
    assert len({reading.model_dump_json() for reading in readings}) == 1


async def test_a_reader_killed_is_replaced():
    async with readers() as pool:
        before = await pool.read(call("fr"), "fr")
        os.kill(pool.crew.workers[0].pid, signal.SIGKILL)
        assert await pool.read(call("fr"), "fr") == before
        assert pool.crew.restarts == 1


async def test_pipelines_that_are_missing_are_told_at_the_start(tmp_path):
    pool = ReaderPool(ReaderOptions(("nl",), tmp_path, None))
    with pytest.raises(PartUnavailable, match="could not start"):
        await running(pool).__aenter__()
