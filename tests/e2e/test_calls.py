"""Whole calls through a running gateway: real SIP and RTP, vosk, spaCy, Redis and Chromium."""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.async_api import expect

from gateway.commands.samples import samples
from gateway.domain.call import CallState
from gateway.domain.ids import ConsumerId
from gateway.domain.ticket import RaiseCause, Status
from gateway.telephony.caller import CallOptions, place_call
from tests.conftest import ROOT
from tests.e2e.conftest import visit
from tests.e2e.gateway import SAMPLES, Gateway, whole_gateway
from tests.interop.baresip import profile
from tests.interop.peers import ended_well, need, running

FULL = "schietpartij"


@pytest.fixture
async def gateway(tmp_path):
    async with whole_gateway(tmp_path) as running_gateway:
        yield running_gateway


def placed(gateway: Gateway, name: str = FULL, **options) -> asyncio.Task:
    given = CallOptions(wav=SAMPLES / f"{name}.wav", to=gateway.sip, caller="0470123456", **options)
    return asyncio.create_task(place_call(given))


async def on_the_line(gateway: Gateway):
    """The newest ticket, once its caller is being heard."""
    ticket = await gateway.newest()
    return await gateway.ticket(ticket.id, lambda t: t.incident.type.value is not None)


async def test_sipp_20_calls_at_5_a_second_all_succeed(gateway, tmp_path):
    captures = Path("/usr/share/sip-tester")
    if not captures.is_dir():
        pytest.skip("SIPp's captures are not installed")
    (tmp_path / "pcap").mkdir()
    for capture in captures.glob("*.pcap"):
        (tmp_path / "pcap" / capture.name).symlink_to(capture)
    bounds = ["-m", "20", "-r", "5", "-nostdin", "-timeout", "60", "-timeout_error"]
    await ended_well([need("sipp"), gateway.ready["sip"], "-sn", "uac_pcap", "-i", "127.0.0.1", *bounds], tmp_path)
    async with asyncio.timeout(30):
        while sum(t.call.state is CallState.ENDED for t in await gateway.queue.tickets()) < 20:
            await asyncio.sleep(0.2)
    assert len(await gateway.queue.tickets()) == 20


async def test_baresip_tells_a_dutch_call(tmp_path):
    folder = profile(tmp_path / "baresip", SAMPLES / f"{FULL}.wav", "0470123456")
    expected = samples()[FULL].expect
    async with whole_gateway(tmp_path) as gateway:
        command = [need("baresip"), "-f", str(folder), "-e", f"/dial {gateway.sip}", "-t", "16"]
        async with running(command, folder) as process:
            await process.wait()
        ticket = await gateway.newest()
        ticket = await gateway.ticket(ticket.id, lambda t: t.call.state is CallState.ENDED)
        assert ticket.incident.type.value == expected.type
        assert ticket.location.street.value.nl == expected.street
        assert ticket.call.caller == "0470123456"


async def test_a_call_taker_sees_the_ticket_grow_while_the_caller_speaks(gateway, browser):
    async with visit(browser, gateway.desk) as page:
        call = placed(gateway, after_file_s=6.0)
        row = page.locator("[id^=row-]")
        await expect(row).to_be_visible(timeout=15_000)
        await row.locator("a").click()
        street = page.locator("[data-field='location.street'] .value")
        await expect(street).to_have_text("niet gekend", timeout=5_000)
        await expect(street).to_have_text("Brabantstraat", timeout=30_000)
        assert not call.done()
        await expect(page.locator("#incident-type, [data-field='incident.type'] .value").first).to_contain_text(
            "schietpartij"
        )
        report = await call
    ticket = await gateway.ticket(report.ticket_id, lambda t: t.call.state is CallState.ENDED)
    assert (gateway.data / "recordings" / ticket.call.recording).stat().st_size > 100_000


async def test_a_recogniser_killed_in_mid_call_costs_no_call(gateway):
    call = placed(gateway, after_file_s=4.0)
    await on_the_line(gateway)
    for process in gateway.processes("gateway.speech.recogniser"):
        process.send_signal(signal.SIGKILL)
    report = await call
    ticket = await gateway.ticket(report.ticket_id, lambda t: t.call.state is CallState.ENDED)
    assert report.ended_by == "local"
    assert ticket.location.street.value.nl == "Brabantstraat"
    assert RaiseCause.RECOGNITION_FAILED in [r.cause for r in ticket.raised]


@pytest.mark.parametrize("forgets", [False, True], ids=["as it was", "empty"])
async def test_redis_gone_in_mid_call_loses_no_ticket_and_no_update(gateway, forgets):
    call = placed(gateway, after_file_s=4.0)
    await gateway.newest()
    gateway.redis.stop()
    if forgets:
        shutil.rmtree(gateway.redis.folder)
    report = await call
    during = await asyncio.wait_for(placed(gateway, "opgehangen", hang_up_at_s=1.0), 20)
    assert during.answered
    await gateway.redis.start()
    ticket = await gateway.ticket(report.ticket_id, lambda t: t.call.state is CallState.ENDED)
    assert ticket.incident.type.value == "shooting"
    assert ticket.location.street.value.nl == "Brabantstraat"
    other = await gateway.ticket(during.ticket_id, lambda t: t.call.state is CallState.ENDED)
    assert other.call.end_reason == "abandoned"
    assert {t.id for t in await gateway.queue.tickets()} == {ticket.id, other.id}


async def test_an_intake_process_killed_in_mid_call_leaves_every_ticket_queued_and_raised(gateway):
    call = placed(gateway, after_file_s=0.5)
    ticket = await on_the_line(gateway)
    (intake,) = gateway.processes("--role intake")
    intake.send_signal(signal.SIGKILL)
    after = await gateway.ticket(ticket.id, lambda t: bool(t.raised))
    assert after.status is Status.QUEUED
    assert after.incident.type.value == ticket.incident.type.value
    assert [r.cause for r in after.raised] == [RaiseCause.INTAKE_RESTARTED]
    assert after.call.end_reason == "failed"
    await call
    again = await asyncio.wait_for(placed(gateway, "opgehangen", hang_up_at_s=1.0), 30)
    assert again.answered


async def test_a_call_takers_correction_stands_while_the_caller_goes_on(gateway, browser):
    call = placed(gateway, after_file_s=8.0)
    ticket = await on_the_line(gateway)
    async with visit(browser, f"{gateway.desk}") as page:
        answer = await page.request.post(
            f"http://{gateway.ready['web']}/api/tickets/{ticket.id}/corrections",
            data={"field": "location.house_number", "value": "14"},
            headers={"X-Intake101": "test"},
        )
        assert answer.ok, await answer.text()
    report = await call
    after = await gateway.ticket(report.ticket_id, lambda t: t.call.state is CallState.ENDED)
    assert (after.location.house_number.value, after.location.house_number.source) == ("14", "person")
    assert after.location.street.value.nl == "Brabantstraat"


async def test_sigterm_drains(tmp_path):
    async with whole_gateway(tmp_path) as gateway:
        call = placed(gateway, after_file_s=1.0)
        await on_the_line(gateway)
        process = gateway.processes("--role intake")[0].parent()
        process.send_signal(signal.SIGTERM)
        report = await call
        assert (report.status, report.ended_by) == (200, "local")
        ticket = await gateway.ticket(report.ticket_id, lambda t: t.call.state is CallState.ENDED)
        assert ticket.incident.type.value == "shooting"


async def test_a_consumer_gets_the_ticket_while_the_caller_still_speaks(gateway):
    call = placed(gateway, after_file_s=3.0)
    lease = await gateway.queue.claim(ConsumerId("dispatch"), 30, wait=30)
    assert lease is not None
    assert not call.done()
    report = await call
    held = await gateway.ticket(report.ticket_id, lambda t: t.call.state is CallState.ENDED)
    assert held.status is Status.LEASED
    assert held.version > lease.ticket.version
    assert (await gateway.queue.ack(held.id, lease.token)).status is Status.CLOSED


def test_the_demo_succeeds():
    command = [sys.executable, "-m", "gateway.cli", "demo", "--once", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["differs"] for row in rows] == [[] for _ in samples()], done.stderr[-2000:]
    assert done.returncode == 0
