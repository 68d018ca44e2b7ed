"""baresip, which sends empty headers and media from another address than it signals, calls the trunk."""

import numpy as np
import pytest

from tests.interop.answerer import answering
from tests.interop.peers import need, running
from tests.unit.telephony.sounds import tone, write

CONFIG = """\
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module_app account.so
module_app menu.so
sip_listen 127.0.0.1:0
audio_source aufile,{wav}
audio_player aufile,{folder}/heard.wav
ausrc_srate 8000
auplay_srate 8000
audio_channels 1
rtp_ports 43000-43999
"""


@pytest.fixture
def profile(tmp_path):
    wav = write(tmp_path / "voice.wav", tone(10))
    (tmp_path / "config").write_text(CONFIG.format(wav=wav, folder=tmp_path))
    (tmp_path / "accounts").write_text("<sip:caller@127.0.0.1>;regint=0;audio_codecs=pcma,pcmu\n")
    (tmp_path / "contacts").write_text("")
    return tmp_path


def pitch(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return float(np.abs(np.fft.rfft(samples)).argmax() * 8000 / len(samples))


async def test_a_tone_is_heard_from_baresip(profile):
    async with answering(profile / "recordings") as answerer:
        command = [need("baresip"), "-f", str(profile), "-e", f"/dial sip:101@127.0.0.1:{answerer.port}", "-t", "4"]
        async with running(command, profile) as process:
            await process.wait()
        faults = answerer.trunk.stats.pacer.faults
    heard = answerer.calls[0]
    log = (profile / "baresip.log").read_text(errors="replace")
    assert heard.ends[0][0] == "remote", log
    assert heard.line.caller == "caller"
    assert heard.frames - heard.lost_frames > 100, log
    assert pitch(bytes(heard.pcm[16000:32000])) == pytest.approx(440, abs=5)
    assert faults == 0
