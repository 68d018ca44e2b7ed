"""A process that journals until it is killed: prints `ID VERSION` of every append that returned."""

import asyncio
import sys
from pathlib import Path

from gateway.domain.ticket import Ticket
from gateway.queue.journal import FileJournal
from tests.contract.samples import new_ticket, with_type


async def write(folder: Path) -> None:
    journal = FileJournal(folder, rotate_bytes=30_000)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(_grow(journal, new_ticket()))


async def _grow(journal: FileJournal, ticket: Ticket) -> None:
    while True:
        await journal.append(ticket)
        sys.stdout.write(f"{ticket.id} {ticket.version}\n")
        sys.stdout.flush()
        ticket = with_type(ticket)


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
