"""Every append that returned is replayed after the process was killed at any moment."""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from gateway.domain.ids import TicketId
from gateway.queue.journal import FileJournal


@pytest.mark.parametrize("seed", range(6))
async def test_what_was_appended_survives_a_kill(tmp_path: Path, seed: int) -> None:
    command = (sys.executable, "-m", "tests.integration.queue.journal_writer", str(tmp_path))
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(30):
        told = [await process.stdout.readline()]
        await asyncio.sleep(random.Random(seed).uniform(0.02, 0.4))
        process.kill()
        told += (await process.stdout.read()).splitlines(keepends=True)
        await process.wait()
    promised: dict[TicketId, int] = {}
    for line in told:
        if line.endswith(b"\n"):
            ticket_id, version = line.decode().split()
            promised[TicketId(ticket_id)] = int(version)
    journal = FileJournal(tmp_path)
    kept = {ticket.id: ticket.version for ticket in journal.replay()}
    journal.close()
    assert promised
    assert all(kept[ticket_id] >= version for ticket_id, version in promised.items())
    assert sum(promised.values()) > 8
