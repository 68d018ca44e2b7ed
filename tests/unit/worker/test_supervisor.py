"""A worker with real child processes."""

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway.worker.backoff import Backoff
from gateway.worker.frames import Frame
from gateway.worker.supervisor import Limits, Spec, Worker


class Owner:
    def __init__(self):
        self.events = asyncio.Queue()

    def worker_ready(self, worker):
        self.events.put_nowait("ready")

    def worker_lost(self, worker, why, busy_with):
        self.events.put_nowait((why, busy_with))

    async def next(self):
        async with asyncio.timeout(20):
            return await self.events.get()


@pytest.fixture(autouse=True)
def tests_on_path(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))


@asynccontextmanager
async def running(options=None, module="tests.unit.worker.echo", **limits):
    owner = Owner()
    spec = Spec("echo", module, options or {}, Limits(**limits))
    worker = Worker(spec, owner)
    task = asyncio.create_task(worker.run())
    try:
        yield worker, owner
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert worker.pid is None


async def ask(worker, header, body=b""):
    answer = asyncio.get_running_loop().create_future()
    worker.send(Frame(header, body), header, answer.set_result)
    async with asyncio.timeout(20):
        return await answer


async def test_answers_in_order_whatever_a_library_prints():
    async with running() as (worker, owner):
        assert await owner.next() == "ready"
        answers = await asyncio.gather(*(ask(worker, {"do": "echo", "n": n}, bytes([n])) for n in range(20)))
        assert [(a.header["n"], a.body) for a in answers] == [(n, bytes([n])) for n in range(20)]


async def test_runs_nice_and_with_one_thread():
    async with running(nice=7) as (worker, owner):
        await owner.next()
        about = (await ask(worker, {"do": "about"})).header
        assert about == {"nice": os.nice(0) + 7, "threads": "1", "pid": worker.pid}


async def test_a_failing_request_is_answered_without_its_words(caplog):
    async with running() as (worker, owner):
        await owner.next()
        assert (await ask(worker, {"do": "fail"})).header == {"error": "ValueError"}
        assert (await ask(worker, {"do": "echo"})).header == {"do": "echo"}
    assert "secret" not in caplog.text


async def test_sigterm_and_sigint_leave_the_child_alone():
    async with running() as (worker, owner):
        await owner.next()
        os.kill(worker.pid, signal.SIGTERM)
        os.kill(worker.pid, signal.SIGINT)
        assert (await ask(worker, {"do": "echo"})).header == {"do": "echo"}


async def test_death_is_told_with_what_it_was_busy_with_and_mended():
    async with running() as (worker, owner):
        await owner.next()
        worker.send(Frame({"do": "die"}), "the culprit", lambda _: None)
        worker.send(Frame({"do": "echo"}), "a bystander", lambda _: None)
        assert await owner.next() == ("was killed by signal 9", "the culprit")
        began = asyncio.get_running_loop().time()
        assert await owner.next() == "ready"
        assert asyncio.get_running_loop().time() - began < 2
        assert worker.starts == 2
        assert worker.waiting == 0
        assert (await ask(worker, {"do": "echo"})).header == {"do": "echo"}


async def test_a_hanging_child_is_replaced():
    async with running(hang_s=0.3) as (worker, owner):
        await owner.next()
        worker.send(Frame({"do": "stop"}), "hang", lambda _: None)
        assert await owner.next() == ("gave no answer for 0.3 s", "hang")
        assert await owner.next() == "ready"


async def test_an_idle_child_is_not_hanging():
    async with running(hang_s=0.05) as (_, owner):
        await owner.next()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(owner.events.get(), 0.3)


async def test_room_is_bounded_by_octets_in_flight_but_one_request_always_fits():
    async with running(in_flight_bytes=1000) as (worker, owner):
        assert not worker.has_room(1)
        await owner.next()
        assert worker.has_room(5000)
        answer = asyncio.create_task(ask(worker, {"do": "echo"}, bytes(900)))
        await asyncio.sleep(0)
        assert not worker.has_room(200)
        await answer
        assert worker.has_room(200)


async def test_a_child_that_cannot_start_says_why_again_and_again():
    async with running({"fault": "no model"}) as (_, owner):
        assert await owner.next() == ("could not start: ValueError: no model", None)
        assert await owner.next() == ("could not start: ValueError: no model", None)


async def test_a_child_that_sends_no_frames_is_ended():
    async with running(module="this") as (_, owner):  # prints a poem
        why, _ = await owner.next()
        assert why.startswith("sent nonsense: a frame of")


async def test_noise_on_standard_error_is_bounded(caplog):
    caplog.set_level("INFO")
    async with running() as (worker, owner):
        await owner.next()
        await ask(worker, {"do": "chatter"})
        await ask(worker, {"do": "echo"})
    assert caplog.text.count("echo: line") <= 200


def test_backoff_grows_while_children_die_at_once_and_forgets_after_a_life():
    backoff = Backoff()
    assert [backoff.after(0.1) for _ in range(9)] == [0.0, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert [backoff.after(60), backoff.after(0.1)] == [0.0, 0.1]
