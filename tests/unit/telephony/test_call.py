"""The test caller and the trunk on one loop, over real sockets."""

import asyncio
import wave

import pytest

from gateway.errors import UsageError
from gateway.telephony.caller import CallOptions, place_call
from tests.interop.answerer import answering
from tests.unit.telephony.sounds import level, tone, write


@pytest.fixture
def wav(tmp_path):
    return write(tmp_path / "voice.wav", tone(1.0))


async def test_a_call_is_heard_answered_recorded_and_told(tmp_path, wav):
    async with answering(tmp_path / "recordings") as answerer:
        options = CallOptions(wav, f"sip:101@127.0.0.1:{answerer.port}", "+32470000000", after_file_s=0.6)
        report = await place_call(options)
        stats = answerer.trunk.stats
    heard = answerer.calls[0]
    assert (report.status, report.ticket_id, report.ended_by) == (200, "ticket-1", "local")
    assert report.answered_after_ms < 200
    assert (heard.line.caller, heard.line.called) == ("+32470000000", "101")
    assert heard.ends == [("remote", "")]
    assert level(bytes(heard.pcm[3200:16000])) == pytest.approx(level(tone(1)), rel=0.05)
    assert level(report.heard[4800:16000]) == pytest.approx(level(tone(1)), rel=0.05)
    assert report.media.sent == pytest.approx(80, abs=3)
    assert report.sent_at(0.5) > report.started_at
    assert (stats.calls, stats.offered) == (0, 1)
    with wave.open(str(tmp_path / "recordings" / "1.wav")) as recording:
        assert recording.getnchannels() == 2
        assert recording.getnframes() / 8000 == pytest.approx(1.6, abs=0.1)


async def test_keys_are_heard_and_a_caller_may_hang_up_early(tmp_path, wav):
    async with answering(tmp_path / "recordings") as answerer:
        to = f"sip:101@127.0.0.1:{answerer.port}"
        report = await place_call(CallOptions(wav, to, keys=((0.1, "5"), (0.4, "#")), hang_up_at_s=0.8))
    assert answerer.calls[0].digits == ["5", "#"]
    assert report.media.sent == pytest.approx(40, abs=3)


async def test_the_gateway_may_hang_up(tmp_path, wav):
    async with answering(tmp_path / "recordings") as answerer:
        call = asyncio.create_task(place_call(CallOptions(wav, f"sip:101@127.0.0.1:{answerer.port}")))
        async with asyncio.timeout(5):
            await answerer.hearing.wait()
        answerer.calls[0].line.hang_up("told all")
        report = await call
    assert report.ended_by == "remote"
    assert [by for by, _ in answerer.calls[0].ends] == ["local"]


async def test_a_refusal_is_reported(tmp_path, wav):
    async with answering(tmp_path / "recordings") as answerer:
        answerer.trunk._handler = lambda line: line.refuse(486, "Busy Here")
        report = await place_call(CallOptions(wav, f"sip:101@127.0.0.1:{answerer.port}"))
    assert (report.status, report.reason, report.answered, report.heard) == (486, "Busy Here", False, b"")


async def test_a_handlers_fault_is_told_to_the_caller_and_costs_no_next_call(tmp_path, wav, caplog):
    async with answering(tmp_path / "recordings") as answerer:
        take, answerer.trunk._handler = answerer.trunk._handler, lambda line: 1 / 0
        to = f"sip:101@127.0.0.1:{answerer.port}"
        assert (await place_call(CallOptions(wav, to))).status == 500
        answerer.trunk._handler = take
        assert (await place_call(CallOptions(wav, to, hang_up_at_s=0.1))).status == 200
    assert "a call could not be taken" in caplog.text


async def test_no_port_is_left_no_call_is_lost_unawares(tmp_path, wav):
    async with answering(tmp_path / "recordings", rtp_ports=range(0)) as answerer:
        report = await place_call(CallOptions(wav, f"sip:101@127.0.0.1:{answerer.port}"))
    assert report.status == 503
    assert answerer.calls[0].ends == [("error", "no RTP port is free")]


async def test_draining_lets_a_call_end_and_takes_no_new_one(tmp_path, wav):
    async with answering(tmp_path / "recordings") as answerer:
        to = f"sip:101@127.0.0.1:{answerer.port}"
        running = asyncio.create_task(place_call(CallOptions(wav, to, hang_up_at_s=0.6)))
        async with asyncio.timeout(5):
            await answerer.hearing.wait()
        closing = asyncio.create_task(answerer.trunk.close(drain_s=5))
        await asyncio.sleep(0)
        assert (await place_call(CallOptions(wav, to))).status == 503
        assert (await running).ended_by == "local"
        await closing
    assert len(answerer.calls) == 1


async def test_a_line_that_ended_before_its_answer_tells_so(tmp_path, wav):
    lines = []
    async with answering(tmp_path / "recordings") as answerer:
        answerer.trunk._handler = lines.append
        options = CallOptions(wav, f"sip:101@127.0.0.1:{answerer.port}", answer_within_s=0.4)
        report = await place_call(options)
        answerer._take(lines[0])
        await asyncio.sleep(0)
    assert report.status == 487
    assert answerer.calls[0].ends == [("remote", "cancelled")]


async def test_nobody_there(wav):
    report = await place_call(CallOptions(wav, "sip:101@127.0.0.1:9", answer_within_s=0.3))
    assert (report.status, report.answered) == (408, False)


async def test_an_address_that_is_none_is_wrong_usage(wav):
    with pytest.raises(UsageError):
        await place_call(CallOptions(wav, "mailto:someone"))
