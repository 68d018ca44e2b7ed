"""What every ticket queue keeps (`contract/ticket.md`, "The queue"), on memory and on real servers."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from gateway.domain.call import Segment
from gateway.domain.correction import confirm
from gateway.domain.ids import ConsumerId, TicketId, Token
from gateway.domain.ticket import RaiseCause, Status, Ticket
from gateway.domain.value import Source
from gateway.errors import Conflict, StaleToken
from gateway.ports import Change, Lease, Live, TicketQueue
from gateway.queue.policy import QueuePolicy
from tests.contract.conftest import OpenQueue
from tests.contract.samples import START, new_ticket, with_priority, with_type

ANNA, BERT = ConsumerId("anna"), ConsumerId("bert")


async def put(queue: TicketQueue, *tickets: Ticket) -> None:
    for ticket in tickets:
        await queue.put(ticket, based_on=ticket.version - 1)


async def take(queue: TicketQueue, consumer: ConsumerId = ANNA, seconds: float = 60, wait: float = 0) -> Lease:
    lease = await queue.claim(consumer, seconds, wait)
    assert lease is not None
    return lease


async def lapse(queue: TicketQueue, lease: Lease) -> None:
    """Let a lease run out, and wait until it has."""
    await queue.renew(lease.ticket.id, lease.token, 0.001)

    async def lapsed() -> bool:
        return lease.ticket.id in await queue.expire()

    await until(lapsed)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Ask again until it is so; for what only the server's clock brings about."""
    async with asyncio.timeout(5):
        while not await true():  # no event on this side
            await asyncio.sleep(0.001)


async def order(queue: TicketQueue) -> list[TicketId]:
    return [ticket.id for ticket in await queue.tickets()]


async def read(feed: AsyncIterator[Change], number: int) -> list[Change]:
    async with asyncio.timeout(5):
        return [await anext(feed) for _ in range(number)]


# -- order -------------------------------------------------------------------------------------------------------------


async def test_claims_come_by_priority_then_age(queue: TicketQueue) -> None:
    routine, urgent, later, immediate = (new_ticket(p) for p in (5, 2, 2, 1))
    await put(queue, routine, urgent, later, immediate)
    expected = [immediate.id, urgent.id, later.id, routine.id]
    assert await order(queue) == expected
    assert [(await take(queue)).ticket.id for _ in expected] == expected
    assert await queue.claim(ANNA, 60) is None


async def test_an_old_routine_ticket_overtakes_a_new_urgent_one(open_queue: OpenQueue) -> None:
    queue = await open_queue(QueuePolicy(weight_ms={2: 20, 3: 10, 4: 5, 5: 0}))
    old, new = new_ticket(5), new_ticket(2)
    await put(queue, old)

    async def aged() -> bool:
        return (await queue.depth())["oldest_ms"] > 30

    await until(aged)
    await put(queue, new)
    assert await order(queue) == [old.id, new.id]


async def test_priority_one_is_first_whatever_the_age_of_others(open_queue: OpenQueue) -> None:
    queue = await open_queue(QueuePolicy(weight_ms={2: 10**12, 3: 10, 4: 5, 5: 0}))
    urgent, immediate = new_ticket(2), new_ticket(1)
    await put(queue, urgent, immediate)
    assert await order(queue) == [immediate.id, urgent.id]


async def test_leased_and_unqueued_tickets_are_listed_last(queue: TicketQueue) -> None:
    unread, first, second = new_ticket(queueable=False), new_ticket(1), new_ticket(1)
    await put(queue, unread, first, second)
    await take(queue)
    listed = await queue.tickets()
    assert [t.id for t in listed] == [second.id, first.id, unread.id]
    assert [t.status for t in listed] == [Status.QUEUED, Status.LEASED, Status.OPEN]


# -- put ---------------------------------------------------------------------------------------------------------------


async def test_a_ticket_comes_back_as_it_was_put(queue: TicketQueue) -> None:
    ticket = new_ticket()
    stored = await queue.put(ticket, based_on=0)
    assert stored == ticket.model_copy(update={"status": Status.QUEUED})
    assert await queue.get(ticket.id) == stored
    assert await queue.get(TicketId("unknown")) is None


async def test_a_ticket_is_queued_once_it_is_queueable(queue: TicketQueue) -> None:
    unread = new_ticket(queueable=False)
    assert (await queue.put(unread, based_on=0)).status is Status.OPEN
    assert await queue.claim(ANNA, 60) is None
    assert (await queue.put(with_type(unread), based_on=1)).status is Status.QUEUED
    assert (await take(queue)).ticket.id == unread.id


async def test_the_same_version_twice_is_no_change(queue: TicketQueue) -> None:
    ticket = new_ticket()
    await put(queue, ticket)
    again = await queue.put(ticket, based_on=0)
    assert again.version == 1
    lease = await take(queue)
    assert (await queue.put(ticket, based_on=0)) == lease.ticket
    assert (await queue.put(lease.ticket, based_on=lease.ticket.version)) == lease.ticket
    feed = queue.changes("0")
    assert [change.kind for change in await read(feed, 2)] == ["queued", "claimed"]


async def test_a_change_based_on_an_older_version_is_refused(queue: TicketQueue) -> None:
    ticket = new_ticket()
    await put(queue, ticket, with_type(ticket))
    with pytest.raises(Conflict) as refused:
        await queue.put(with_priority(ticket, 1), based_on=1)
    assert refused.value.current == await queue.get(ticket.id)


async def test_a_claim_is_a_change_that_an_update_must_know(queue: TicketQueue) -> None:
    ticket = new_ticket()
    await put(queue, ticket)
    await take(queue)
    with pytest.raises(Conflict) as refused:
        await queue.put(with_type(ticket), based_on=1)
    current = refused.value.current
    assert isinstance(current, Ticket)
    assert (current.version, current.status) == (2, Status.LEASED)
    assert (await queue.put(with_type(current), based_on=2)).status is Status.LEASED


async def test_what_the_store_lost_is_taken_as_it_comes(queue: TicketQueue) -> None:
    ticket = new_ticket().model_copy(update={"version": 7, "status": Status.LEASED})
    assert (await queue.put(ticket, based_on=7)).status is Status.QUEUED
    older = new_ticket()
    await put(queue, older)
    newer = older.model_copy(update={"version": 9})
    assert (await queue.put(newer, based_on=8)).version == 9
    closed = new_ticket().model_copy(update={"version": 4, "status": Status.CLOSED})
    assert (await queue.put(closed, based_on=4)).status is Status.CLOSED
    assert closed.id not in await order(queue)


async def test_an_update_keeps_its_place(queue: TicketQueue) -> None:
    first, second = new_ticket(), new_ticket()
    await put(queue, first, second, with_type(first))
    assert await order(queue) == [first.id, second.id]


async def test_a_raised_priority_moves_up_and_keeps_its_time(queue: TicketQueue) -> None:
    first, second, third = new_ticket(2), new_ticket(3), new_ticket(2)
    await put(queue, first, second, third, with_priority(second, 2))
    assert await order(queue) == [first.id, second.id, third.id]
    immediate = new_ticket(1)
    await put(queue, immediate, with_priority(with_priority(second, 2), 1))
    assert await order(queue) == [second.id, immediate.id, first.id, third.id]


async def test_only_a_person_moves_a_ticket_down(queue: TicketQueue) -> None:
    first, second = new_ticket(2), new_ticket(2)
    lowered = with_priority(first, 3)
    await put(queue, first, second, lowered)
    assert await order(queue) == [first.id, second.id]
    await put(queue, with_priority(lowered, 3, Source.PERSON))
    assert await order(queue) == [second.id, first.id]


async def test_a_closed_ticket_stays_closed(queue: TicketQueue) -> None:
    await put(queue, new_ticket())
    lease = await take(queue)
    closed = await queue.ack(lease.ticket.id, lease.token)
    assert closed.status is Status.CLOSED
    updated = await queue.put(with_type(closed), based_on=closed.version)
    assert (updated.status, updated.version) == (Status.CLOSED, closed.version + 1)
    assert await queue.claim(ANNA, 60) is None
    assert await queue.tickets() == []
    assert await queue.get(closed.id) == updated


async def test_two_zones_are_apart(open_queue: OpenQueue) -> None:
    here, there = await open_queue(), await open_queue()
    await put(here, new_ticket())
    assert await there.claim(ANNA, 60) is None
    assert await there.tickets() == []
    assert (await take(here)).consumer == ANNA


# -- leases ------------------------------------------------------------------------------------------------------------


async def test_a_lease_names_its_holder_and_its_end(queue: TicketQueue) -> None:
    ticket = new_ticket()
    await put(queue, ticket)
    lease = await take(queue, seconds=30)
    assert (lease.ticket.id, lease.ticket.status, lease.consumer) == (ticket.id, Status.LEASED, ANNA)
    renewed = await queue.renew(ticket.id, lease.token, 90)
    assert renewed.token == lease.token
    assert (renewed.until - lease.until).total_seconds() >= 60
    assert renewed.ticket.version == lease.ticket.version


async def test_an_acknowledged_ticket_is_gone_and_its_holder_may_say_so_twice(queue: TicketQueue) -> None:
    await put(queue, new_ticket())
    lease = await take(queue)
    closed = await queue.ack(lease.ticket.id, lease.token)
    assert await queue.ack(lease.ticket.id, lease.token) == closed
    with pytest.raises(StaleToken):
        await queue.ack(lease.ticket.id, Token(lease.token - 1))
    assert await queue.depth() == {"open": 0, "queued": 0, "leased": 0, "dead": 0, "oldest_ms": 0}


async def test_a_released_ticket_is_first_in_its_class_again(queue: TicketQueue) -> None:
    first, second = new_ticket(), new_ticket()
    await put(queue, first, second)
    lease = await take(queue)
    released = await queue.release(first.id, lease.token)
    assert (released.status, released.version) == (Status.QUEUED, 3)
    again = await take(queue, BERT)
    assert again.ticket.id == first.id
    assert again.token > lease.token


@pytest.mark.parametrize("priority", [1, 3])
async def test_an_expired_ticket_is_first_in_its_class_again(queue: TicketQueue, priority: int) -> None:
    first, second, below = new_ticket(priority), new_ticket(priority), new_ticket(5)
    await put(queue, first, second, below)
    lease = await take(queue)
    await lapse(queue, lease)
    assert await order(queue) == [first.id, second.id, below.id]
    again = await take(queue, BERT)
    assert (again.ticket.id, again.ticket.version) == (first.id, 4)
    assert again.token > lease.token


async def test_a_stale_token_is_refused(queue: TicketQueue) -> None:
    ticket = new_ticket()
    await put(queue, ticket)
    late = await take(queue)
    await lapse(queue, late)
    holder = await take(queue, BERT)
    for act in (queue.ack, queue.release):
        with pytest.raises(StaleToken):
            await act(ticket.id, late.token)
    with pytest.raises(StaleToken):
        await queue.renew(ticket.id, late.token, 60)
    with pytest.raises(StaleToken):
        await queue.ack(TicketId("unknown"), late.token)
    assert (await queue.ack(ticket.id, holder.token)).status is Status.CLOSED


async def test_a_lease_that_ran_out_is_stale_before_anybody_else_has_it(queue: TicketQueue) -> None:
    await put(queue, new_ticket())
    lease = await take(queue)
    await queue.renew(lease.ticket.id, lease.token, 0.001)

    async def stale() -> bool:
        try:
            await queue.renew(lease.ticket.id, lease.token, 0.001)
        except StaleToken:
            return True
        return False

    await until(stale)
    assert (await queue.depth())["leased"] == 1


async def test_a_ticket_raised_while_leased_comes_back_raised(queue: TicketQueue) -> None:
    ticket, other = new_ticket(4), new_ticket(2)
    await put(queue, ticket)
    lease = await take(queue)
    await put(queue, other)
    await queue.put(with_priority(lease.ticket, 1), based_on=lease.ticket.version)
    await queue.release(ticket.id, lease.token)
    assert await order(queue) == [ticket.id, other.id]


async def test_an_update_while_leased_reaches_the_holder(queue: TicketQueue) -> None:
    await put(queue, new_ticket())
    lease = await take(queue)
    await queue.put(with_type(lease.ticket), based_on=lease.ticket.version)
    *_, change = await read(queue.changes("0"), 3)
    assert (change.kind, change.version, change.status, change.consumer) == ("updated", 3, "leased", ANNA)
    assert (await queue.ack(lease.ticket.id, lease.token)).incident.type.value == "fight"


# -- dead letters ------------------------------------------------------------------------------------------------------


async def die(queue: TicketQueue, attempts: int) -> None:
    for _ in range(attempts):
        await lapse(queue, await take(queue))


async def test_too_many_expiries_make_a_dead_letter_that_is_raised(open_queue: OpenQueue) -> None:
    queue = await open_queue(QueuePolicy(max_attempts=2))
    ticket = new_ticket()
    await put(queue, ticket)
    await die(queue, 2)
    assert await queue.claim(ANNA, 60) is None
    (dead,) = await queue.dead()
    assert (dead.id, dead.status) == (ticket.id, Status.OPEN)
    assert [reason.cause for reason in dead.raised] == [RaiseCause.DEAD_LETTER]
    await queue.expire()
    assert await queue.dead() == [dead]
    assert await queue.get(ticket.id) == dead
    kinds = [change.kind for change in await read(queue.changes("0"), 8)]
    assert kinds == ["queued", "claimed", "renewed", "expired", "claimed", "renewed", "dead", "updated"]
    assert (await queue.depth())["dead"] == 1


async def test_a_release_is_no_failed_attempt(open_queue: OpenQueue) -> None:
    queue = await open_queue(QueuePolicy(max_attempts=1))
    await put(queue, new_ticket())
    for _ in range(3):
        lease = await take(queue)
        await queue.release(lease.ticket.id, lease.token)
    assert await queue.dead() == []


async def test_an_update_leaves_a_dead_letter_dead_until_a_person_has_seen_it(open_queue: OpenQueue) -> None:
    queue = await open_queue(QueuePolicy(max_attempts=2))
    await put(queue, new_ticket())
    await die(queue, 2)
    (dead,) = await queue.dead()
    updated = await queue.put(with_type(dead), based_on=dead.version)
    assert await queue.claim(ANNA, 60) is None
    revived = await queue.put(confirm(updated, START), based_on=updated.version)
    assert revived.status is Status.QUEUED
    assert await queue.dead() == []
    await die(queue, 1)
    assert (await take(queue)).ticket.id == dead.id


# -- waiting and following ---------------------------------------------------------------------------------------------


async def test_a_waiting_claim_returns_upon_a_put(queue: TicketQueue) -> None:
    ticket = new_ticket()
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(take(queue, wait=30))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await put(queue, ticket)
    assert waiting.result().ticket.id == ticket.id


async def test_every_waiting_claim_gets_a_ticket(queue: TicketQueue) -> None:
    tickets = [new_ticket() for _ in range(8)]
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(take(queue, wait=30)) for _ in tickets]
        await asyncio.sleep(0.05)
        await put(queue, *tickets)
    assert {task.result().ticket.id for task in waiting} == {ticket.id for ticket in tickets}


async def test_a_waiting_claim_gets_what_a_lease_gives_back(queue: TicketQueue) -> None:
    await put(queue, new_ticket())
    held = await take(queue, seconds=0.1)
    async with asyncio.timeout(5):
        assert (await take(queue, BERT, wait=30)).ticket.id == held.ticket.id


async def test_a_wait_ends(queue: TicketQueue) -> None:
    async with asyncio.timeout(5):
        assert await queue.claim(ANNA, 60, wait=0.05) is None


async def test_four_consumers_share_two_hundred_tickets_each(queue: TicketQueue) -> None:
    tickets = [new_ticket(1 + n % 5) for n in range(800)]
    taken: list[TicketId] = []

    async def consume(name: str) -> None:
        while lease := await queue.claim(ConsumerId(name), 60, wait=1):
            taken.append(lease.ticket.id)
            await queue.ack(lease.ticket.id, lease.token)

    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        for number in range(4):
            tasks.create_task(consume(f"consumer-{number}"))
        await put(queue, *tickets)
    assert sorted(taken) == sorted(ticket.id for ticket in tickets)


async def test_changes_are_followed_from_a_position(queue: TicketQueue) -> None:
    first, second = new_ticket(), new_ticket(queueable=False)
    await put(queue, first, second)
    opened = await read(queue.changes("0"), 2)
    assert [(c.kind, c.ticket_id, c.version) for c in opened] == [("queued", first.id, 1), ("opened", second.id, 1)]
    assert await read(queue.changes(opened[0].position), 1) == opened[1:]


async def test_changes_from_now_on(queue: TicketQueue) -> None:
    before, after = new_ticket(), new_ticket()
    await put(queue, before)
    feed = queue.changes()
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        following = tasks.create_task(read(feed, 1))
        await asyncio.sleep(0.05)
        await put(queue, after)
    assert following.result()[0].ticket_id == after.id


async def test_live_words_reach_those_who_listen(queue: TicketQueue) -> None:
    words = Live(TicketId("t"), Segment(speaker="caller", start_ms=0, end_ms=300, text="au secours", language="fr"))

    async def listen() -> Live:
        return await anext(queue.live())

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(listen())
        while not listening.done():
            await queue.publish_live(words)
            await asyncio.sleep(0.01)
    assert listening.result() == words


async def test_depth_counts_by_status(queue: TicketQueue) -> None:
    await put(queue, new_ticket(queueable=False), new_ticket(), new_ticket(), new_ticket())
    await take(queue)
    depth = await queue.depth()
    assert depth.pop("oldest_ms") >= 0
    assert depth == {"open": 1, "queued": 2, "leased": 1, "dead": 0}
