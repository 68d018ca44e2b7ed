"""baresip, which sends empty headers and media from another address than it signals, calls the trunk."""

from pathlib import Path

import numpy as np
import pytest

from tests.interop.answerer import answering
from tests.interop.baresip import profile
from tests.interop.peers import need, running
from tests.unit.telephony.sounds import tone, write


def pitch(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return float(np.abs(np.fft.rfft(samples)).argmax() * 8000 / len(samples))


async def test_a_tone_is_heard_from_baresip(tmp_path: Path):
    folder = profile(tmp_path, write(tmp_path / "voice.wav", tone(10)), "caller")
    async with answering(folder / "recordings") as answerer:
        command = [need("baresip"), "-f", str(folder), "-e", f"/dial sip:101@127.0.0.1:{answerer.port}", "-t", "4"]
        async with running(command, folder) as process:
            await process.wait()
        faults = answerer.trunk.stats.pacer.faults
    heard = answerer.calls[0]
    log = (folder / "baresip.log").read_text(errors="replace")
    assert heard.ends[0][0] == "remote", log
    assert heard.line.caller == "caller"
    assert heard.frames - heard.lost_frames > 100, log
    assert pitch(bytes(heard.pcm[16000:32000])) == pytest.approx(440, abs=5)
    assert faults == 0
