"""Several workers of one kind."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from gateway.worker.supervisor import Owner, Spec, Worker


class Crew:
    """Workers that do the same."""

    def __init__(self, specs: Sequence[Spec], owner: Owner) -> None:
        self.workers = tuple(Worker(spec, owner) for spec in specs)

    @property
    def ready(self) -> int:
        """How many can work now."""
        return sum(worker.ready for worker in self.workers)

    @property
    def restarts(self) -> int:
        """How many children were replaced so far."""
        return sum(max(0, worker.starts - 1) for worker in self.workers)

    async def started(self) -> None:
        """Wait until each has its first child; raises PartUnavailable when one cannot start."""
        for worker in self.workers:
            await worker.started()

    async def run(self) -> None:
        """Keep them alive until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for worker in self.workers:
                tasks.create_task(worker.run())


class Runs(Protocol):
    """A part with children of its own."""

    async def started(self) -> None:
        """Wait until it can work; raises PartUnavailable."""

    async def run(self) -> None:
        """Work until cancelled."""


@asynccontextmanager
async def running(part: Runs) -> AsyncIterator[None]:
    """Run a part for as long as the block lasts, for tools that have no task group; raises PartUnavailable."""
    task = asyncio.create_task(part.run())
    try:
        await part.started()
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
