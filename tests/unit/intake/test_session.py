"""One call from INVITE to its end, against fakes."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from gateway.domain.ticket import Name, RaiseCause
from gateway.errors import PartUnavailable
from gateway.intake import session as session_module
from gateway.intake.session import Session
from gateway.intake.supervisor import Supervisor
from gateway.ports import Missed
from tests.unit.domain.builders import said, segment
from tests.unit.intake.fakes import Bench, until

KNOWN = {
    "gestolen": {"type": said("theft")},
    "mes": {"weapon": said("knife")},
    "hoogstraat": {
        "street": said(Name(fr="Rue Haute", nl="Hoogstraat")),
        "municipality": said(Name(fr="Bruxelles", nl="Brussel")),
        "house_number": said("3"),
    },
}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(session_module, "TICK_S", 0.001)


@asynccontextmanager
async def call(bench: Bench):
    ledger = asyncio.create_task(bench.ledger.run())
    session = Session(bench.line, bench.parts)
    life = asyncio.create_task(session.run())
    await settled(bench)
    try:
        yield session
    finally:
        session.ended("remote", "bye")
        await life
        await bench.ledger.settle(1)
        ledger.cancel()
        await asyncio.gather(ledger, return_exceptions=True)


async def settled(bench: Bench):
    for _ in range(20):
        await asyncio.sleep(0.001)
    await bench.ledger.settle(1)


async def stored(bench: Bench):
    return await bench.queue.get(bench.line.ticket)


async def test_the_ticket_is_on_disk_before_the_answer():
    bench = Bench()
    async with call(bench):
        first = bench.journal.kept[0]
        assert (first.id, first.version, first.call.state) == (bench.line.ticket, 1, "ringing")
        assert (await stored(bench)).call.state == "active"
        assert [pcm.rstrip(b"\0") for pcm in bench.line.said] == [b"greeting", b"greeting"]


async def test_a_broken_disk_does_not_cost_the_caller():
    bench = Bench()
    bench.journal.broken = True
    async with call(bench):
        assert bench.line.ticket


async def test_words_become_the_ticket_while_they_are_spoken():
    bench = Bench(KNOWN)
    async with call(bench):
        bench.hears(partial=segment("mijn fiets is gestolen"))
        await settled(bench)
        assert (await stored(bench)).incident.type.value == "theft"
        bench.hears(segment("mijn fiets is gestolen in de hoogstraat", 0, 4000))
        await settled(bench)
        ticket = await stored(bench)
        assert ticket.location.house_number.value == "3"
        assert [s.text for s in ticket.transcript if s.speaker == "caller"] == [
            "mijn fiets is gestolen in de hoogstraat"
        ]
        assert ticket.call.language == "nl"
        assert ticket.next_question is None


async def test_while_the_language_is_open_nothing_is_proposed_but_a_call_that_ends_so_is_read():
    bench = Bench(KNOWN)
    async with call(bench):
        bench.hears(segment("gestolen"), decided=False)
        await settled(bench)
        assert (await stored(bench)).incident.type.value is None
    assert (await stored(bench)).incident.type.value == "theft"


async def test_the_last_words_after_the_hangup_count():
    bench = Bench(KNOWN)
    async with call(bench):
        bench.hears(segment("mijn fiets is gestolen"))
        from gateway.ports import Hypothesis

        last = (segment("mijn fiets is gestolen"), segment("hij heeft een mes", 2000, 3000))
        bench.hearing.ear.last_words = [Hypothesis("nl", True, last, None, 3000)]
    ticket = await stored(bench)
    assert (ticket.incident.priority.value, ticket.facts.weapon.value) == (1, "knife")
    assert (ticket.call.state, ticket.call.end_reason) == ("ended", "caller")
    assert bench.hearing.ear.closed


async def test_hearing_begins_with_the_voice_not_with_the_wait_for_it():
    bench = Bench()
    async with call(bench):
        for lost, at_ms in [(True, 0), (True, 20), (False, 40), (True, 60)]:
            bench.line.listener.audio(bytes(320), at_ms, lost=lost)
        assert bench.hearing.ear.fed == 2


async def test_missed_speech_is_on_the_ticket():
    bench = Bench()
    async with call(bench):
        bench.hearing.ear.heard(Missed(1000, 2500, "recogniser died"))
        await settled(bench)
        (raised,) = (await stored(bench)).raised
        assert raised.cause is RaiseCause.RECOGNITION_FAILED
        assert "1000 to 2500 ms" in raised.detail
        assert (await stored(bench)).status == "queued"


@pytest.mark.parametrize("fault", [PartUnavailable("late"), RuntimeError("bug")])
async def test_a_reader_that_fails_costs_no_call(fault):
    bench = Bench(KNOWN)
    async with call(bench):
        bench.understanding.broken = fault
        bench.hears(segment("hallo"))
        await until(lambda: bool(bench.ledger[bench.line.ticket].raised))
        bench.understanding.broken = None
        bench.hears(segment("gestolen"))
        await settled(bench)
        ticket = await stored(bench)
        assert ticket.incident.type.value == "theft"
        assert ticket.raised


async def test_a_silent_line_is_raised_and_classified():
    bench = Bench()
    async with call(bench):
        bench.clock.seconds = 7
        await settled(bench)
        assert (await stored(bench)).raised[0].cause is RaiseCause.SILENT_LINE
        bench.line.listener.digit("5", 8000)
        await settled(bench)
        ticket = await stored(bench)
        assert (ticket.incident.type.value, ticket.incident.priority.value) == ("silent_call", 1)
    assert (await stored(bench)).call.end_reason == "caller"


async def test_a_hangup_before_a_word_is_abandoned():
    bench = Bench()
    async with call(bench):
        pass
    ticket = await stored(bench)
    assert (ticket.call.end_reason, ticket.incident.type.value) == ("abandoned", "unclassified")
    assert RaiseCause.ABANDONED in [r.cause for r in ticket.raised]


async def test_a_cancelled_call_keeps_its_ticket():
    bench = Bench()
    bench.line.gone = True
    async with call(bench):
        pass
    assert (await stored(bench)).call.end_reason == "abandoned"


async def test_the_caller_is_told_why_not_at_once_and_when():
    bench = Bench(KNOWN)
    async with call(bench):
        bench.hears(segment("gestolen in de hoogstraat"))
        await settled(bench)
        bench.clock.seconds = 5
        await settled(bench)
        ticket = await stored(bench)
        assert ticket.caller_information.expected_delay_minutes == 120
        assert ticket.caller_information.by == "gateway"
        bench.clock.seconds = 20
        await settled(bench)
    assert bench.line.ended_as == "told and quiet"
    assert (await stored(bench)).call.end_reason == "gateway"


async def test_who_hangs_up_first_is_still_owed_it():
    bench = Bench(KNOWN)
    async with call(bench):
        bench.hears(segment("gestolen in de hoogstraat"))
        await settled(bench)
    information = (await stored(bench)).caller_information
    assert information.spoken_at is None
    assert information.cause == "busy"


async def test_full_or_draining_means_try_the_next_node():
    bench = Bench()
    supervisor = Supervisor(bench.parts, max_calls=0)
    supervisor.take(bench.line)
    assert bench.line.refused == 503
    assert await supervisor.drain(0.1)
