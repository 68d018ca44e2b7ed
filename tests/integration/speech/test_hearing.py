"""Hearing with the real models: what is said, deaths and hangs in mid-call, many calls at once."""

import asyncio
import os
import signal
from collections import Counter
from statistics import median

import pytest

from gateway.domain.ids import CallId
from tests.integration.speech.conftest import recognisers, sample, spoken
from tests.unit.speech.sound import Heard, hear, play, until

CALL = "partnergeweld"


def text(heard):
    return " ".join(segment.text for segment in heard.last.segments)


async def test_the_sample_calls_are_heard_in_their_language():
    async with recognisers(workers=2) as pool:
        heard = await asyncio.gather(*(hear(pool, sample(name), 60) for name in spoken()))
    assert {name: each.last.language for name, each in zip(spoken(), heard, strict=True)} == spoken()
    assert all(each.last.decided for each in heard)
    assert "hij heeft een mes" in text(heard[list(spoken()).index(CALL)])
    assert "rue defacqz numéro cinquante trois" in text(heard[list(spoken()).index("cambriolage")])


async def test_words_come_while_the_caller_speaks_and_their_times_are_theirs():
    async with recognisers() as pool:
        heard = await hear(pool, sample(CALL), 60)
    partials = [news for news in heard if news.partial]
    assert len(partials) > 10
    assert all(news.partial.end_ms <= news.heard_ms for news in partials)
    words = [word for segment in heard.last.segments for word in segment.words]
    times = Counter(word.text for word in words)
    once = {word.text: word for word in words if times[word.text] == 1}
    early = [word for news in partials for word in news.partial.words if word.text in once]
    assert len(early) > 50
    assert median(abs(word.end_ms - once[word.text].end_ms) for word in early) < 200


@pytest.mark.parametrize(("blow", "limits"), [(signal.SIGKILL, {}), (signal.SIGSTOP, {"hang_s": 0.5})])
async def test_a_recogniser_lost_in_mid_call_costs_no_words(blow, limits):
    pcm, half = sample(CALL), 4 * 16_000
    async with recognisers(**limits) as pool:
        whole = await hear(pool, pcm, 60)
        heard = Heard()
        ear = pool.listen(CallId("call"), heard.append)
        play(ear, pcm[:half])
        await until(lambda: heard and heard.last.heard_ms >= 3600)
        os.kill(pool.crew.workers[0].pid, blow)
        play(ear, pcm[half:], from_ms=4000)
        await ear.finish(60)
        assert pool.status.restarts == 1
    assert [to - begin for begin, to in heard.missed] == [0]
    assert text(heard).split() == text(whole).split()


async def test_thirty_calls_at_once_are_heard_as_each_one_alone():
    names = [name for name in spoken() for _ in range(3)][:30]
    async with recognisers(workers=2) as pool:
        alone = {name: await hear(pool, sample(name), 60) for name in spoken()}
        together = await asyncio.gather(*(hear(pool, sample(name), 120) for name in names))
    for name, heard in zip(names, together, strict=True):
        assert list(heard) == list(alone[name])


@pytest.mark.parametrize("value", [0, 32767, -32768])
async def test_silence_and_a_broken_line_are_no_words(value):
    async with recognisers() as pool:
        heard = await hear(pool, value.to_bytes(2, "little", signed=True) * 8000 * 10, 60)
    assert text(heard) == ""
    assert heard.missed == []
