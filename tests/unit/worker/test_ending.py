"""A task that swallows a cancellation is ended all the same."""

import asyncio

from gateway.worker import ending


async def test_a_swallowed_cancellation_is_repeated(monkeypatch):
    monkeypatch.setattr(ending, "AGAIN_S", 0.001)
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await ending.end(task)
    assert task.cancelled()
    assert swallowed == 3


async def test_what_is_done_already_is_left():
    task = asyncio.create_task(asyncio.sleep(0))
    await task
    await ending.end(task)
    assert not task.cancelled()
