"""The queue in memory and the one on Redis do the same under any sequence of operations."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from gateway.domain.correction import confirm
from gateway.domain.ids import ConsumerId, TicketId, Token
from gateway.domain.ticket import Ticket
from gateway.domain.value import Source
from gateway.errors import Conflict, StaleToken
from gateway.ports import Lease, TicketQueue
from gateway.queue.memory import MemoryTicketQueue
from gateway.queue.policy import QueuePolicy
from gateway.queue.redis_queue import connect
from tests.contract.samples import START, new_ticket, with_priority, with_type

POLICY = QueuePolicy(max_attempts=2)
PRIORITIES = st.sampled_from([1, 2, 3, 5])
SOURCES = st.sampled_from([Source.SPEECH, Source.PERSON])
_zones = count(1)

Outcome = object
Tokens = tuple[TicketId, Token, Token]
"""A ticket and the tokens of one claim in both queues: they differ, as clocks do."""


async def outcome(action: Awaitable[object]) -> Outcome:
    """What an operation gave, comparable between the queues."""
    try:
        return await action
    except Conflict as conflict:
        return "conflict", conflict.current
    except StaleToken:
        return "stale"


def seen(lease: Lease | None) -> Outcome:
    return lease and (plain(lease.ticket), lease.consumer)


def plain(ticket: Ticket) -> Ticket:
    """Without the moment a dead letter was raised."""
    return ticket.model_copy(update={"raised": tuple(r.cause for r in ticket.raised), "updated_at": START})


class Twins(RuleBasedStateMachine):
    url: str
    known = Bundle("known")
    leases = Bundle("leases")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.clock_ms = 0
        self.memory = MemoryTicketQueue(POLICY, lambda: self.clock_ms)
        self.context = connect(self.url, f"H{next(_zones)}", POLICY, timeout_s=5)
        self.redis = self.loop.run_until_complete(self.context.__aenter__())

    def teardown(self) -> None:
        self.loop.run_until_complete(self.context.__aexit__(None, None, None))
        self.loop.close()

    async def tick(self) -> None:
        """Let a millisecond pass in both."""
        self.clock_ms += 1
        await asyncio.sleep(0.0011)

    def both(self, act: Callable[[TicketQueue], Awaitable[object]]) -> tuple[Outcome, Outcome]:
        async def run() -> tuple[Outcome, Outcome]:
            await self.tick()
            return await outcome(act(self.memory)), await outcome(act(self.redis))

        return self.loop.run_until_complete(run())

    def same(self, act: Callable[[TicketQueue], Awaitable[object]]) -> None:
        memory, redis = self.both(act)
        assert _plain(memory) == _plain(redis)

    @initialize(target=known)
    def begin(self) -> object:
        return multiple(*(self.open(priority, queueable=True) for priority in (2, 2, 3, 3)))

    @rule(target=known, priority=st.none() | PRIORITIES, queueable=st.booleans())
    def open(self, priority: int | None, *, queueable: bool) -> TicketId:
        ticket = new_ticket(priority, queueable=queueable)
        self.same(lambda queue: queue.put(ticket, based_on=0))
        return ticket.id

    @rule(ticket_id=known, priority=PRIORITIES, source=SOURCES, behind=st.sampled_from([0, 0, 0, 0, 1, -1]))
    def reprioritise(self, ticket_id: TicketId, priority: int, source: Source, behind: int) -> None:
        self._update(ticket_id, lambda ticket: with_priority(ticket, priority, source), behind)

    @rule(ticket_id=known)
    def read_type(self, ticket_id: TicketId) -> None:
        self._update(ticket_id, with_type, 0)

    @rule(ticket_id=known)
    def confirm(self, ticket_id: TicketId) -> None:
        self._update(ticket_id, lambda ticket: confirm(ticket, START), 0)

    @rule(target=leases)
    def claim(self) -> object:
        memory, redis = self.both(lambda queue: queue.claim(ConsumerId("anna"), 600))
        assert isinstance(memory, Lease | None)
        assert isinstance(redis, Lease | None)
        assert seen(memory) == seen(redis)
        if memory is None or redis is None:
            return multiple()
        return memory.ticket.id, memory.token, redis.token

    @rule(lease=leases)
    def ack(self, lease: Tokens) -> None:
        self.same(lambda queue: queue.ack(lease[0], self._token(queue, lease)))

    @rule(lease=leases)
    def release(self, lease: Tokens) -> None:
        self.same(lambda queue: queue.release(lease[0], self._token(queue, lease)))

    @rule(lease=leases)
    def lapse(self, lease: Tokens) -> None:
        async def renew(queue: TicketQueue) -> Outcome:
            return seen(await queue.renew(lease[0], self._token(queue, lease), 0.001))

        self.same(renew)
        self.loop.run_until_complete(self.tick())
        self.same(lambda queue: queue.expire())

    @invariant()
    def agree(self) -> None:
        async def look(queue: TicketQueue) -> Outcome:
            counts = await queue.depth()
            del counts["oldest_ms"]
            return [*await queue.tickets()], [*await queue.dead()], counts

        self.same(look)

    def _update(self, ticket_id: TicketId, change: Callable[[Ticket], Ticket], behind: int) -> None:
        async def update(queue: TicketQueue) -> Outcome:
            ticket = await queue.get(ticket_id)
            assert ticket is not None
            return await queue.put(change(ticket), based_on=ticket.version - behind)

        self.same(update)

    def _token(self, queue: TicketQueue, lease: Tokens) -> Token:
        return lease[1] if queue is self.memory else lease[2]


def _plain(result: Outcome) -> Outcome:
    if isinstance(result, Ticket):
        return plain(result)
    if isinstance(result, list | tuple):
        return [_plain(item) for item in result]
    return result


@pytest.mark.timeout(120)
def test_memory_and_redis_are_twins(redis_url: str) -> None:
    bounded = settings(max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    machine = type("TwinsHere", (Twins,), {"url": redis_url})
    run_state_machine_as_test(machine, settings=bounded)
