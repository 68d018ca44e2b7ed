"""What a page is told: everything newer than what it has, once, in order, whatever it missed."""

import asyncio

from gateway.domain.ticket import Status, Ticket
from gateway.web.view import CLOSED_KEPT, Cursor, View
from tests.unit.web import samples


def grown(ticket: Ticket) -> Ticket:
    return ticket.changed(samples.now())


def closed(ticket: Ticket) -> Ticket:
    return ticket.changed(samples.now(), status=Status.CLOSED)


def ids(news) -> list[str]:
    return [seen.ticket.id for seen in news.changed]


def test_page_gets_the_newest_of_each_ticket_once() -> None:
    view, one, other = View("life"), samples.blank(), samples.blank()
    view.put(one)
    view.put(other)
    cursor = view.cursor
    for _ in range(50):
        one = grown(one)
        view.put(one)
    news = view.since(cursor)
    assert not news.everything
    assert [seen.ticket for seen in news.changed] == [one]
    assert view.since(news.cursor).changed == ()


def test_older_and_equal_versions_are_no_news() -> None:
    view, ticket = View("life"), samples.blank()
    view.put(grown(ticket))
    cursor = view.cursor
    view.put(ticket)
    view.put(view[ticket.id].ticket)
    assert view.cursor == cursor


def test_cursor_of_another_life_or_the_future_gets_everything() -> None:
    view = View("life")
    view.put(samples.blank())
    for cursor in (None, Cursor("earlier", 1), Cursor("life", 99)):
        news = view.since(cursor)
        assert news.everything
        assert len(news.changed) == 1


def test_closed_tickets_leave_the_list_and_pages_hear_of_it() -> None:
    view, ticket = View("life"), samples.blank()
    view.put(ticket)
    cursor = view.cursor
    view.put(closed(ticket))
    assert view.open() == []
    assert ids(view.since(cursor)) == [ticket.id]


def test_forgotten_tickets_make_old_cursors_start_anew() -> None:
    view = View("life")
    view.put(samples.blank())
    cursor = view.cursor
    for _ in range(CLOSED_KEPT + 1):
        view.put(closed(samples.blank()))
    assert view.since(cursor).everything
    assert len(view._seen) == CLOSED_KEPT + 1


def test_order_is_priority_then_age_and_taken_ones_last() -> None:
    view = View("life")
    old = samples.burglary(samples.blank(seconds_ago=90))
    new = samples.burglary(samples.blank(seconds_ago=5))
    low = samples.noise(samples.blank(seconds_ago=900))
    taken = samples.burglary(samples.blank(seconds_ago=999)).model_copy(update={"status": Status.LEASED})
    for ticket in (taken, low, new, old):
        view.put(ticket)
    assert [seen.ticket.id for seen in view.open()] == [old.id, new.id, low.id, taken.id]


def test_words_of_unknown_tickets_are_dropped() -> None:
    view, ticket = View("life"), samples.blank()
    view.say(ticket.id, None)
    assert view._live == {}
    view.put(ticket)
    view.say(ticket.id, samples.spoken("help", 0))
    view.put(closed(ticket))
    assert view._live == {}


def test_cursor_is_read_back() -> None:
    cursor = Cursor("a1b2", 17)
    assert Cursor.parse(str(cursor)) == cursor
    for text in ("", "17", "-17", "a-", "a-x", "a--1x", "a-" + "9" * 40):
        assert Cursor.parse(text) is None


async def test_all_who_wait_are_woken() -> None:
    view, ticket = View("life"), samples.blank()
    waiting = [asyncio.create_task(view.wait(view.cursor, 5)) for _ in range(3)]
    await asyncio.sleep(0)
    view.put(ticket)
    assert await asyncio.gather(*waiting) == [True, True, True]
    assert await view.wait(view.cursor, 0.01) is False
