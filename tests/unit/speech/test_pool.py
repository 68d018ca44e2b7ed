"""The pool with real child processes that hear with a stand-in for vosk."""

import asyncio
import os
import signal

import pytest

from gateway.domain.ids import CallId
from gateway.errors import ConfigError, PartUnavailable
from gateway.speech.listening import Rules
from gateway.speech.pool import PoolOptions, RecogniserPool
from gateway.worker.crew import running
from tests.unit.speech.sound import (
    ABORT,
    FAIL,
    NONSENSE,
    QUIET,
    STAND_IN,
    STOP,
    Heard,
    hear,
    play,
    pool_of,
    said,
    until,
)

SENTENCE = [2, 4, 6, 8, *QUIET, 10, 12, *QUIET]


def words(values, from_ms=0):
    return [(f"w{v}", from_ms + 100 * i, from_ms + 100 * (i + 1)) for i, v in enumerate(values) if v]


async def test_words_come_with_their_times_and_the_language_is_decided(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch) as pool:
        dutch, french = (
            await hear(pool, said(*SENTENCE)),
            await hear(pool, said(*[v + 1 if v else 0 for v in SENTENCE])),
        )
    assert (dutch.last.language, dutch.last.decided, dutch.words) == ("nl", True, words(SENTENCE))
    assert (french.last.language, french.last.decided) == ("fr", True)
    assert len(dutch.last.segments) == 2
    assert dutch.last.partial is None
    assert dutch.missed == []


async def test_what_is_buffered_at_the_end_is_heard(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch) as pool:
        heard = await hear(pool, said(2, 4, 6))
    assert heard.words == words([2, 4, 6])


async def test_many_calls_at_once_tell_what_one_alone_tells(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch, workers=2) as pool:
        calls = [said(*(v and v + 20 * n for v in SENTENCE * 3)) for n in range(8)]
        alone = [await hear(pool, call) for call in calls]
        together = await asyncio.gather(*(hear(pool, call) for call in calls))
    assert [list(heard) for heard in alone] == [list(heard) for heard in together]


async def test_a_killed_recogniser_is_replaced_and_nothing_is_lost(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch) as pool:
        heard = Heard()
        ear = pool.listen(CallId("call"), heard.append)
        play(ear, said(2, 4, 6, 8, *QUIET, 10, 12))
        await until(lambda: heard and heard.last.partial and len(heard.last.segments) == 1)
        os.kill(pool.crew.workers[0].pid, signal.SIGKILL)
        play(ear, said(14, 16, *QUIET), from_ms=1400)
        await ear.finish(20)
        assert heard.words == words([2, 4, 6, 8, *QUIET, 10, 12, 14, 16])
        assert [to - begin for begin, to in heard.missed] == [0]
        assert pool.status.restarts == 1
        assert pool.status.calls == 0


async def test_a_hanging_recogniser_is_replaced(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch, hang_s=0.3) as pool:
        heard = Heard()
        ear = pool.listen(CallId("call"), heard.append)
        os.kill(pool.crew.workers[0].pid, signal.SIGSTOP)
        play(ear, said(*SENTENCE))
        await ear.finish(20)
    assert heard.words == words(SENTENCE)


@pytest.mark.parametrize("poison", [ABORT, FAIL, STOP])
async def test_audio_that_kills_twice_is_skipped_and_told_and_costs_nobody_else_a_word(tmp_path, monkeypatch, poison):
    async with pool_of(tmp_path, monkeypatch, hang_s=0.3) as pool:
        sick = [2, 4, 6, 8, *QUIET, 10, poison, 12, 14, 16, *QUIET]
        caller, other = await asyncio.gather(hear(pool, said(*sick)), hear(pool, said(*SENTENCE * 2)))
    assert other.words == words(SENTENCE * 2)
    assert caller.words[:4] == words([2, 4, 6, 8])
    assert caller.words[-2:] == words([14, 16], 1500)
    lost = [(begin, to) for begin, to in caller.missed if to > begin]
    assert len(lost) == 1
    assert lost[0][0] <= 1000 < 1300 <= lost[0][1] <= 1500


async def test_a_result_that_is_none_costs_its_utterance_and_nobody_else_a_word(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch) as pool:
        sick = [2, 4, 6, 8, *QUIET, 10, NONSENSE, *QUIET, 14, 16, *QUIET]
        caller, other = await asyncio.gather(hear(pool, said(*sick)), hear(pool, said(*SENTENCE * 2)))
        assert pool.status.restarts == 0
    assert other.words == words(SENTENCE * 2)
    assert caller.words == words([2, 4, 6, 8]) + words([14, 16], 2200)
    assert any(begin <= 1200 < to for begin, to in caller.missed)


async def test_what_does_not_fit_the_buffer_is_missed_and_told(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch, buffer_ms=2000, hang_s=0.5) as pool:
        heard = Heard()
        ear = pool.listen(CallId("call"), heard.append)
        os.kill(pool.crew.workers[0].pid, signal.SIGSTOP)
        play(ear, said(*[2] * 300))
        await ear.finish(20)
    lost = sum(to - begin for begin, to in heard.missed)
    assert 10_000 < lost < 28_000
    assert heard.words[0] == ("w2", 0, 100)


async def test_finish_gives_up_in_time_and_says_what_was_not_heard(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch, hang_s=30) as pool:
        heard = Heard()
        ear = pool.listen(CallId("call"), heard.append)
        os.kill(pool.crew.workers[0].pid, signal.SIGSTOP)
        play(ear, said(*SENTENCE))
        await ear.finish(0.2)
        assert heard.missed == [(0, 2200)]
        assert heard.last.segments == ()
        assert pool.status.calls == 0


async def test_a_closed_ear_tells_no_more(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch) as pool:
        heard = Heard()
        ear = pool.listen(CallId("call"), heard.append)
        play(ear, said(*SENTENCE))
        ear.close()
        assert (await hear(pool, said(*SENTENCE))).words == words(SENTENCE)
        assert heard == []
        assert pool.status.calls == 0


async def test_a_listener_that_fails_costs_nobody_else_a_word(tmp_path, monkeypatch):
    faults = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context["exception"]))

    def broken(_):
        raise RuntimeError("a fault of the listener")

    async with pool_of(tmp_path, monkeypatch) as pool:
        ear = pool.listen(CallId("call"), broken)
        play(ear, said(*SENTENCE))
        assert (await hear(pool, said(*SENTENCE))).words == words(SENTENCE)
        await ear.finish(20)
    assert faults


async def test_calls_go_to_the_worker_with_the_fewest(tmp_path, monkeypatch):
    async with pool_of(tmp_path, monkeypatch, workers=2) as pool:
        ears = [pool.listen(CallId("call"), lambda _: None) for _ in range(4)]
        assert sorted(ear.worker.spec.name for ear in ears) == ["recogniser 0"] * 2 + ["recogniser 1"] * 2


async def test_a_model_that_cannot_be_loaded_is_told_at_the_start(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(STAND_IN))
    pool = RecogniserPool(PoolOptions({"nl": tmp_path / "nothing"}, Rules(("nl",))))
    with pytest.raises(PartUnavailable, match="Failed to create a model"):
        await running(pool).__aenter__()


def test_a_language_without_a_model_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no speech model for fr"):
        RecogniserPool(PoolOptions({"nl": tmp_path}, Rules(("nl", "fr"))))
