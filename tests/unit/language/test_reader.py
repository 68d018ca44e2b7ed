"""Reader processes, with a stand-in for the pipelines inside them."""

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.domain.reading import Reading
from gateway.errors import PartUnavailable
from gateway.language.reader import ReaderOptions, ReaderPool
from gateway.worker.crew import running
from gateway.worker.supervisor import Limits
from tests.unit.language.test_joining import segment

FOLDER = Path(__file__).resolve().parent


@asynccontextmanager
async def readers(monkeypatch, workers=1, deadline_s=10.0, waiting=500, **limits):
    monkeypatch.setenv("PYTHONPATH", str(FOLDER / "stand_in"))
    options = ReaderOptions(("nl", "fr"), FOLDER, None, workers, deadline_s, waiting, Limits(**limits))
    pool = ReaderPool(options)
    async with running(pool):
        yield pool


async def test_words_become_a_reading_with_the_time_they_were_said(monkeypatch):
    async with readers(monkeypatch) as pool:
        result = await pool.read([segment("er is een inbraak", 500)], "nl")
    assert (result.language, result.type.value) == ("nl", "inbraak 1")
    assert (result.type.evidence[0].start_ms, result.type.evidence[0].end_ms) == (800, 900)


async def test_texts_are_read_in_order_and_the_same_text_once(monkeypatch):
    async with readers(monkeypatch) as pool:
        texts = ["a", "b", "a", "c"]
        told = await asyncio.gather(*(pool.read([segment(text, 0)], "nl") for text in texts))
    assert [reading.type.value for reading in told] == ["a 1", "b 2", "a 1", "c 3"]


async def test_no_words_need_no_reader(monkeypatch):
    async with readers(monkeypatch) as pool:
        assert await pool.read([], "nl") == Reading(language="nl")


async def test_a_language_without_reader_is_refused(monkeypatch):
    async with readers(monkeypatch) as pool:
        with pytest.raises(PartUnavailable, match="no reader for 'de'"):
            await pool.read([segment("hilfe", 0)], "de")


async def test_a_text_that_fails_costs_the_others_nothing(monkeypatch):
    async with readers(monkeypatch) as pool:
        bad, good = pool.read([segment("fail", 0)], "nl"), pool.read([segment("inbraak", 0)], "nl")
        results = await asyncio.gather(bad, good, return_exceptions=True)
    assert isinstance(results[0], PartUnavailable)
    assert results[1].type.value == "inbraak 2"


async def test_a_text_that_kills_twice_is_refused_and_the_others_are_read(monkeypatch):
    async with readers(monkeypatch) as pool:
        bad, good = pool.read([segment("die", 0)], "nl"), pool.read([segment("inbraak", 0)], "nl")
        results = await asyncio.gather(bad, good, return_exceptions=True)
        assert pool.crew.restarts == 2
    assert "twice on these words" in str(results[0])
    assert results[1].type.value == "inbraak 1"


async def test_a_late_reading_is_given_up_and_a_hanging_reader_replaced(monkeypatch):
    async with readers(monkeypatch, deadline_s=0.3, hang_s=0.6) as pool:
        with pytest.raises(PartUnavailable, match="no reading within"):
            await pool.read([segment("hang", 0)], "nl")
        while pool.crew.restarts < 1 or not pool.crew.ready:
            await asyncio.sleep(0.01)
        assert (await pool.read([segment("inbraak", 0)], "nl")).type.value == "inbraak 1"


async def test_only_so_many_may_wait(monkeypatch):
    async with readers(monkeypatch, deadline_s=0.3, waiting=1, hang_s=30) as pool:
        asked = [asyncio.create_task(pool.read([segment(f"hang {n}", 0)], "nl")) for n in range(4)]
        results = await asyncio.gather(*asked, return_exceptions=True)
    assert [("too many" in str(result)) for result in results] == [False, False, False, True]


async def test_work_is_shared(monkeypatch):
    async with readers(monkeypatch, workers=2) as pool:
        told = await asyncio.gather(*(pool.read([segment(text, 0)], "nl") for text in "abcd"))
    assert {reading.type.value[-1] for reading in told} == {"1", "2"}
