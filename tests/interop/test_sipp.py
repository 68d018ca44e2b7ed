"""SIPp's built-in callers against the trunk."""

from pathlib import Path

import pytest

from gateway.rtp.source import LATCH
from tests.interop.answerer import answering
from tests.interop.peers import ended_well, need

SIPP = "sipp"
PCAPS = Path("/usr/share/sip-tester")


def arguments(port: int, scenario: str, calls: int, rate: int, *more: str) -> list[str]:
    fixed = ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-timeout", "40", "-timeout_error"]
    return [need(SIPP), f"127.0.0.1:{port}", "-sn", scenario, "-m", str(calls), "-r", str(rate), *fixed, *more]


async def test_calls_without_media(tmp_path):
    async with answering(tmp_path / "recordings") as answerer:
        await ended_well(arguments(answerer.port, "uac", 20, 10, "-d", "300"), tmp_path)
    assert len(answerer.calls) == 20
    assert all([by for by, _ in heard.ends] == ["remote"] for heard in answerer.calls)


@pytest.fixture
def folder_with_pcaps(tmp_path):
    if not PCAPS.is_dir():
        pytest.skip("SIPp's g711a.pcap is not installed")
    (tmp_path / "pcap").symlink_to(PCAPS)
    return tmp_path


async def test_twenty_calls_with_speech_and_keys(folder_with_pcaps):
    recordings = folder_with_pcaps / "recordings"
    async with answering(recordings, source_policy=LATCH) as answerer:
        await ended_well(arguments(answerer.port, "uac_pcap", 20, 5), folder_with_pcaps)
        stats = answerer.trunk.stats
    assert len(answerer.calls) == 20
    assert stats.pacer.faults == 0
    assert {"".join(heard.digits) for heard in answerer.calls} == {"1"}
    assert all(heard.frames - heard.lost_frames > 300 for heard in answerer.calls)
    seconds = [path.stat().st_size / 32000 for path in recordings.iterdir()]
    assert len(seconds) == 20
    assert min(seconds) >= 8
