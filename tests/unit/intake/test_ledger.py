"""On disk first, then on the queue, and there again whatever happens."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from gateway.domain.call import CallState
from gateway.domain.correction import correct
from gateway.domain.proposal import propose
from gateway.domain.ticket import RaiseCause, Review, Status
from gateway.errors import PartUnavailable
from gateway.intake.amendment import amend_stored, recovered
from tests.unit.domain.builders import later, reading, said, table, ticket
from tests.unit.intake.fakes import Bench, until

T = "t1"


@asynccontextmanager
async def running(bench: Bench):
    task = asyncio.create_task(bench.ledger.run())
    await asyncio.sleep(0)
    try:
        yield bench
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def classified(of, type_id="theft"):
    return propose(of, reading(type=said(type_id)), table(), final=True, language="en", now=later(1))


async def test_a_ticket_is_on_disk_before_open_returns_and_then_on_the_queue():
    bench = Bench()
    async with running(bench):
        await bench.ledger.open(ticket())
        assert [t.version for t in bench.journal.kept] == [1]
        assert await bench.ledger.settle(1)
        assert (await bench.queue.get(T)).version == 1


async def test_changes_reach_the_queue_with_versions_that_grow_by_one():
    bench = Bench()
    async with running(bench):
        await bench.ledger.open(ticket())
        for n in range(3):
            bench.ledger.amend(T, lambda t, n=n: t.raise_for(RaiseCause.FAULT, str(n), later(n)))
            await bench.ledger.settle(1)
        assert [t.version for t in bench.journal.kept] == [1, 2, 3, 4]
        stored = await bench.queue.get(T)
        assert (stored.version, len(stored.raised)) == (4, 3)


async def test_a_change_that_returns_its_ticket_is_none():
    bench = Bench()
    async with running(bench):
        await bench.ledger.open(ticket())
        bench.ledger.amend(T, lambda t: t)
        await bench.ledger.settle(1)
        assert len(bench.journal.kept) == 1


async def test_a_broken_disk_costs_no_ticket():
    bench = Bench()
    bench.journal.broken = True
    async with running(bench):
        with pytest.raises(PartUnavailable):
            await bench.ledger.open(ticket())
        bench.ledger.amend(T, classified)
        assert await bench.ledger.settle(1)
        assert (await bench.queue.get(T)).incident.type.value == "theft"
    assert ("fault", "journal") in bench.observer.seen


async def test_a_queue_that_was_away_gets_everything():
    bench = Bench()
    bench.queue.away = True
    async with running(bench):
        await bench.ledger.open(ticket())
        bench.ledger.amend(T, classified)
        assert not await bench.ledger.settle(0.3)
        assert bench.journal.kept[-1].incident.type.value == "theft"
        bench.queue.away = False
        assert await bench.ledger.settle(5)
        assert (await bench.queue.get(T)).incident.type.value == "theft"


async def test_a_call_takers_correction_comes_back_and_stands():
    bench = Bench()
    async with running(bench):
        await bench.ledger.open(ticket())
        await bench.ledger.settle(1)
        desk = bench.journal
        await amend_stored(bench.queue, desk, T, lambda t: correct(t, "location.house_number", "14", later(2)))
        bench.ledger.amend(T, classified)
        await bench.ledger.settle(1)
        stored = await bench.queue.get(T)
        assert (stored.incident.type.value, stored.location.house_number.value) == ("theft", "14")
        assert stored.review is Review.CORRECTED
        assert bench.ledger[T].location.house_number.value == "14"


async def test_what_dispatch_took_over_is_forgotten_once_the_call_has_ended():
    bench = Bench()
    async with running(bench):
        await bench.ledger.open(classified(ticket()))
        await bench.ledger.settle(1)
        lease = await bench.queue.claim("dispatch", 10)
        await bench.queue.ack(T, lease.token)
        await until(lambda: bench.journal.kept[-1].status is Status.CLOSED)
        assert bench.ledger[T].status is Status.CLOSED
        ended = {"state": CallState.ENDED}
        bench.ledger.amend(T, lambda t: t.changed(later(3), call=t.call.model_copy(update=ended)))
        await until(lambda: len(bench.ledger) == 0)
        assert (await bench.queue.get(T)).status is Status.CLOSED


async def test_after_a_restart_an_open_call_is_ended_raised_and_queued():
    bench = Bench()
    async with running(bench):
        bench.ledger.adopt(ticket(version=7))
        bench.ledger.amend(T, lambda t: recovered(t, later(9)))
        await bench.ledger.settle(1)
        stored = await bench.queue.get(T)
        assert stored.status is Status.QUEUED
        assert [r.cause for r in stored.raised] == [RaiseCause.INTAKE_RESTARTED]
        assert stored.call.end_reason == "failed"
        assert bench.journal.kept[-1].version == stored.version


async def test_no_such_ticket():
    bench = Bench()
    with pytest.raises(LookupError):
        await amend_stored(bench.queue, bench.journal, "none", lambda t: t)
