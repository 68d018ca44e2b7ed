"""Kamailio as the dispatcher in front: it probes with OPTIONS, routes a call, and is told when we drain."""

import asyncio
import socket

import pytest

from gateway.telephony.caller import CallOptions, place_call
from tests.interop.answerer import answering
from tests.interop.peers import need, running
from tests.unit.telephony.sounds import tone, write

CONFIG = """\
debug=2
log_stderror=yes
children=2
listen=udp:127.0.0.1:{port}
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "siputils.so"
loadmodule "dispatcher.so"
loadmodule "xlog.so"
modparam("dispatcher", "list_file", "{folder}/dispatcher.list")
modparam("dispatcher", "ds_ping_interval", 1)
modparam("dispatcher", "ds_probing_mode", 1)
modparam("dispatcher", "ds_ping_reply_codes", "class=2")
modparam("dispatcher", "ds_probing_threshold", 1)
modparam("dispatcher", "ds_inactive_threshold", 1)
modparam("dispatcher", "flags", 2)
request_route {{
  if (has_totag()) {{
    loose_route();
    t_relay();
    exit;
  }}
  if (method == "CANCEL") {{ t_relay(); exit; }}
  if (method != "INVITE") {{ sl_send_reply("405", "Method Not Allowed"); exit; }}
  record_route();
  if (!ds_select_dst("1", "4")) {{ sl_send_reply("503", "No Gateway"); exit; }}
  t_relay();
}}
"""


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def wav(tmp_path):
    return write(tmp_path / "voice.wav", tone(0.5))


async def call_until(status: int, options: CallOptions, attempts: int = 20):
    """Call again until Kamailio's probes have told it how things are."""
    for _ in range(attempts):
        report = await place_call(options)
        if report.status == status:
            return report
        await asyncio.sleep(0.5)
    return pytest.fail(f"{report.status} {report.reason} and not {status}")


async def test_a_call_through_a_probing_dispatcher_and_draining(tmp_path, wav):
    program, port = need("kamailio"), free_port()
    async with answering(tmp_path / "recordings") as answerer:
        (tmp_path / "dispatcher.list").write_text(f"1 sip:127.0.0.1:{answerer.port}\n")
        (tmp_path / "kamailio.cfg").write_text(CONFIG.format(port=port, folder=tmp_path))
        command = [program, "-f", "kamailio.cfg", "-DD", "-E", "-Y", str(tmp_path), "-m", "32", "-M", "4"]
        options = CallOptions(wav, f"sip:101@127.0.0.1:{port}", "+3225550101", after_file_s=0.3, answer_within_s=3)
        async with running(command, tmp_path):
            report = await call_until(200, options)
            assert (report.ended_by, report.ticket_id) == ("local", "ticket-1")
            assert answerer.calls[0].ends == [("remote", "")]
            assert answerer.calls[0].line.caller == "+3225550101"
            answerer.trunk.set_ready(False)
            assert (await call_until(503, options)).status == 503
            answerer.trunk.set_ready(True)
            await call_until(200, options)
