"""The table of transitions: what must hold of it as a whole, and the timers it runs. Its courses are in test_server."""

import pytest

from gateway.sip.message import Headers, Request
from gateway.sip.timers import Timers
from gateway.sip.transaction import (
    INITIAL,
    ROWS,
    RUNNING,
    TRANSITIONS,
    Input,
    Kind,
    State,
    Timer,
    Timing,
    Transaction,
)

REPEATING = {Timer.A, Timer.E, Timer.G}


def test_no_two_rows_for_one_situation():
    assert len(TRANSITIONS) == len(ROWS)


def test_every_state_can_be_reached_and_left():
    for kind, first in INITIAL.items():
        rows = [row for row in ROWS if row.kind is kind]
        states = {row.state for row in rows}
        assert states <= {row.next for row in rows} | {first}
        assert all(any(row.next is not state for row in rows if row.state is state) for state in states)
        assert State.TERMINATED in {row.next for row in rows}


def test_timers_run_where_they_are_waited_for_and_nowhere_else():
    waited = {(row.kind, row.state, row.given) for row in ROWS if isinstance(row.given, Timer)}
    running = {(kind, state, timer) for (kind, state), timers in RUNNING.items() for timer in timers}
    assert waited == running


def test_every_settled_state_ends_by_a_timer():
    for kind in Kind:
        for state in (State.ACCEPTED, State.COMPLETED, State.CONFIRMED):
            rows = [row for row in ROWS if (row.kind, row.state) == (kind, state)]
            assert not rows or any(row.next is State.TERMINATED and isinstance(row.given, Timer) for row in rows)


def test_each_row_names_its_paragraph():
    assert all(row.source.split()[0] in ("3261", "6026") for row in ROWS)


def transaction(kind: Kind, timers: Timers) -> Transaction:
    return Transaction(kind, ("key",), Request("X", "sip:a@b", Headers()), ("192.0.2.1", 1), Timing(), timers, 0.0)


@pytest.mark.parametrize(
    ("kind", "course", "seconds"),
    [
        (
            Kind.INVITE_CLIENT,
            [],
            [("A", 0.5), ("A", 1.5), ("A", 3.5), ("A", 7.5), ("A", 15.5), ("A", 31.5), ("B", 32.0)],
        ),
        (Kind.INVITE_CLIENT, [Input.GOT_1XX], []),
        (Kind.INVITE_CLIENT, [Input.GOT_2XX], [("M", 32.0)]),
        (Kind.INVITE_CLIENT, [Input.GOT_FAILURE], [("D", 32.0)]),
        (Kind.CLIENT, [Input.GOT_FAILURE], [("K", 5.0)]),
        (Kind.INVITE_SERVER, [], []),
        (Kind.INVITE_SERVER, [Input.SEND_2XX], [("L", 32.0)]),
        (Kind.INVITE_SERVER, [Input.SEND_FAILURE, Input.ACK], [("I", 5.0)]),
        (Kind.SERVER, [Input.SEND_2XX], [("J", 32.0)]),
    ],
)
def test_timers_after(kind: Kind, course: list[Input], seconds: list[tuple[str, float]]):
    timers: Timers = Timers()
    machine = transaction(kind, timers)
    for given in course:
        machine.handle(given, 0.0)
    fired = []
    while (at := timers.next()) is not None:
        _, timer = timers.pop_due(at)
        fired.append((timer.value, at))
        machine.handle(timer, at)
    assert fired == seconds


def test_a_provisional_response_slows_timer_e_to_t2():
    timers: Timers = Timers()
    machine = transaction(Kind.CLIENT, timers)
    machine.handle(Input.GOT_1XX, 0.1)
    times = []
    while (at := timers.next()) is not None:
        _, timer = timers.pop_due(at)
        times.append((timer.value, at))
        machine.handle(timer, at)
    assert times[:3] == [("E", 0.5), ("E", 4.5), ("E", 8.5)]
    assert times[-1] == ("F", 32.0)


def test_what_is_not_in_the_table_does_nothing():
    timers: Timers = Timers()
    machine = transaction(Kind.SERVER, timers)
    assert machine.handle(Input.GOT_2XX, 0.0) == ()
    assert machine.state is State.TRYING


class TestTimers:
    def test_order_and_moving(self):
        timers: Timers = Timers()
        timers.set("b", 2.0)
        timers.set("a", 1.0)
        timers.set("b", 0.5)
        assert timers.next() == 0.5
        assert [timers.pop_due(3.0) for _ in range(3)] == ["b", "a", None]

    def test_not_yet_due(self):
        timers: Timers = Timers()
        timers.set("a", 1.0)
        assert timers.pop_due(0.9) is None
        assert len(timers) == 1

    def test_cancelled_timers_leave_no_memory(self):
        timers: Timers = Timers()
        for number in range(10_000):
            timers.set(number, float(number))
            timers.cancel(number)
        assert len(timers._heap) < 100
        assert timers.next() is None
