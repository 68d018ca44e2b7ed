"""Ending tasks for certain."""

import asyncio

AGAIN_S = 0.5


async def end(*tasks: asyncio.Task[None]) -> None:
    """Cancel tasks until they are done; what they raise is theirs to be asked for.

    Once is not enough: before Python 3.12 `asyncio.wait_for` swallows a cancellation that comes as its work completes
    (cpython issue 86296), and a client library's read may do the same.
    """
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=AGAIN_S)
